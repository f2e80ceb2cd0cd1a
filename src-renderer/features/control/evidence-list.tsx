// What speaks for and against trading real money now; what is missing leads to where it can be mended.
import { CircleCheck, CircleDashed, CircleMinus, CircleX, type LucideIcon } from 'lucide-react'
import { PageLink } from '../../components/page-link.tsx'
import { KEYS_ADDRESS } from '../../format/addresses.ts'
import { openDialog, selectLabTask } from '../../stores/ui-store.ts'
import { type Evidence, forbids } from './arm-refusal.ts'

const LOOK: Readonly<Record<Evidence['state'], { readonly icon: LucideIcon; readonly color: string; readonly word: string }>> = {
  ok: { icon: CircleCheck, color: 'text-up', word: 'ok' },
  missing: { icon: CircleDashed, color: 'text-warn', word: 'missing' },
  failed: { icon: CircleX, color: 'text-down', word: 'failed' },
  waived: { icon: CircleMinus, color: 'text-muted', word: 'not asked for' },
}
const TITLE: Readonly<Record<Evidence['id'], string>> = {
  keys: 'Key',
  permissions: 'Permissions',
  clock: 'Clock',
  feed: 'Market data',
  paper: 'Paper trading',
  look_ahead: 'Look-ahead check',
  journal: 'Journal',
  lease: 'Only one copy',
}
type Way = { readonly to: string; readonly title: string; readonly before?: () => void }
/** Where a page of the program can mend it; the sentence says what else helps. */
const WAYS: Readonly<Partial<Record<Evidence['id'], Way>>> = {
  keys: { to: KEYS_ADDRESS, title: 'Settings, Keys' },
  permissions: { to: KEYS_ADDRESS, title: 'Settings, Keys' },
  paper: { to: '/journal', title: 'Journal of the paper account' },
  look_ahead: { to: '/lab', title: 'Run the look-ahead check', before: () => selectLabTask('checks') },
  journal: { to: '/system', title: 'System' },
}

export function EvidenceList({ evidence }: { readonly evidence: readonly Evidence[] }) {
  return (
    <ul aria-label="What must be true first" className="flex flex-col">
      {evidence.map((item) => {
        const { icon: Icon, color, word } = LOOK[item.state]
        const way = forbids(item) ? WAYS[item.id] : undefined
        return (
          <li key={item.id} className="flex items-start gap-2 border-b border-line py-1 last:border-0">
            <Icon size={14} className={`mt-px flex-none ${color}`} aria-hidden />
            <span className="w-28 flex-none">
              {TITLE[item.id]}
              {item.state !== 'ok' && <span className={`block text-2xs ${color}`}>{word}</span>}
              {item.state === 'ok' && <span className="tw-sr-only">, ok</span>}
            </span>
            <span className={`min-w-0 flex-1 text-xs ${forbids(item) ? '' : 'text-muted'}`}>
              <span className="block first-letter:uppercase">{item.sentence}</span>
              {way && <Mend way={way} />}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function Mend({ way }: { readonly way: Way }) {
  const leave = () => {
    way.before?.()
    openDialog(null)
  }
  return (
    <PageLink to={way.to} onFollow={leave}>
      {way.title}
    </PageLink>
  )
}
