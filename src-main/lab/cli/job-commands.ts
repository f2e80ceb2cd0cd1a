// The commands that compute: each makes the same task as its form on the page, and runs it the same way.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { SearchSpec, WalkForwardSpec } from '../../../src-shared/config/lab.ts'
import { LAB_METRICS, type LabMetricId } from '../../../src-shared/domain/lab-metric.ts'
import { formatUtc } from '../../../src-shared/format/times.ts'
import type { LabStore } from '../../adapters/lab-store/store.ts'
import { exportRun, reportView, studyView, walkForwardView } from '../service/run-views.ts'
import { backtestSpec } from './backtest-spec.ts'
import type { Call, Command } from './command.ts'
import { CommandFailure, UsageError } from './faults.ts'
import { type Ended, runTaskOf, specWorld } from './job-command.ts'
import { REPORT_OPTIONS, type WantedFile, wantedFiles, writeOutput } from './output.ts'
import { metricLines } from './run-text.ts'
import { searchSpec, walkForwardSpec } from './search-spec.ts'
import { BACKTEST_OPTIONS, SEARCH_OPTIONS, WALK_FORWARD_OPTIONS } from './spec-options.ts'
import type { World } from './world.ts'

function writeReports(world: World, { store, runId }: Ended, files: readonly WantedFile[]): void {
  for (const { format, file } of files) writeOutput(world, file, exportRun(store, runId, format).text)
}

/** What goes to standard output leaves no room for a summary there. */
const tellerOf = (world: World, files: readonly WantedFile[]): ((text: string) => void) =>
  files.some(({ file }) => file === '-') ? (text) => world.say(text) : (text) => world.out(text)

const BACKTEST: Command = {
  name: 'backtest',
  summary: 'Run a playbook over stored market data',
  operands: [],
  options: {
    ...BACKTEST_OPTIONS,
    ...REPORT_OPTIONS,
    journal: { help: 'keep the journal, for the inspector and the journal page of the app' },
  },
  notes: [
    'The same specification gives the same result, bit for bit, also on the Lab page of the app.',
    'Example: npm run lab -- backtest --playbook imba --from 2025-05-10 --to 2025-06-10 --symbols BTCUSDT,ETHUSDT --json out.json',
  ],
  run: (call, world) =>
    runTaskOf(call, world, {
      keep: false,
      prepare(options) {
        const spec = backtestSpec(call, specWorld(options, world))
        return { files: wantedFiles(call), task: () => ({ kind: 'backtest', spec, journal: call.flag('journal'), runId: null }) }
      },
      done(ended, files) {
        writeReports(world, ended, files)
        const { run, metrics, warnings } = reportView(ended.store, ended.runId)
        const warned = warnings.map(({ severity, title, detail }) => `${severity}: ${title}. ${detail}\n`).join('')
        tellerOf(world, files)(`run ${ended.runId}, ${run.title}\n${metricLines(metrics)}${warned}`)
        return 0
      },
    }),
}

const RESUME = {
  resume: { value: 'RUN', help: 'go on with a run that was stopped or interrupted; leave out all options but --data-dir' },
} as const
const aim = (objective: number | null): string => (objective === null ? 'could not be judged' : objective.toPrecision(5))

/** Fold by fold: what was chosen without it, and what that scored in it. */
function crossed(of: Output<'lab.run.study'>['crossValidation']): string {
  if (of === null) return ''
  const lines = of.folds.map(
    ({ fromMs, toMs, chosen, inSample, outOfSample }, at) =>
      `  fold ${at + 1}, ${formatUtc(fromMs, 'minute')} to ${formatUtc(toMs, 'minute')}: trial ${chosen ?? '—'}, others ${aim(inSample)}, held out ${aim(outOfSample)}\n`,
  )
  const spread = of.spread === null ? '' : ` ± ${of.spread.toPrecision(3)} from fold to fold`
  return `cross-validated ${aim(of.score)}${spread}\n${lines.join('')}`
}

const SEARCH: Command = {
  name: 'search',
  summary: 'Search parameters by grid, at random or by TPE',
  operands: [],
  options: { ...SEARCH_OPTIONS, ...RESUME },
  notes: [`Metrics: ${(Object.keys(LAB_METRICS) as LabMetricId[]).join(', ')}.`],
  run: (call, world) =>
    runTaskOf(call, world, {
      keep: true,
      prepare(options) {
        const runId = resumed(call, SEARCH_OPTIONS)
        if (runId !== null)
          return { task: (store) => ({ kind: 'search', spec: SearchSpec.parse(specOfRun(store, runId, 'search')), runId }) }
        const spec = searchSpec(call, specWorld(options, world))
        return { task: () => ({ kind: 'search', spec, runId }) }
      },
      done({ store, runId, message }) {
        const { trials, best, plateau, overfitting, crossValidation } = studyView(store, runId)
        const found = trials.find(({ number }) => number === best)
        const parameters = Object.entries(found?.parameters ?? {}).map(([name, value]) => `  ${name} = ${value}\n`)
        const around =
          plateau === null ? '' : `${plateau.neighbours} neighbours: ${plateau.isPeak ? 'a peak, likely to be luck' : 'a plateau'}\n`
        const luck = overfitting?.pbo == null ? '' : `probability of overfitting ${(100 * overfitting.pbo).toFixed(0)} %\n`
        world.out(
          `run ${runId}: ${message}\n${parameters.join('')}objective ${aim(found?.objective ?? null)}\n${around}${luck}${crossed(crossValidation)}`,
        )
        return 0
      },
    }),
}

const WALK_FORWARD: Command = {
  name: 'walk-forward',
  summary: 'Search again and again, and test each time on what came after',
  operands: [],
  options: { ...WALK_FORWARD_OPTIONS, ...RESUME },
  run: (call, world) =>
    runTaskOf(call, world, {
      keep: true,
      prepare(options) {
        const runId = resumed(call, WALK_FORWARD_OPTIONS)
        if (runId !== null)
          return {
            task: (store) => ({ kind: 'walk_forward', spec: WalkForwardSpec.parse(specOfRun(store, runId, 'walk_forward')), runId }),
          }
        const spec = walkForwardSpec(call, specWorld(options, world))
        return { task: () => ({ kind: 'walk_forward', spec, runId }) }
      },
      done({ store, runId, message }) {
        const { windows, metrics, efficiency } = walkForwardView(store, runId)
        const lines = windows.map(
          ({ number, state, testFromMs, testToMs, trainObjective, testObjective }) =>
            `  window ${number + 1}, ${formatUtc(testFromMs, 'minute')} to ${formatUtc(testToMs, 'minute')}: ${state}, training ${aim(trainObjective)}, test ${aim(testObjective)}\n`,
        )
        const kept = efficiency === null ? '' : `efficiency ${efficiency.toFixed(2)}\n`
        world.out(`run ${runId}: ${message}\n${lines.join('')}${kept}${metricLines(metrics)}`)
        return 0
      },
    }),
}

/** The run to go on with. Its specification is the store's: another one would make another run. */
function resumed(call: Call, options: Command['options']): string | null {
  const runId = call.text('resume')
  if (runId === undefined) return null
  const other = Object.keys(options).find((option) => call.texts(option).length > 0 || call.flag(option))
  if (other !== undefined) throw new UsageError(`--${other} goes with no --resume: the run goes on with its own specification`)
  return runId
}

function specOfRun(store: LabStore, runId: string, kind: 'search' | 'walk_forward'): unknown {
  const { row, spec } = store.run(runId)
  if (row.kind !== kind) throw new UsageError(`--resume names run ${runId}, which is a ${row.kind}, expected a ${kind}`)
  if (row.state === 'done') throw new CommandFailure(`run ${runId} is done: there is nothing to go on with`)
  return spec
}

export const JOB_COMMANDS: readonly Command[] = [BACKTEST, SEARCH, WALK_FORWARD]
