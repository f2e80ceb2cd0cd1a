import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../../components/button.tsx'
import { FieldError } from '../../../components/field.tsx'
import type { FormProps } from './form-props.ts'
import type { TierDraft } from './lab-form.ts'

const TIERS_MAX = 20
const COLUMNS = [
  { key: 'volumeMin', title: 'Volume from' },
  { key: 'maker', title: 'Maker, %' },
  { key: 'taker', title: 'Taker, %' },
] as const

/** Fees by the volume of the 30 days before. */
export function FeeTiers({ form, onForm, faults }: FormProps) {
  const setTier = (at: number, change: Partial<TierDraft>) =>
    onForm({ ...form, tiers: form.tiers.map((tier, index) => (index === at ? { ...tier, ...change } : tier)) })
  const add = () => {
    const last = form.tiers.at(-1)
    onForm({ ...form, tiers: [...form.tiers, { volumeMin: '', maker: last?.maker ?? '', taker: last?.taker ?? '' }] })
  }
  return (
    <div className="py-1">
      <table className="w-full text-xs" aria-label="Fee tiers">
        <thead>
          <tr className="text-muted">
            {COLUMNS.map(({ key, title }) => (
              <th key={key} scope="col" className="pr-1 text-right">
                {title}
              </th>
            ))}
            <th scope="col" className="w-6">
              <span className="tw-sr-only">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {form.tiers.map((tier, at) => (
            // A tier is known by its place alone.
            // eslint-disable-next-line react/no-array-index-key
            <tr key={at}>
              {COLUMNS.map(({ key, title }) => (
                <td key={key} className="py-0.5 pr-1">
                  <input
                    aria-label={`${title}, tier ${at + 1}`}
                    aria-invalid={faults['tiers'] !== undefined}
                    inputMode="decimal"
                    autoComplete="off"
                    value={tier[key]}
                    onChange={(event) => setTier(at, { [key]: event.target.value })}
                    className="tw-field h-5.5 w-full px-1 text-right text-xs"
                  />
                </td>
              ))}
              <td>
                <IconButton
                  label={`Remove tier ${at + 1}`}
                  className="size-5"
                  disabled={form.tiers.length === 1}
                  onClick={() => onForm({ ...form, tiers: form.tiers.filter((_, index) => index !== at) })}
                >
                  <X size={11} aria-hidden />
                </IconButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <FieldError error={faults['tiers'] ?? null} />
      <Button tone="quiet" disabled={form.tiers.length >= TIERS_MAX} onClick={add}>
        <Plus size={11} aria-hidden /> Tier
      </Button>
    </div>
  )
}
