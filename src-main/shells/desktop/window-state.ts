// Where the window was, brought back onto a display that is there now.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type WindowState = Rectangle & { readonly maximized: boolean }

const Saved = z.strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1), maximized: z.boolean() })
export const SIZE_MIN = { width: 960, height: 600 } as const
const SIZE_DEFAULT = { width: 1440, height: 900 } as const

/** Null when there is nothing usable: a lost window position is not worth a message. */
export function loadWindowState(file: string): WindowState | null {
  try {
    const parsed = Saved.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Throws when the file cannot be written. */
export function saveWindowState(file: string, state: WindowState): void {
  writeFileSync(`${file}.new`, JSON.stringify(state))
  renameSync(`${file}.new`, file)
}

/**
 * Fits the window into the work area it overlaps most, or centres a default one in the first when it overlaps none.
 * All in device-independent pixels; `workAreas` has the primary display first and is not empty.
 */
export function fitToDisplays(saved: WindowState | null, workAreas: readonly Rectangle[]): WindowState {
  const [primary] = workAreas
  if (!primary) throw new Error('there is no display')
  const home = saved ? bestOverlap(saved, workAreas) : null
  if (!saved || !home) return { ...centred(primary), maximized: saved?.maximized ?? false }
  const width = Math.min(Math.max(saved.width, SIZE_MIN.width), home.width)
  const height = Math.min(Math.max(saved.height, SIZE_MIN.height), home.height)
  const x = Math.min(Math.max(saved.x, home.x), home.x + home.width - width)
  const y = Math.min(Math.max(saved.y, home.y), home.y + home.height - height)
  return { x, y, width, height, maximized: saved.maximized }
}

function bestOverlap(window: Rectangle, areas: readonly Rectangle[]): Rectangle | null {
  const largest = areas.map((area) => ({ area, overlap: overlapOf(window, area) })).toSorted((a, b) => b.overlap - a.overlap)[0]
  return largest && largest.overlap > 0 ? largest.area : null
}

function overlapOf(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(width, 0) * Math.max(height, 0)
}

function centred(area: Rectangle): Rectangle {
  const width = Math.min(SIZE_DEFAULT.width, area.width)
  const height = Math.min(SIZE_DEFAULT.height, area.height)
  return { x: area.x + Math.floor((area.width - width) / 2), y: area.y + Math.floor((area.height - height) / 2), width, height }
}
