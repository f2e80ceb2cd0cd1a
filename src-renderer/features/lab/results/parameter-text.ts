// Names and values of parameters for the eye.
import { formatNumber } from '../../../format/numbers.ts'
import type { Dimension, Parameters } from './views.ts'

/**
 * Short names of parameters that stand together: "confluence min" for "imba.confluenceMin", or "imba confluence min" where another strategy has one
 * too. The whole name belongs in a tooltip.
 */
export function labelsOf(names: readonly string[]): (name: string) => string {
  const short = (name: string) => inWords(name.slice(name.indexOf('.') + 1))
  const isShared = (label: string) => names.filter((name) => short(name) === label).length > 1
  return (name) => (isShared(short(name)) ? `${name.slice(0, name.indexOf('.'))} ${short(name)}` : short(name))
}

/** A name of the engine as words: "latencyMs" and "latency_ms" are "latency ms". */
export const inWords = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()

/** The step of a dimension; where any value is allowed, one so fine that a thousandth of the range can be read. */
export const stepOf = ({ min, max, step }: Pick<Dimension, 'min' | 'max' | 'step'>): number =>
  step ?? 10 ** Math.floor(Math.log10(Math.max(1e-8, (max - min) / 1000)))

/** As many digits as tell two values of the parameter apart: those of its step, or four in all. */
export function formatParameter(value: number | null | undefined, step: number | null = null): string {
  if (value === null || value === undefined) return '—'
  return formatNumber(value, decimalsOfStep(step ?? Number(value.toPrecision(4))))
}

/** Digits after the point of a number as it is written. */
function decimalsOfStep(step: number): number {
  const text = String(step)
  return text.includes('e-') ? Number(text.split('e-')[1]) : (text.split('.')[1]?.length ?? 0)
}

export function stepFor(name: string, dimensions: readonly Pick<Dimension, 'name' | 'min' | 'max' | 'step'>[]): number | null {
  const dimension = dimensions.find((one) => one.name === name)
  return dimension === undefined ? null : stepOf(dimension)
}

/** "confluence min 1.4, stop atr 2.25" */
export function parametersText(parameters: Parameters): string {
  const labelOf = labelsOf(Object.keys(parameters))
  return Object.entries(parameters)
    .map(([name, value]) => `${labelOf(name)} ${formatParameter(value)}`)
    .join(', ')
}
