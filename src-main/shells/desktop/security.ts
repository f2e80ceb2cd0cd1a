// What makes the desktop shell safe, as small functions that a test can call with a stand-in for `electron`.
import { app, protocol, session, shell, type IpcMainInvokeEvent, type Session, type WebContents, type WebPreferences } from 'electron'
import { COMMON_HEADERS, contentSecurityPolicy } from '../common/content-security.ts'
import { readAsset } from '../common/static-files.ts'

const SCHEME = 'app'
const APP_HOST = 'bundle'
export const APP_ORIGIN = `${SCHEME}://${APP_HOST}`
const PARTITION = 'persist:app'
/** lightweight-charts asks for a visible link to its maker. */
const EXTERNAL_HOSTS: ReadonlySet<string> = new Set(['www.tradingview.com'])
const GRANTED_PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

export const webPreferences = (preload: string): WebPreferences => ({
  preload,
  partition: PARTITION,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  spellcheck: false,
  devTools: !app.isPackaged,
  backgroundThrottling: false,
})

export function isAppUrl(raw: string): boolean {
  const url = URL.parse(raw)
  return url !== null && url.protocol === `${SCHEME}:` && url.host === APP_HOST
}

export function isAllowedExternal(raw: string): boolean {
  const url = URL.parse(raw)
  if (!url || url.protocol !== 'https:' || url.username !== '' || url.password !== '') return false
  return url.port === '' && EXTERNAL_HOSTS.has(url.hostname)
}

/** A file that the page itself made, for example an export. */
const isOwnBlob = (raw: string): boolean => raw.startsWith(`blob:${APP_ORIGIN}/`)

/** Only the top frame of our own page may speak. */
export const isTrustedSender = ({ senderFrame }: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean =>
  senderFrame !== null && senderFrame.parent === null && isAppUrl(senderFrame.url)

/** Before the app is ready. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }])
}

export async function serveApp(rendererDir: string, request: Pick<Request, 'url' | 'method'>): Promise<Response> {
  const headers = new Headers(COMMON_HEADERS)
  headers.set('Content-Security-Policy', contentSecurityPolicy([]))
  const url = URL.parse(request.url)
  const asset = request.method === 'GET' && url && isAppUrl(request.url) ? await readAsset(rendererDir, url.pathname) : null
  if (!asset) return new Response(null, { status: 404, headers })
  headers.set('Content-Type', asset.type)
  return new Response(new Uint8Array(asset.body), { status: 200, headers })
}

/** When the app is ready, before its first window. */
export function hardenSession(rendererDir: string): void {
  const own = session.fromPartition(PARTITION)
  own.protocol.handle(SCHEME, (request) => serveApp(rendererDir, request))
  own.setPermissionRequestHandler((...[, permission, decide, details]) =>
    decide(GRANTED_PERMISSIONS.has(permission) && isAppUrl(details.requestingUrl)),
  )
  own.setPermissionCheckHandler((_contents, permission, origin) => GRANTED_PERMISSIONS.has(permission) && isAppUrl(origin))
  own.setDevicePermissionHandler(() => false)
  own.setSpellCheckerEnabled(false)
  // The page never touches the network.
  own.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !mayLoad(url) }))
  allowOwnDownloads(own)
}

function mayLoad(url: string): boolean {
  return isAppUrl(url) || isOwnBlob(url) || url.startsWith('data:image/') || (!app.isPackaged && url.startsWith('devtools:'))
}

/** Exports are saved where the person says; nothing else is ever downloaded. */
function allowOwnDownloads(own: Session): void {
  own.on('will-download', (event, item) => {
    if (isOwnBlob(item.getURL())) item.setSaveDialogOptions({ title: 'Save', defaultPath: item.getFilename() })
    else event.preventDefault()
  })
}

function hardenContents(contents: WebContents): void {
  const blockForeign = (event: { preventDefault(): void; url: string }): void => {
    if (!isAppUrl(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', blockForeign)
  contents.on('will-frame-navigate', blockForeign)
  contents.on('will-redirect', blockForeign)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (isAllowedExternal(url)) void shell.openExternal(url)
    return { action: 'deny' }
  })
}

/** First of all. */
export function hardenApp(): void {
  app.enableSandbox()
  app.on('web-contents-created', (_event, contents) => hardenContents(contents))
  app.on('certificate-error', (...[event, , , , , decide]) => {
    event.preventDefault()
    decide(false)
  })
  app.on('select-client-certificate', (event) => event.preventDefault())
}
