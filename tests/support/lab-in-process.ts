// The real service of the lab in the test's own process, with no host in between. Its threads are real.
import { join } from 'node:path'
import { type CommandName, type Input, type Output, commands } from '../../src-shared/bridge/contract.ts'
import { LabTopic } from '../../src-shared/bridge/lab-contract.ts'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { startLabService } from '../../src-main/lab/service/lab-service.ts'
import type { JobView } from '../../src-main/lab/jobs/task.ts'

/** The file of the real jobs. */
export const LAB_ENTRY = join(import.meta.dirname, '../../src-main/lab/service/entry.ts')
/** The file of jobs that do what a test asks for. */
export const FAKE_LAB_ENTRY = join(import.meta.dirname, 'lab-worker.ts')

const WAIT_MS_MAX = 60_000

export type LabInProcess = {
  /** Everything the lab has said so far. */
  readonly messages: readonly FromEngine[]
  /** What the topic `lab` told last. */
  jobs(): readonly JobView[]
  /** The answer, which fits the contract; throws "code: sentence". */
  ask<C extends CommandName>(command: C, input: Input<C>): Promise<Output<C>>
  /** The job once it has ended, or is in another of these states. */
  jobIn(jobId: string, ...states: readonly JobView['state'][]): Promise<JobView>
  send(message: ToEngine): void
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>
  /** Orderly end. */
  stop(): Promise<void>
}

const ENDED = ['done', 'failed', 'canceled'] as const

/** Where nothing lies that a store of market data could begin with. */
const NO_ASSETS = join(import.meta.dirname, 'no-assets')

export async function openLab(dataDir: string, entry: string = LAB_ENTRY, assetsDir: string = NO_ASSETS): Promise<LabInProcess> {
  const messages: FromEngine[] = []
  const options = { version: 'test', dataDir, assetsDir, settings: Settings.parse({}) }
  const service = await startLabService(options, (message) => void messages.push(message), entry)
  let lastId = 0
  const until: LabInProcess['until'] = async (what, holds) => {
    const endMs = performance.now() + WAIT_MS_MAX
    while (!(await holds())) {
      if (performance.now() > endMs) throw new Error(`not within ${WAIT_MS_MAX} ms: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const jobs = (): readonly JobView[] => {
    const last = messages.findLast((message) => message.t === 'event')
    return last?.t === 'event' ? LabTopic.parse(JSON.parse(last.json)).jobs : []
  }
  const lab: LabInProcess = {
    messages,
    until,
    jobs,
    send: (message) => service.handle(message),
    async ask(command, input) {
      const id = (lastId += 1)
      service.handle({ t: 'request', id, command, input })
      const answer = (): FromEngine | undefined => messages.find((message) => message.t === 'response' && message.id === id)
      await until(`an answer to ${command}`, () => answer() !== undefined)
      const found = answer()
      if (found?.t !== 'response' || !found.ok)
        throw new Error(found?.t === 'response' && !found.ok ? `${found.code}: ${found.message}` : 'no answer')
      return commands[command].output.parse(found.value) as never
    },
    async jobIn(jobId, ...states) {
      const wanted: readonly string[] = states.length === 0 ? ENDED : states
      const find = async (): Promise<JobView | undefined> =>
        (await lab.ask('lab.jobs', {})).find(({ id, state }) => id === jobId && wanted.includes(state))
      await until(`job ${jobId} is ${wanted.join(' or ')}`, async () => (await find()) !== undefined)
      const found = await find()
      if (found === undefined) throw new Error(`job ${jobId} changed its state meanwhile`)
      return found
    },
    async stop() {
      service.handle({ t: 'shutdown' })
      await until('the lab says goodbye', () => messages.some((message) => message.t === 'bye'))
    },
  }
  return lab
}
