// The search method of a specification.
import type { SearchSpec } from '../../../src-shared/config/lab.ts'
import { type Result, err, ok, unreachable } from '../../../src-shared/domain/result.ts'
import { gridSampler } from './grid.ts'
import { randomSampler } from './random-sampler.ts'
import type { Sampler } from './sampler.ts'
import { spaceOf } from './space.ts'
import { tpeSampler } from './tpe.ts'

/** The error is one sentence: a grid of more points than there are trials. */
export function createSampler(spec: Pick<SearchSpec, 'dimensions' | 'method' | 'seed' | 'trials'>): Result<Sampler, string> {
  const space = spaceOf(spec.dimensions)
  switch (spec.method) {
    case 'grid': {
      const sampler = gridSampler(space)
      if (sampler.size <= spec.trials) return ok(sampler)
      return err(
        `the grid has ${sampler.size} points but only ${spec.trials} trials are allowed: allow more, take larger steps, or search by random or tpe`,
      )
    }
    case 'random':
      return ok(randomSampler(space, spec.seed))
    case 'tpe':
      return ok(tpeSampler(space, spec.seed))
    default:
      return unreachable(spec.method, 'search method')
  }
}
