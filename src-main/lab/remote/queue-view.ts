// Where trials run, for the page: this machine, or a shared queue with the workers that were heard of lately.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import type { LabOptions } from '../../engine/options.ts'
import { PASSWORD_VARIABLE, parseQueueUrl } from './connection.ts'

const LATELY_MS = 60_000

export async function queueView({ settings, version }: Pick<LabOptions, 'settings' | 'version'>): Promise<Output<'lab.queue'>> {
  const { queue } = settings.lab
  if (queue === null) return { mode: 'local', state: 'off', workers: [], message: 'Trials run on threads of this machine.' }
  const address = parseQueueUrl(queue)
  if (!address.ok) return { mode: 'remote', state: 'unreachable', workers: [], message: `lab.queue: ${address.error}` }
  const { seenWorkers } = await import('./queue-runner.ts')
  const seen = await seenWorkers(address.value, process.env[PASSWORD_VARIABLE], Date.now() - LATELY_MS)
  if (!seen.ok) return { mode: 'remote', state: 'unreachable', workers: [], message: seen.error }
  const ours = seen.value.filter((worker) => worker.version === version)
  const others = seen.value.length - ours.length
  const strangers = others === 0 ? '' : ` ${others} of another version than ${version} take nothing of ours.`
  const where = `${address.value.host}:${address.value.port}`
  return {
    mode: 'remote',
    state: 'connected',
    workers: ours.map(({ name, trials, seenMs }) => ({ name, trials, seenMs })),
    message: `Trials go to the queue at ${where}.${ours.length === 0 ? ' Nobody takes them: start "npm run lab -- worker".' : ''}${strangers}`,
  }
}
