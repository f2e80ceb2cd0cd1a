// The stored series, read again when an import or a download has ended.
import { useJobEnd } from '../stores/lab-jobs.ts'
import { type Query, useQuery } from './use-query.ts'
import type { Passport } from '../format/coverage.ts'

export function useSeries(): Query<Passport[]> {
  const query = useQuery('lab.series.list', {})
  useJobEnd(['import', 'download'], query.reload)
  return query
}
