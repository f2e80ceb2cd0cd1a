import { useVirtualizer } from '@tanstack/react-virtual'
import { Pause, Play } from 'lucide-react'
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { useBridge } from '../../bridge/context.tsx'
import { Button } from '../../components/button.tsx'
import { Panel } from '../../components/panel.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { formatUtc } from '../../format/times.ts'
import { filterLines, LOG_LEVELS, type LogFilter, type LogLevel, type NumberedLine } from './log-buffer.ts'
import { useLogLines } from './use-log-lines.ts'

const EVERYTHING: LogFilter = { levelMin: 'debug', text: '' }
const LEVEL_OPTIONS = LOG_LEVELS.map((value) => ({
  value,
  title: value === 'debug' ? 'All levels' : value === 'error' ? 'Errors only' : `${value} and above`,
}))

export function LogPanel() {
  const { lines, loading, error } = useLogLines(useBridge())
  const [filter, setFilter] = useState(EVERYTHING)
  // A reader who pauses keeps the lines as they were: the buffer forgets its oldest while new ones arrive.
  const [paused, setPaused] = useState<readonly NumberedLine[] | null>(null)
  const held = paused ?? lines
  const shown = useMemo(() => filterLines(held, filter), [held, filter])
  const waiting = (lines.at(-1)?.number ?? 0) - (held.at(-1)?.number ?? 0)
  const follow = (following: boolean) => setPaused(following ? null : lines)
  const note = `${shown.length} of ${held.length} lines${waiting > 0 ? `, ${waiting} new` : ''}`
  const actions = <Controls filter={filter} onFilter={setFilter} following={paused === null} onFollow={follow} />
  return (
    <Panel title="Log" note={note} actions={actions} scroll={false} className="min-h-0 flex-1">
      {loading ? (
        <Skeleton rows={6} />
      ) : lines.length === 0 && error ? (
        <ErrorState error={error} />
      ) : shown.length === 0 ? (
        <EmptyState title={held.length === 0 ? 'The log is empty' : 'No line passes the filter'} />
      ) : (
        <Lines lines={shown} following={paused === null} onFollow={follow} />
      )}
    </Panel>
  )
}

type Following = { readonly following: boolean; readonly onFollow: (following: boolean) => void }
type ControlsProps = Following & { readonly filter: LogFilter; readonly onFilter: (filter: LogFilter) => void }

function Controls({ filter, onFilter, following, onFollow }: ControlsProps) {
  return (
    <>
      <SelectField
        label="Least level"
        value={filter.levelMin}
        options={LEVEL_OPTIONS}
        onChange={(levelMin) => onFilter({ ...filter, levelMin })}
      />
      <input
        type="search"
        aria-label="Text in the log"
        placeholder="Find text"
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.target.value })}
        className="tw-field h-6 w-40 text-xs"
      />
      <Button
        className="w-20"
        aria-pressed={!following}
        onClick={() => onFollow(!following)}
        title={following ? 'Stay where you read while new lines arrive' : 'Show new lines as they arrive'}
      >
        {following ? <Pause size={12} aria-hidden /> : <Play size={12} aria-hidden />} {following ? 'Pause' : 'Follow'}
      </Button>
    </>
  )
}

const LINE_PIXELS = 18
/** Nearer to the end than this counts as being at the end. */
const END_PIXELS = 24
const LEVEL_LOOK: Readonly<Record<LogLevel, string>> = {
  debug: 'text-muted',
  info: 'text-accent',
  warn: 'text-warn',
  error: 'font-semibold text-down',
}

/** Scrolling up pauses, scrolling back to the end follows again. */
function Lines({ lines, following, onFollow }: Following & { readonly lines: readonly NumberedLine[] }) {
  const viewport = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => LINE_PIXELS,
    getItemKey: (index) => lines[index]?.number ?? index,
    overscan: 20,
  })
  const newest = lines.at(-1)?.number
  useEffect(() => {
    if (following) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [following, newest, lines.length, virtualizer])
  useScrollIntent(viewport, (atEnd) => atEnd !== following && onFollow(atEnd))
  return (
    <div
      ref={viewport}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label="Log lines"
      className="h-full overflow-auto outline-offset-[-2px]"
    >
      <div className="relative min-w-max font-mono text-xs" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index]
          return line && <Line key={line.number} line={line} top={item.start} />
        })}
      </div>
    </div>
  )
}

/** Tells when the person scrolls up (false) or arrives at the end (true). Following only ever scrolls down, so it never says "up". */
function useScrollIntent(viewport: RefObject<HTMLElement | null>, onIntent: (atEnd: boolean) => void): void {
  const newest = useRef(onIntent)
  useEffect(() => {
    newest.current = onIntent
  })
  useEffect(() => {
    const element = viewport.current
    if (!element) return
    let before = element.scrollTop
    const onScroll = () => {
      const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < END_PIXELS
      if (atEnd || element.scrollTop < before) newest.current(atEnd)
      before = element.scrollTop
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [viewport])
}

function Line({ line, top }: { readonly line: NumberedLine; readonly top: number }) {
  return (
    <div
      className="absolute top-0 left-0 flex gap-3 px-2 whitespace-pre"
      style={{ height: LINE_PIXELS, transform: `translateY(${top}px)` }}
    >
      <span className="text-muted">{formatUtc(line.tsMs)}</span>
      <span className={`w-10 ${LEVEL_LOOK[line.level]}`}>{line.level}</span>
      <span className="w-24 truncate text-muted">{line.source}</span>
      <span>{line.message.replaceAll('\n', ' ⏎ ')}</span>
    </div>
  )
}
