// What will be run, in a sentence, and the button that does it. Ctrl Enter starts it from anywhere in the form.
import { Play } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '../../../components/button.tsx'
import { useDesk } from '../../../stores/desk-store.ts'
import { uiStore } from '../../../stores/ui-store.ts'
import { type LabPace, summaryOf, workloadOf } from './estimate.ts'
import type { Faults } from './faults.ts'
import { type LabForm, TASK_TITLE, type Task, numberText } from './lab-form.ts'
import { numberOf } from './number-text.ts'
import type { LabSpec } from './spec.ts'
import type { Order, Refusal } from './use-start.ts'

type StartBarProps = {
  readonly task: Task
  readonly form: LabForm
  readonly built: { readonly ok: true; readonly value: LabSpec | null } | { readonly ok: false; readonly faults: Faults }
  readonly busy: boolean
  readonly refusal: Refusal | null
  /** Null while nobody has answered. */
  readonly pace: LabPace | null
  readonly onStart: (order: Order) => Promise<boolean>
}

export function StartBar({ task, form, built, busy, refusal, pace, onStart }: StartBarProps) {
  const bar = useRef<HTMLDivElement>(null)
  const connected = useDesk((desk) => desk.connected)
  const start = () => {
    if (busy || !connected) return
    if (built.ok) void onStart({ task, form, spec: built.value })
    else focusFirstFault(bar.current)
  }
  useCtrlEnter(start)
  return (
    <div ref={bar} className="flex flex-none items-center gap-2 border-t border-line p-2">
      <p
        className="min-h-12 min-w-0 flex-1 text-xs"
        role="status"
        title="The time is estimated by how fast the last backtests and trials of this playbook ran"
      >
        {refusal !== null ? (
          <span className="text-down">{refusal.message}</span>
        ) : built.ok ? (
          summary({ task, form, built, pace })
        ) : (
          <span className="text-warn">{faultSummary(built.faults)}</span>
        )}
      </p>
      <Button tone="accent" className="h-8 px-3" disabled={busy || !connected} title="Ctrl Enter" onClick={start}>
        <Play size={12} aria-hidden />
        {busy ? 'Starting…' : `Start ${TASK_TITLE[task].toLowerCase().replace(/s$/, '')}`}
      </Button>
    </div>
  )
}

function summary({ task, form, built, pace }: Pick<StartBarProps, 'task' | 'form' | 'built' | 'pace'>): string {
  if (!built.ok) return ''
  if (built.value === null) return `The session ${form.sessionId ?? ''} is run again as a backtest and compared.`
  const cuts = task === 'checks' && form.check === 'look_ahead' ? numberOf(numberText(form, 'cuts')) : null
  return summaryOf(workloadOf(built.value, { threads: pace?.threads ?? 1, cuts }), pace)
}

function faultSummary(faults: Faults): string {
  const sentences = Object.values(faults)
  const [first = ''] = sentences
  return sentences.length === 1 ? `${first}.` : `${first}. ${sentences.length - 1} more to put right.`
}

/** Opens the section of the first field that is wrong and puts the cursor there. */
function focusFirstFault(bar: HTMLElement | null): void {
  const form = bar?.parentElement?.querySelector('[data-testid="lab-form"]')
  const wrong = form?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form?.querySelector<HTMLElement>('fieldset input')
  const section = wrong?.closest('details')
  if (section) section.open = true
  wrong?.focus()
}

/** Not while a dialog is open: its own fields have the keys then. */
function useCtrlEnter(run: () => void): void {
  const newest = useRef(run)
  useEffect(() => {
    newest.current = run
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return
      if (uiStore.getState().dialog !== null) return
      if (event.target instanceof Element && event.target.closest('[role="dialog"], [role="alertdialog"]')) return
      event.preventDefault()
      newest.current()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
