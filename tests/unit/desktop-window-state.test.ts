// Proves that the window always comes up where it can be seen and grabbed, whatever was saved and whichever displays are there.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitToDisplays, loadWindowState, saveWindowState, type Rectangle } from '../../src-main/shells/desktop/window-state.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const PRIMARY = { x: 0, y: 0, width: 1920, height: 1040 }
const RIGHT = { x: 1920, y: 0, width: 2560, height: 1400 }

describe('the window', () => {
  it('comes back where it was', () => {
    const saved = { x: 2000, y: 100, width: 1200, height: 800, maximized: true }
    expect(fitToDisplays(saved, [PRIMARY, RIGHT])).toEqual(saved)
  })

  it('comes up in the middle of the first display when its own is gone, or nothing was saved', () => {
    const middle = { x: 240, y: 70, width: 1440, height: 900 }
    expect(fitToDisplays({ x: 2000, y: 100, width: 1200, height: 800, maximized: false }, [PRIMARY])).toEqual({
      ...middle,
      maximized: false,
    })
    expect(fitToDisplays(null, [PRIMARY])).toEqual({ ...middle, maximized: false })
  })

  it('lies within one display, for every saved state and all displays', () => {
    const whole = (min: number, max: number) => fc.integer({ min, max })
    const area = fc.record({ x: whole(-4000, 4000), y: whole(-3000, 3000), width: whole(400, 4000), height: whole(300, 3000) })
    const saved = fc.record({
      x: whole(-1e6, 1e6),
      y: whole(-1e6, 1e6),
      width: whole(1, 1e5),
      height: whole(1, 1e5),
      maximized: fc.boolean(),
    })
    const inside = (a: Rectangle, b: Rectangle): boolean =>
      a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height
    fc.assert(
      fc.property(fc.option(saved), fc.array(area, { minLength: 1, maxLength: 4 }), (state, areas) => {
        const fitted = fitToDisplays(state, areas)
        expect(areas.some((candidate) => inside(fitted, candidate))).toBe(true)
      }),
    )
  })
})

describe('its file', () => {
  const file = path.join(temporaryDir(), 'window.json')

  it('gives back what was saved', () => {
    const state = { x: 1, y: 2, width: 1000, height: 700, maximized: false }
    saveWindowState(file, state)
    expect(loadWindowState(file)).toEqual(state)
  })

  it.each([
    '',
    '{',
    'null',
    '{"x":1}',
    '{"x":1.5,"y":0,"width":1,"height":1,"maximized":false}',
    '{"x":0,"y":0,"width":-1,"height":1,"maximized":false}',
  ])('holding %s counts as none', (text) => {
    writeFileSync(file, text)
    expect(loadWindowState(file)).toBeNull()
  })
})
