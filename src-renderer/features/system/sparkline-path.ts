// A line of samples as the path of an SVG, without a chart library.

export type SparklineBox = { readonly width: number; readonly height: number; readonly samplesMax: number }

/**
 * The `d` of a path through the samples, newest at the right edge, the scale from 0 to the largest sample.
 * A single sample gives a dot-long line, none gives an empty text. Samples that are not finite leave a hole.
 */
export function sparklinePath(samples: readonly number[], box: SparklineBox): string {
  const finite = samples.filter(Number.isFinite)
  if (finite.length === 0) return ''
  const top = Math.max(...finite) || 1
  const step = box.width / Math.max(1, box.samplesMax - 1)
  const first = box.width - (samples.length - 1) * step
  let pen = 'M'
  let path = ''
  samples.forEach((sample, index) => {
    if (!Number.isFinite(sample)) {
      pen = 'M'
      return
    }
    const y = box.height - (sample / top) * box.height
    path += `${pen}${(first + index * step).toFixed(1)} ${y.toFixed(1)}`
    pen = 'L'
  })
  return samples.length === 1 ? `${path}h0.1` : path
}
