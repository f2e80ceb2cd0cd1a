// Where a candle stands in the day and the week, as points on a circle, so that midnight is next to midnight.
import { type FeatureFamily, outputs } from './family.ts'
import { DAY_MS, utcDayMs, utcWeekMs } from '../../../src-shared/domain/time.ts'

const TURN = 2 * Math.PI
const DAYS_PER_WEEK = 7

export const calendar: FeatureFamily = {
  version: 1,
  inputs: ['openTimeMs'],
  parameters: [],
  typical: [[]],
  outputs: outputs(
    () => 1,
    [
      { base: 'hour_sin', unit: 'ratio', definition: 'Sine of the UTC time of day at which the candle opens, one turn a day' },
      { base: 'hour_cos', unit: 'ratio', definition: 'Cosine of the UTC time of day at which the candle opens, one turn a day' },
      { base: 'weekday_sin', unit: 'ratio', definition: 'Sine of the UTC weekday, Monday 0, one turn a week' },
      { base: 'weekday_cos', unit: 'ratio', definition: 'Cosine of the UTC weekday, Monday 0, one turn a week' },
    ],
  ),
  start(_parameters, { cells, at }) {
    return ({ openTimeMs }) => {
      const dayMs = utcDayMs(openTimeMs)
      const timeOfDay = (TURN * (openTimeMs - dayMs)) / DAY_MS
      const weekday = (TURN * (dayMs - utcWeekMs(openTimeMs))) / DAY_MS / DAYS_PER_WEEK
      cells[at] = Math.sin(timeOfDay)
      cells[at + 1] = Math.cos(timeOfDay)
      cells[at + 2] = Math.sin(weekday)
      cells[at + 3] = Math.cos(weekday)
    }
  },
}
