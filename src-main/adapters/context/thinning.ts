// Which of many points a chart is given: the first, the last, and evenly between.

/** Rows to take of `count`, ascending, at most `pointsMax` (2 or more). */
export function thinnedRows(count: number, pointsMax: number): readonly number[] {
  if (count <= pointsMax) return Array.from({ length: count }, (_, row) => row)
  return Array.from({ length: pointsMax }, (_, point) => Math.ceil((point * (count - 1)) / (pointsMax - 1)))
}
