// What is to be run next: a form for each task, built from the playbook's own parameters and from what the store holds.
import { Tabs } from '@base-ui/react/tabs'
import { RotateCcw } from 'lucide-react'
import { useMemo } from 'react'
import type { Output } from '../../../../src-shared/bridge/contract.ts'
import { type Query, useQuery } from '../../../bridge/use-query.ts'
import { HelpLine, HelpProvider } from '../../../components/field-help.tsx'
import { IconButton } from '../../../components/button.tsx'
import { useJobEnd } from '../../../stores/lab-jobs.ts'
import { LAB_TASKS, selectLabTask, useUi } from '../../../stores/ui-store.ts'
import { CheckSection } from './check-section.tsx'
import { type Choices, type LabFile, type LabPlaybook, dataReport } from './choices.ts'
import { DataSection } from './data-section.tsx'
import { type LabForm, TASK_TITLE, type Task } from './lab-form.ts'
import { MoneySection } from './money-section.tsx'
import { ParameterSection } from './parameter-section.tsx'
import { ParitySection } from './parity-section.tsx'
import { SearchSection } from './search-section.tsx'
import { SimulationSection } from './simulation-section.tsx'
import { type Built, buildSpec } from './spec.ts'
import { StartBar } from './start-bar.tsx'
import { StrategySection } from './strategy-section.tsx'
import { type LabFormState, useLabForm } from './use-lab-form.ts'
import { useStart } from './use-start.ts'
import { WindowsSection } from './windows-section.tsx'

export type NewPaneProps = {
  readonly playbooks: readonly LabPlaybook[]
  readonly files: readonly LabFile[]
  readonly series: Choices['series']
  readonly sessions: Query<Output<'lab.sessions'>>
  readonly playbook: LabPlaybook
}

export function NewPane(props: NewPaneProps) {
  const task = useUi((ui) => ui.labTask)
  return (
    <Tabs.Root
      value={task}
      onValueChange={(value: unknown) => selectLabTask(LAB_TASKS.find((known) => known === value) ?? task)}
      className="flex h-full min-h-0 flex-col bg-panel"
    >
      <Tabs.List aria-label="What to run" className="flex h-7 flex-none items-stretch border-b border-line px-1">
        {LAB_TASKS.map((value) => (
          <Tabs.Tab
            key={value}
            value={value}
            className="px-2 text-xs text-muted outline-offset-[-2px] hover:text-fg data-active:border-b-2 data-active:border-accent data-active:font-semibold data-active:text-fg"
          >
            {TASK_TITLE[value]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel key={task} value={task} className="flex min-h-0 flex-1 flex-col" tabIndex={-1}>
        <HelpProvider>
          <TaskForm {...props} task={task} />
        </HelpProvider>
      </Tabs.Panel>
    </Tabs.Root>
  )
}

const FALLBACK: Readonly<Record<Task, string>> = {
  walk_forward: 'Searches parameters on one stretch of time, tests them on the next, and moves on: only tests on unseen days count.',
  backtest: 'One run over the chosen time, with the parameters as they stand.',
  search: 'Tries many sets of parameters on the same time. Its best is flattered: a walk-forward tells by how much.',
  checks: 'Whether a strategy sees the future, or depends on where its data began.',
  parity: 'Whether a backtest decides and fills as the desk did.',
}

function TaskForm({ task, playbooks, playbook, files, series, sessions }: NewPaneProps & { readonly task: Task }) {
  const choices = useMemo(() => ({ playbook, files, series }), [playbook, files, series])
  const state = useLabForm(choices)
  const { setForm } = state
  const form = useMemo(() => withSession(state.form, sessions.value), [state.form, sessions.value])
  const built = useMemo(() => build(task, form, choices), [task, form, choices])
  const { busy, refusal, start } = useStart()
  // A refusal is about the form that was sent: what has been changed since is not refused yet.
  const refused = refusal?.form === form ? refusal : null
  const own = { form, onForm: setForm, faults: { ...(built.ok ? {} : built.faults), ...refused?.faults } }
  const search = task === 'walk_forward' || task === 'search'
  const pace = useQuery('lab.pace', {})
  useJobEnd(['backtest', 'search', 'walk_forward'], pace.reload)
  const { trading } = useMemo(() => dataReport(series, form), [series, form])
  return (
    <>
      <div className="relative min-h-0 flex-1 overflow-auto" data-testid="lab-form">
        {task === 'parity' ? (
          <ParitySection {...own} sessions={sessions} />
        ) : (
          <>
            {task === 'checks' && <CheckSection {...own} />}
            <StrategySection {...own} playbooks={playbooks} playbook={playbook} files={files} />
            <DataSection {...own} choices={choices} />
            {task === 'walk_forward' && <WindowsSection {...own} trading={trading} />}
            <ParameterSection {...own} choices={choices} search={search} />
            {search && <SearchSection {...own} task={task} trading={trading} />}
            <MoneySection {...own} />
            <SimulationSection {...own} />
          </>
        )}
        <ResetRow state={state} />
      </div>
      <HelpLine fallback={FALLBACK[task]} />
      <StartBar task={task} form={form} built={built} busy={busy} refusal={refused} pace={pace.value} onStart={start} />
    </>
  )
}

/** Until one is chosen, the newest session that is whole. */
function withSession(form: LabForm, sessions: Output<'lab.sessions'> | null): LabForm {
  if (form.sessionId !== null) return form
  const newest = sessions?.filter(({ complete }) => complete).toSorted((a, b) => b.startedMs - a.startedMs)[0]
  return newest === undefined ? form : { ...form, sessionId: newest.id }
}

/** A session is all that a parity check needs. */
function build(task: Task, form: LabForm, choices: Choices): Built | { readonly ok: true; readonly value: null } {
  if (task !== 'parity') return buildSpec(task, form, choices)
  return form.sessionId === null ? { ok: false, faults: { sessionId: 'Choose a session' } } : { ok: true, value: null }
}

function ResetRow({ state: { isKept, reset } }: { readonly state: LabFormState }) {
  if (!isKept) return null
  return (
    <div className="flex items-center justify-end gap-1 px-2 py-1 text-xs text-muted">
      Back to the beginning
      <IconButton label="Reset the form of this playbook" onClick={reset}>
        <RotateCcw size={12} aria-hidden />
      </IconButton>
    </div>
  )
}
