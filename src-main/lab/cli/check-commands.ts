// The honesty checks from the command line. Their exit status says whether they were passed.
import path from 'node:path'
import { formatUtc } from '../../../src-shared/format/times.ts'
import { formatBytes } from '../../../src-shared/format/numbers.ts'
import { CHECK_SEED } from '../service/job-handlers.ts'
import { listSessions } from '../service/recorded-sessions.ts'
import { checkView } from '../service/run-views.ts'
import { backtestSpec } from './backtest-spec.ts'
import type { Command } from './command.ts'
import { type Ended, runTaskOf, specWorld } from './job-command.ts'
import { BACKTEST_OPTIONS } from './spec-options.ts'
import { table } from './tables.ts'
import { whole } from './values.ts'
import type { World } from './world.ts'

function checkText({ store, runId }: Ended): { text: string; passed: boolean } {
  const { passed, summary, differences } = checkView(store, runId)
  const shown = differences.slice(0, 20).map(({ tsMs, instrumentId, strategyId, input, full, cut }) => {
    return `  ${formatUtc(tsMs, 'minute')} ${instrumentId} ${strategyId} ${input}: ${full} and ${cut}\n`
  })
  const more = differences.length > shown.length ? `  and ${differences.length - shown.length} more\n` : ''
  return { text: `${passed ? 'passed' : 'NOT PASSED'}: ${summary}\n${shown.join('')}${more}`, passed }
}

function checkDone(world: World) {
  return (ended: Ended): number => {
    const { text, passed } = checkText(ended)
    world.out(`run ${ended.runId}, ${text}`)
    return passed ? 0 : 1
  }
}

const CUTS_MAX = 1_000
const LOOK_AHEAD: Command = {
  name: 'check look-ahead',
  summary: 'Cut the future off at random decisions and see whether anything changes',
  operands: [],
  options: { cuts: { value: 'N', help: 'decision times that are tried (default 20)' }, ...BACKTEST_OPTIONS },
  notes: ['The exit status is 1 when the check is not passed.'],
  run: (call, world) =>
    runTaskOf(call, world, {
      keep: false,
      prepare(options) {
        const cuts = whole('cuts', call.text('cuts') ?? '20', { min: 1, max: CUTS_MAX })
        const spec = backtestSpec(call, specWorld(options, world))
        return { task: () => ({ kind: 'look_ahead', spec, cuts, seed: CHECK_SEED, runId: null }) }
      },
      done: checkDone(world),
    }),
}

const WARM_UP: Command = {
  name: 'check warm-up',
  summary: 'Begin with more history and see whether indicators still differ',
  operands: [],
  options: BACKTEST_OPTIONS,
  notes: ['The exit status is 1 when the check is not passed.'],
  run: (call, world) =>
    runTaskOf(call, world, {
      keep: false,
      prepare(options) {
        const spec = backtestSpec(call, specWorld(options, world))
        return { task: () => ({ kind: 'warm_up', spec, runId: null }) }
      },
      done: checkDone(world),
    }),
}

const PARITY_LIST: Command = {
  name: 'parity list',
  summary: 'List the recorded sessions of the desk, newest first',
  operands: [],
  options: {},
  async run({ dataDir }, world) {
    const sessions = await listSessions(dataDir)
    const cells = sessions.map(({ id, startedMs, playbook, strategies, bytes, complete }) => [
      id,
      formatUtc(startedMs, 'minute'),
      playbook === null ? '' : `${playbook.title} (${playbook.id})`,
      strategies.join(', '),
      formatBytes(bytes),
      complete ? '' : 'incomplete',
    ])
    world.out(table(['session', 'begun', 'playbook', 'strategies', 'size', ''], cells))
    return 0
  },
}

const PARITY: Command = {
  name: 'parity',
  summary: 'Run a recorded session of the desk again as a backtest and compare',
  operands: ['SESSION'],
  options: {},
  notes: ['SESSION is the name of a recording, as `parity list` tells them. The exit status is 1 when they differ.'],
  run: (call, world) =>
    runTaskOf(call, world, {
      keep: false,
      prepare: () => ({ task: () => ({ kind: 'parity', sessionId: path.basename(call.operands[0] ?? '', '.jsonl'), runId: null }) }),
      done: checkDone(world),
    }),
}

export const CHECK_COMMANDS: readonly Command[] = [LOOK_AHEAD, WARM_UP, PARITY_LIST, PARITY]
