// How fresh the market is, in a few words and one tone. Pure, so that the wording can be tested.
import type { Tone } from '../components/tone.ts'
import { speedLabel } from '../format/speeds.ts'
import { formatAge, formatUtc } from '../format/times.ts'
import type { DeskState, Feed } from '../stores/desk-state.ts'

export type FeedStatus = {
  readonly tone: Tone
  /** "Recorded 60×", "Live". */
  readonly word: string
  /** Market time of a recording, age of the data of a live feed. */
  readonly detail: string
  /** The chart must not look current. */
  readonly stale: boolean
}
type Parts = Pick<DeskState, 'feed' | 'playback' | 'marketMs' | 'connected'>

const STATE_TONE: Readonly<Record<Feed['state'], Tone>> = {
  connecting: 'warn',
  live: 'up',
  stale: 'warn',
  ended: 'muted',
  failed: 'danger',
}

export function feedStatus({ feed, playback, marketMs, connected }: Parts, nowMs: number): FeedStatus {
  if (!feed) return { tone: 'muted', word: 'No feed', detail: '', stale: true }
  const stale = !connected || feed.state === 'stale' || feed.state === 'failed'
  const tone = connected ? STATE_TONE[feed.state] : 'danger'
  if (feed.kind === 'recorded')
    return {
      tone: recordedTone(tone, playback),
      word: recordedWord(feed, playback),
      detail: `${formatUtc(playback?.positionMs ?? marketMs, 'minute')} UTC`,
      stale,
    }
  const age = feed.lastEventMs === null ? 'no data yet' : `${formatAge(nowMs - feed.lastEventMs)} old`
  return {
    tone,
    word: feed.state === 'live' ? 'Live' : `Live, ${feed.state}`,
    detail: feed.state === 'live' && age === 'now old' ? 'now' : age,
    stale,
  }
}

function recordedWord(feed: Feed, playback: DeskState['playback']): string {
  if (feed.state !== 'live') return `Recorded, ${feed.state}`
  if (playback?.playing === false) return 'Recorded, paused'
  return `Recorded ${speedLabel(playback?.speed ?? 1)}`
}
const recordedTone = (tone: Tone, playback: DeskState['playback']): Tone => (tone === 'up' && playback?.playing === false ? 'muted' : tone)
