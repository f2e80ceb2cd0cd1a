// Proves the browser shell in a real Chromium: login, reload, engine crash, hostile pages, the page's policy, and an orderly end.
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, openPage, type OpenedPage, type RunningApp } from '../support/browser.ts'

let app: RunningApp
let opened: OpenedPage
beforeAll(async () => {
  app = await launchApp({ env: { TRADEWRIGHT_ALLOW_FAULTS: '1' } })
  opened = await openPage(app.url, { flags: ['--host-resolver-rules=MAP rebind.example 127.0.0.1'] })
})
afterAll(async () => {
  await opened.close()
  await app.kill()
})
const canvases = () => opened.page.locator('canvas').count()

describe('the browser shell in Chromium', () => {
  it('opens with the link, takes the token out of the address bar and draws a chart', async () => {
    await expect.poll(canvases, { timeout: 20_000 }).toBeGreaterThan(0)
    expect(opened.page.url()).not.toContain('t=')
    expect(new URL(opened.page.url()).origin).toBe(`http://127.0.0.1:${app.port}`)
  })

  it('keeps its session over a reload, and lets nobody else in with the same link', async () => {
    await opened.page.reload()
    await expect.poll(canvases, { timeout: 20_000 }).toBeGreaterThan(0)
    const other = await openPage(app.url)
    await expect.poll(() => other.page.getByText(/link/i).count(), { timeout: 10_000 }).toBeGreaterThan(0)
    expect(await other.page.locator('canvas').count()).toBe(0)
    await other.close()
  })

  it('has not violated its own policy, and that policy stops injected script and foreign connections', async () => {
    expect(opened.problems).toEqual([])
    // In a timer: during an evaluate() the debugger itself lifts the ban on eval.
    const outcome = await opened.page.evaluate(
      () =>
        new Promise<Record<string, string>>((resolve) => {
          const attempt = (action: () => unknown): string => {
            try {
              action()
              return 'ran'
            } catch {
              return 'blocked'
            }
          }
          const tryAll = async (): Promise<void> => {
            const html = attempt(() => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.hit=1>'))
            const code = attempt(() => new Function('return 1')())
            const connection = await fetch('https://example.invalid/').then(
              () => 'ran',
              () => 'blocked',
            )
            resolve({ html, code, connection })
          }
          setTimeout(() => void tryAll(), 20)
        }),
    )
    expect(outcome).toEqual({ html: 'blocked', code: 'blocked', connection: 'blocked' })
  })

  it('is out of reach for a page of another port, and for a name that resolves to this machine', async () => {
    const hostile = http.createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'))
    await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve))
    const page = await opened.browser.newPage()
    await page.goto(`http://127.0.0.1:${(hostile.address() as AddressInfo).port}/`)
    const outcome = await page.evaluate(async (port) => {
      const socket = await new Promise((resolve) => {
        const attempt = new WebSocket(`ws://127.0.0.1:${port}/ws`)
        attempt.addEventListener('open', () => resolve('open'))
        attempt.addEventListener('error', () => resolve('refused'))
      })
      const read = await fetch(`http://127.0.0.1:${port}/healthz`).then(
        () => 'read',
        () => 'refused',
      )
      const frame = await new Promise((resolve) => {
        const element = document.createElement('iframe')
        element.src = `http://127.0.0.1:${port}/`
        element.addEventListener('load', () => resolve(element.contentDocument?.body ? 'readable' : 'closed'))
        document.body.append(element)
      })
      return { socket, read, frame }
    }, app.port)
    expect(outcome).toEqual({ socket: 'refused', read: 'refused', frame: 'closed' })
    const rebound = await page.goto(`http://rebind.example:${app.port}/`).then(
      (response) => response?.status(),
      (error: Error) => error.message,
    )
    expect(rebound).toBe(421)
    await page.close()
    hostile.close()
  })

  it('comes back by itself when the engine dies, and tells how often that happened', async () => {
    const status = async () => (await fetch(`http://127.0.0.1:${app.port}/healthz`)).json()
    const socketAsk = (command: string, input: object) =>
      opened.page.evaluate(
        ([name, value]) =>
          new Promise((resolve) => {
            const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`)
            const token = Object.values(sessionStorage).find((entry) => /^[\w-]{43}$/.test(String(entry)))
            socket.addEventListener('open', () => socket.send(JSON.stringify({ t: 'hello', v: 1, token })))
            socket.addEventListener('message', (event) => {
              const message = JSON.parse(event.data)
              if (message.t === 'welcome') socket.send(JSON.stringify({ t: 'request', id: 1, command: name, input: value }))
              if (message.t === 'response') {
                socket.close()
                resolve(message.result)
              }
            })
          }),
        [command, input] as const,
      )
    expect(await socketAsk('debug.fault', { kind: 'exit' })).toBeDefined()
    const restarts = async () => ((await socketAsk('system.status', {})) as { value: { host: { restarts: number } } }).value.host.restarts
    await expect.poll(restarts, { timeout: 20_000 }).toBe(1)
    await expect.poll(status, { timeout: 20_000 }).toEqual({ state: 'running' })
    await expect.poll(canvases, { timeout: 20_000 }).toBeGreaterThan(0)
  })

  it('ends in order on SIGTERM', async () => {
    expect(await app.stop()).toEqual({ code: 0, signal: null })
    expect(app.stdout.at(-1)).toBe('Stopped.')
  })
})
