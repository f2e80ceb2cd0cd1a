import { type DecimalFormat, formatDecimal } from '../format/decimal-text.ts'
import { toneOf } from '../format/numbers.ts'
import { toneText } from './tone.ts'

type ExactProps = DecimalFormat & {
  readonly text: string | null
  /** Gains and losses in their colours, beside their sign. */
  readonly toned?: boolean
}

/** An exact amount: rounded for the eye as told, every digit in the tooltip. */
export function Exact({ text, toned = false, ...format }: ExactProps) {
  return (
    <span title={text ?? undefined} className={toned ? toneText[toneOf(text)] : undefined}>
      {formatDecimal(text, format)}
    </span>
  )
}
