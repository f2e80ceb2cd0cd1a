// Points the library's instance for market data elsewhere: to the practice venue, or through a proxy. It goes on believing that it talks to the venue's
// own hosts, because its error classes hang on them.
import type { CcxtExchange } from './ccxt-module.ts'
import type { VenueEndpoints } from './endpoints.ts'
import type { ProxyList } from './proxy-list.ts'

type Dispatch = (options: object, handler: unknown) => boolean

/** Requests go to `restOrigin`, streams to `streamOrigin`, each with the path the venue has. Call before the first request. */
export async function pointExchange(exchange: CcxtExchange, { restOrigin, streamOrigin }: VenueEndpoints): Promise<void> {
  await exchange.loadFetchImplementation()
  // Without it a stream that is not encrypted is refused.
  await exchange.loadHttpProxyAgent()
  exchange.fetchDispatcher = exchange.fetchDispatcher.compose(
    (dispatch: Dispatch) => (options: object, handler: unknown) => dispatch({ ...options, origin: restOrigin }, handler),
  )
  exchange.urls['api'].ws.future = `${streamOrigin}/ws`
}

/** Requests take the proxy in use at each call, streams the one in use when they are dialled. To be called again when another one is in use. */
export async function useProxy(exchange: CcxtExchange, proxies: ProxyList): Promise<void> {
  const proxy = proxies.current
  if (proxy === null) return
  const isSocks = proxy.startsWith('socks')
  exchange.httpsProxyCallback = () => proxies.current ?? undefined
  exchange.wssProxy = isSocks ? undefined : proxy
  exchange.wsSocksProxy = isSocks ? proxy : undefined
  await exchange.loadProxyModules()
}
