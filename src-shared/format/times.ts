// Times for the eye: always UTC, always the same width, and durations in their two largest units.
import { NOTHING } from './numbers.ts'

type UtcParts = 'datetime' | 'date' | 'time' | 'minute'

/** "2026-11-20 09:41:07" in UTC; `minute` is "2026-11-20 09:41", `time` is "09:41:07". */
export function formatUtc(tsMs: number | null | undefined, parts: UtcParts = 'datetime'): string {
  if (tsMs === null || tsMs === undefined || !Number.isFinite(tsMs) || Math.abs(tsMs) > 8.64e15) return NOTHING
  const iso = new Date(tsMs).toISOString()
  const date = iso.slice(0, 10)
  if (parts === 'date') return date
  if (parts === 'time') return iso.slice(11, 19)
  return `${date} ${iso.slice(11, parts === 'minute' ? 16 : 19)}`
}

/** A length of time in its two largest units: "42s", "3m 07s", "5h 02m", "3d 04h". Negative counts as zero. */
export function formatDuration(lengthMs: number | null | undefined): string {
  if (lengthMs === null || lengthMs === undefined || !Number.isFinite(lengthMs)) return NOTHING
  const seconds = Math.max(0, Math.floor(lengthMs / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`
  return `${Math.floor(seconds / 86_400)}d ${two(Math.floor((seconds % 86_400) / 3600))}h`
}

/** How long ago, in one unit: "now", "12s", "4m", "3h", "2d". */
export function formatAge(ageMs: number | null | undefined): string {
  if (ageMs === null || ageMs === undefined || !Number.isFinite(ageMs)) return NOTHING
  const seconds = Math.max(0, Math.floor(ageMs / 1000))
  if (seconds < 1) return 'now'
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}
