// Drives the lab of the whole program as a person does: forms are filled in, jobs are waited for, runs are opened.
import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { type BridgeClient } from './bridge-client.ts'
import type { LaunchSetup, PageSetup } from './browser.ts'
import { type DeskDriver, goTo, openDesk } from './desk-driver.ts'

export type LabJob = Output<'lab.jobs'>[number]
export type Task = 'Walk-forward' | 'Backtest' | 'Search' | 'Checks' | 'Parity'

const JOB_MS_MAX = 50_000

/** The program with its market standing still, so that only the lab works, and its lab on the screen. */
export async function openLab(setup: LaunchSetup & PageSetup = {}): Promise<DeskDriver> {
  const desk = await openDesk({ width: 1440, height: 900, ...setup })
  await desk.client.read('playback.setPlaying', { playing: false })
  await goTo(desk.page, 'Lab')
  return desk
}

/** Tables of which only the rows in view exist are not made of `table` elements. */
export const grid = (page: Page, name: string) => page.getByRole('table', { name })
/** Without the row of headings. */
export const gridRows = (page: Page, name: string) =>
  grid(page, name)
    .getByRole('row')
    .filter({ hasNot: page.getByRole('columnheader') })
export const jobRows = (page: Page, list = 'Jobs') => page.getByRole('list', { name: list }).getByRole('listitem')
export const chooseTask = (page: Page, task: Task) => page.getByRole('tab', { name: task, exact: true }).click()

export type Filling = {
  readonly playbook?: string
  /** First and last day, both traded. */
  readonly days: readonly [from: string, to: string]
  /** Bitcoin alone instead of both. */
  readonly onlyBitcoin?: boolean
  readonly trials?: number
}

/** Of the task that is chosen. */
export async function fillIn(page: Page, { playbook, days: [from, to], onlyBitcoin = false, trials }: Filling): Promise<void> {
  const form = page.getByTestId('lab-form')
  if (playbook !== undefined) await form.getByRole('combobox', { name: 'Playbook' }).selectOption(playbook)
  await form.getByRole('checkbox', { name: /ETH/ }).setChecked(!onlyBitcoin)
  await form.getByRole('textbox', { name: 'First day, UTC' }).fill(from)
  await form.getByRole('textbox', { name: 'Last day, UTC' }).fill(to)
  if (trials !== undefined) await form.getByRole('textbox', { name: 'Trials', exact: true }).fill(String(trials))
}
export const start = (page: Page) => page.getByRole('button', { name: /^Start / }).click()

export const isUnderWay = ({ state }: LabJob): boolean => state === 'queued' || state === 'running'

/** The newest job, once `wanted` holds for it. Throws after 50 s. */
export async function untilJob(client: BridgeClient, wanted: (job: LabJob) => boolean): Promise<LabJob> {
  const deadlineMs = performance.now() + JOB_MS_MAX
  for (;;) {
    const jobs = await client.read('lab.jobs', {})
    const newest = jobs.toSorted((a, b) => b.createdMs - a.createdMs)[0]
    if (newest !== undefined && wanted(newest)) return newest
    if (performance.now() > deadlineMs) throw new Error(`not within ${JOB_MS_MAX} ms; the newest job is ${JSON.stringify(newest)}`)
    await pause(20)
  }
}

/** The run of the newest job, once that is done. Throws when it ends otherwise. */
export async function runOfJob(client: BridgeClient): Promise<string> {
  const { state, message, runId } = await untilJob(client, (job) => !isUnderWay(job))
  if (state !== 'done' || runId === null) throw new Error(`the job is ${state}: ${message}`)
  return runId
}

/** Presses the newest run in the list, and waits for its page. */
export async function openNewestRun(page: Page): Promise<void> {
  await gridRows(page, 'Runs').first().click()
  await page.getByRole('button', { name: '‹ All runs' }).waitFor()
  await page.waitForFunction(() => document.querySelector('main h1') !== null && document.querySelector('.tw-skeleton') === null)
}
export const backToRuns = (page: Page) => page.getByRole('button', { name: '‹ All runs' }).click()

/** The threads that jobs run in, by name, as the operating system knows them. Linux only. */
export const jobThreads = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim())
    .filter((name) => /^(job|worker) /.test(name))

/** Milliseconds on a processor so far. Fields 14 and 15 of proc(5), in hundredths of a second. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}
