import './bridge/jitless.ts'
import './app/theme.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { CannotStart, Connecting } from './app/start-screen.tsx'
import { followTheme } from './app/theme.ts'
import { getBridge } from './bridge/bridge.ts'

const host = document.getElementById('root')
if (!host) throw new Error('index.html has no element #root')
const root = createRoot(host)
const unfollow = followTheme()
root.render(<Connecting />)
try {
  const bridge = await getBridge()
  root.render(
    <StrictMode>
      <App bridge={bridge} />
    </StrictMode>,
  )
} catch (error) {
  root.render(<CannotStart message={error instanceof Error ? error.message : String(error)} />)
} finally {
  unfollow()
}
