// Plays the recorded market like a tape. Hidden on a live feed.
import { Slider } from '@base-ui/react/slider'
import { Pause, Play } from 'lucide-react'
import { useState } from 'react'
import { useCommand } from '../../bridge/use-command.ts'
import { IconButton } from '../../components/button.tsx'
import { SPEEDS, speedLabel } from '../../format/speeds.ts'
import { formatUtc } from '../../format/times.ts'
import type { Playback } from '../../stores/desk-state.ts'
import { deskStore, useDesk } from '../../stores/desk-store.ts'
import { openDialog } from '../../stores/ui-store.ts'

export function PlaybackBar() {
  const playback = useDesk((desk) => desk.playback)
  if (playback?.kind !== 'recorded') return null
  return (
    <div
      role="group"
      aria-label="Playback of the recorded market"
      className="flex h-9 flex-none items-center gap-3 border-t border-line bg-panel px-3"
    >
      <PlayButton playback={playback} />
      <SpeedButtons playback={playback} />
      <Position playback={playback} />
    </div>
  )
}

function PlayButton({ playback }: { readonly playback: Playback }) {
  const run = useCommand()
  const what = playback.playing ? 'Pause' : 'Play'
  return (
    <IconButton
      label={`${what} (Space)`}
      tone="normal"
      className="size-7"
      onClick={() => void run('playback.setPlaying', { playing: !playback.playing }, { what })}
    >
      {playback.playing ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
    </IconButton>
  )
}

function SpeedButtons({ playback }: { readonly playback: Playback }) {
  const run = useCommand()
  return (
    <div role="group" aria-label="Speed" className="flex flex-none">
      {SPEEDS.map((speed) => (
        <button
          key={speed}
          type="button"
          aria-pressed={speed === playback.speed}
          title={speed === 0 ? 'As fast as it goes' : `${speed} times real time`}
          onClick={() => void run('playback.setSpeed', { speed }, { what: 'Change the speed' })}
          className={`h-6 min-w-9 rounded-sm px-1.5 text-xs ${speed === playback.speed ? 'bg-accent-soft font-semibold text-accent' : 'text-muted hover:bg-hover hover:text-fg'}`}
        >
          {speedLabel(speed)}
        </button>
      ))}
    </div>
  )
}

const MINUTE_MS = 60_000

function Position({ playback }: { readonly playback: Playback }) {
  const run = useCommand()
  const [wanted, setWanted] = useState<number | null>(null)
  const seek = (positionMs: number) => {
    setWanted(null)
    if (deskStore.getState().positions.length > 0) openDialog({ kind: 'seek', positionMs })
    else void run('playback.seek', { positionMs }, { what: 'Go to another time' })
  }
  const at = wanted ?? Math.min(playback.endMs, Math.max(playback.startMs, playback.positionMs))
  return (
    <>
      <span className="w-32 flex-none text-right text-xs">
        <span className={wanted === null ? '' : 'text-accent'}>{formatUtc(at, 'minute')}</span> <span className="text-muted">UTC</span>
      </span>
      <Slider.Root
        className="min-w-0 flex-1"
        min={playback.startMs}
        max={playback.endMs}
        step={MINUTE_MS}
        largeStep={60 * 24 * MINUTE_MS}
        value={at}
        onValueChange={(value) => setWanted(typeof value === 'number' ? value : null)}
        onValueCommitted={(value) => typeof value === 'number' && seek(value)}
      >
        <Slider.Control className="flex h-6 cursor-pointer touch-none items-center">
          <Slider.Track className="h-1 w-full rounded-full bg-edge">
            <Slider.Indicator className="rounded-full bg-accent" />
            <Slider.Thumb
              aria-label="Time of the recording"
              getAriaValueText={(_, value) => `${formatUtc(value, 'minute')} UTC`}
              className="size-3 rounded-full bg-fg outline-accent"
            />
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
      <span className="flex-none text-xs text-muted" title="End of the recording">
        {formatUtc(playback.endMs, 'date')}
      </span>
    </>
  )
}
