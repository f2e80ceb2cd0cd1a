// Strokes of evidence on a canvas. Areas lie under the candles, lines and labels over them; nothing that is filled is opaque.
import type { ChartTheme } from './candle-chart-theme.ts'
import {
  type Evidence,
  type EvidenceColor,
  type EvidenceGroup,
  type Label,
  LABEL_HEIGHT,
  placeLabels,
  profileBars,
} from './evidence-shapes.ts'

/** From time and price to pixels of the pane; null while the scale is not known. */
export type PaneScale = {
  readonly width: number
  readonly height: number
  readonly x: (ms: number) => number | null
  readonly y: (price: number) => number | null
  /** Half the width of a candle. */
  readonly halfBar: number
}
type Brush = { readonly context: CanvasRenderingContext2D; readonly scale: PaneScale; readonly theme: ChartTheme }

/** Share of the pane that the longest bar of a profile takes: as much as the chart leaves free of candles at the right. */
export const PROFILE_SHARE = 0.16
const ZONE_ALPHA = 0.16
const PROFILE_ALPHA = 0.16
const VALUE_AREA_ALPHA = 0.34
const FONT_PIXELS = 10

/** Zones and profiles. */
export function drawAreas(groups: readonly EvidenceGroup[], brush: Brush): void {
  for (const { color, items } of groups) {
    for (const item of items) {
      if (item.kind === 'zone') drawZone(item, color, brush)
      if (item.kind === 'profile') drawProfile(item, color, brush)
    }
  }
  brush.context.globalAlpha = 1
}

/** Levels, paths, marks, the edges of areas, and all labels. */
export function drawLines(groups: readonly EvidenceGroup[], brush: Brush): void {
  const labels: Label[] = []
  brush.context.font = `${FONT_PIXELS}px ${brush.theme.fontFamily}`
  for (const group of groups) {
    for (const item of group.items) {
      const wanted = drawItem(item, group, brush)
      if (wanted !== null) labels.push(...wanted)
    }
  }
  brush.context.setLineDash([])
  for (const label of placeLabels(labels, brush.scale)) drawLabel(label, brush)
}

function drawItem(item: Evidence, group: EvidenceGroup, brush: Brush): readonly Label[] | null {
  brush.context.strokeStyle = brush.theme[group.color]
  brush.context.fillStyle = brush.theme[group.color]
  switch (item.kind) {
    case 'level':
      return drawLevel(item, group, brush)
    case 'zone':
      return zoneLabel(item, group, brush)
    case 'path':
      return drawPath(item, group, brush)
    case 'mark':
      return drawMark(item, group, brush)
    case 'profile':
      return drawProfileLevels(item, group, brush)
    case 'features':
      return null
    default:
      return item satisfies never
  }
}

type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>

function drawZone(zone: Of<'zone'>, color: EvidenceColor, { context, scale, theme }: Brush): void {
  const box = zoneBox(zone, scale)
  if (box === null) return
  context.fillStyle = theme[color]
  context.globalAlpha = ZONE_ALPHA
  context.fillRect(box.left, box.top, box.width, box.height)
  context.globalAlpha = 0.7
  context.strokeStyle = theme[color]
  context.lineWidth = 1
  context.strokeRect(Math.round(box.left) + 0.5, Math.round(box.top) + 0.5, Math.round(box.width), Math.round(box.height))
}

function zoneBox(zone: Of<'zone'>, scale: PaneScale) {
  const [left, right] = [scale.x(zone.fromMs), scale.x(zone.toMs)]
  const [top, bottom] = [scale.y(zone.high), scale.y(zone.low)]
  if (left === null || right === null || top === null || bottom === null) return null
  return {
    left: left - scale.halfBar,
    top,
    width: Math.max(2, right - left + 2 * scale.halfBar),
    height: Math.max(2, bottom - top),
  }
}

function zoneLabel(zone: Of<'zone'>, group: EvidenceGroup, brush: Brush): readonly Label[] | null {
  const box = zoneBox(zone, brush.scale)
  return box === null ? null : [labelAt({ text: zone.label, x: box.left, y: box.top - LABEL_HEIGHT / 2 }, group, brush)]
}

function drawProfile(profile: Of<'profile'>, color: EvidenceColor, { context, scale, theme }: Brush): void {
  context.fillStyle = theme[color]
  for (const bar of profileBars(profile)) {
    const [top, bottom] = [scale.y(bar.high), scale.y(bar.low)]
    if (top === null || bottom === null) continue
    const length = bar.share * scale.width * PROFILE_SHARE
    context.globalAlpha = bar.inValueArea ? VALUE_AREA_ALPHA : PROFILE_ALPHA
    context.fillRect(scale.width - length, top, length, Math.max(1, bottom - top - 1))
  }
}

function drawProfileLevels(profile: Of<'profile'>, group: EvidenceGroup, brush: Brush): readonly Label[] {
  const { context, scale } = brush
  const left = scale.width * (1 - PROFILE_SHARE)
  const levels = [
    { name: 'VAH', price: profile.valueHigh, dash: [2, 3] },
    { name: 'POC', price: profile.pointOfControl, dash: [] },
    { name: 'VAL', price: profile.valueLow, dash: [2, 3] },
  ]
  const top = scale.y(profile.low + profile.step * profile.volumes.length)
  return [
    ...(top === null ? [] : [labelAt({ text: profile.label, x: left, y: top - LABEL_HEIGHT / 2 }, group, brush)]),
    ...levels.flatMap(({ name, price, dash }) => {
      const y = scale.y(price)
      if (y === null) return []
      context.setLineDash(dash)
      stroke(context, [
        { x: left, y },
        { x: scale.width, y },
      ])
      return [labelAt({ text: name, x: left, y }, group, brush)]
    }),
  ]
}

function drawLevel(level: Of<'level'>, group: EvidenceGroup, brush: Brush): readonly Label[] | null {
  const { context, scale } = brush
  const [x, y] = [scale.x(level.fromMs), scale.y(level.price)]
  if (x === null || y === null) return null
  context.setLineDash([5, 3])
  stroke(context, [
    { x: Math.max(0, x), y },
    { x: scale.width, y },
  ])
  return [labelAt({ text: level.label, x: x + 2, y: y - LABEL_HEIGHT / 2 - 1 }, group, brush)]
}

function drawPath(path: Of<'path'>, group: EvidenceGroup, brush: Brush): readonly Label[] | null {
  const points = path.points.flatMap(({ ms, price }) => pointAt(brush.scale, ms, price))
  const last = points.at(-1)
  if (!last) return null
  brush.context.setLineDash([])
  stroke(brush.context, points, 1.5)
  for (const point of points) ring(brush, point, 2.5)
  return [labelAt({ text: path.label, x: last.x + 6, y: last.y }, group, brush)]
}

function drawMark(mark: Of<'mark'>, group: EvidenceGroup, brush: Brush): readonly Label[] | null {
  const [point] = pointAt(brush.scale, mark.ms, mark.price)
  if (!point) return null
  brush.context.setLineDash([])
  ring(brush, point, 4)
  return [labelAt({ text: mark.label, x: point.x + 8, y: point.y }, group, brush)]
}

type Point = { readonly x: number; readonly y: number }

function pointAt(scale: PaneScale, ms: number, price: number): Point[] {
  const [x, y] = [scale.x(ms), scale.y(price)]
  return x === null || y === null ? [] : [{ x, y }]
}

function stroke(context: CanvasRenderingContext2D, points: readonly Point[], lineWidth = 1): void {
  context.lineWidth = lineWidth
  context.beginPath()
  // A line of one pixel is sharp when it runs through the middle of the pixel.
  const shift = lineWidth === 1 ? 0.5 : 0
  points.forEach(({ x, y }, index) => {
    if (index === 0) context.moveTo(Math.round(x), Math.round(y) + shift)
    else context.lineTo(Math.round(x), Math.round(y) + shift)
  })
  context.stroke()
}

/** Hollow, so that the wick it marks can be seen inside. */
function ring({ context, theme }: Brush, { x, y }: Point, radius: number): void {
  const color = context.strokeStyle
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.lineWidth = 3
  context.strokeStyle = theme.background
  context.stroke()
  context.lineWidth = 1.5
  context.strokeStyle = color
  context.stroke()
}

const PADDING = 3
function labelAt(wanted: { text: string; x: number; y: number }, { color }: EvidenceGroup, { context }: Brush): Label {
  return { ...wanted, color, width: context.measureText(wanted.text).width + 2 * PADDING }
}

/** A seam in the color of the background keeps the letters readable without hiding the candles around them. */
function drawLabel(label: Label, { context, theme }: Brush): void {
  const [x, y] = [label.x + PADDING, label.y + 0.5]
  context.textBaseline = 'middle'
  context.lineJoin = 'round'
  context.lineWidth = 3
  context.strokeStyle = theme.background
  context.strokeText(label.text, x, y)
  context.fillStyle = theme[label.color]
  context.fillText(label.text, x, y)
}
