// Runs inside Chromium: the whole screen over the fake engine, which tests reach as `window.fake`, the fake lab as `window.lab`, and what
// can be told about live trading as `window.live`.
import '../../src-renderer/bridge/jitless.ts'
import '../../src-renderer/app/theme.css'
import { createRoot } from 'react-dom/client'
import { App } from '../../src-renderer/app/app.tsx'
import { BTC, FakeBridge } from './fake-bridge.ts'
import { fakeBookFrames } from './fake-book.ts'
import { FakeLab } from './fake-lab.ts'
import { answerLabRuns, fakeResults } from './fake-lab-runs.ts'
import * as live from './fake-live.ts'
import { answerJournal } from './journal-views.ts'

const fake = new FakeBridge()
const lab = new FakeLab(fake, { series: 140, jobs: true })
answerJournal(fake)
live.answerLive(fake)
const results = answerLabRuns(fake, fakeResults(), () => lab.runs)
lab.jobs = [...lab.jobs, ...results.jobs]
const host = document.getElementById('root')
if (!host) throw new Error('the page has no element #root')

/** As many frames of the book as there are columns to fill, at once. */
function fillBook(count: number): void {
  const mid = fake.snapshot.lastPrices[BTC] ?? 0
  for (const frame of fakeBookFrames(count, { instrumentId: BTC, tsMs: fake.nowMs, mid })) fake.sendBook(frame)
}

Object.assign(window, { fake, lab, results, fillBook, live })
createRoot(host).render(<App bridge={fake} />)
