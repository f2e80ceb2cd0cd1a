import { CurveMark } from '../../../../charts/curve-legend.tsx'
import { type ComparedRun, markOf } from './read-compared.ts'

/** Letter, line and title of a compared run, for the head of its column. */
export function RunHeading({ run, place }: { readonly run: ComparedRun; readonly place: number }) {
  const { letter, color, dashed } = markOf(place)
  return (
    <span className="inline-flex max-w-full items-center gap-1.5" title={run.run.title}>
      <CurveMark color={color} dashed={dashed} />
      <b className="flex-none font-semibold text-fg">{letter}</b>
      <span className="truncate">{run.run.title}</span>
    </span>
  )
}
