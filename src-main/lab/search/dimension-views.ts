// The dimensions of a search, for the screen.
import type * as z from 'zod/mini'
import type { DimensionView } from '../../../src-shared/bridge/lab-views.ts'
import type { SearchDimension } from '../../../src-shared/config/lab.ts'
import type { DeclaredParameters } from './dimensions.ts'
import { importanceOf } from './importance.ts'
import { dimensionName } from './space.ts'
import type { StudyTrial } from './trial.ts'

/** A dimension whose strategy is no longer there goes by its name, with the middle of what was searched as its default. */
export function dimensionViews(
  dimensions: readonly SearchDimension[],
  declared: DeclaredParameters,
  trials: readonly StudyTrial[],
): z.infer<typeof DimensionView>[] {
  const importance = importanceOf(dimensions, trials)
  return dimensions.map((dimension, at) => {
    const { strategyId, parameter, min, max, step, scale } = dimension
    const spec = declared.get(strategyId)?.find(({ name }) => name === parameter)
    return {
      name: dimensionName(dimension),
      title: spec?.title ?? parameter,
      unit: spec?.unit ?? '',
      min,
      max,
      step,
      scale,
      default: spec?.default ?? (min + max) / 2,
      importance: importance[at] ?? null,
    }
  })
}
