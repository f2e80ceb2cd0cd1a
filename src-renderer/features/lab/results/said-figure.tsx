import { Badge } from '../../../components/badge.tsx'
import type { Said } from './robust-words.ts'

/** A figure of luck with its verdict in a word and its meaning in a sentence. */
export function SaidFigure({ title, said }: { readonly title: string; readonly said: Said }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 p-2">
      <h3 className="truncate text-xs font-normal text-muted">{title}</h3>
      <p className="flex items-baseline gap-2">
        <span className="text-lg font-semibold">{said.figure}</span>
        <Badge tone={said.tone}>{said.verdict}</Badge>
      </p>
      <p className="text-xs text-muted">{said.sentence}</p>
    </div>
  )
}
