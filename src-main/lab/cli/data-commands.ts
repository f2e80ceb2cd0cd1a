// The commands about market data.
import type { SeriesId } from '../../../src-shared/domain/series.ts'
import { formatBytes, formatNumber } from '../../../src-shared/format/numbers.ts'
import { formatUtc } from '../../../src-shared/format/times.ts'
import { openMarketStore } from '../../adapters/market-store/market-store.ts'
import { marketFileOf } from '../jobs/load-data.ts'
import type { Command } from './command.ts'
import { withMarket } from './market.ts'
import { seriesFault } from './verify-data.ts'
import { table } from './tables.ts'

const LIST: Command = {
  name: 'data list',
  summary: 'List the market data that is stored',
  operands: [],
  options: {},
  run({ dataDir }, world) {
    const rows = withMarket({ dataDir, assetsDir: world.assetsDir }, world, (reader) =>
      reader
        .list()
        .map(({ id, rows: count, fromMs, toMs, missing, duplicates, refused }) => [
          id,
          formatNumber(count, 0),
          formatUtc(fromMs, 'minute'),
          formatUtc(toMs, 'minute'),
          formatNumber(missing, 0),
          String(duplicates),
          String(refused),
          formatBytes(reader.seriesBytes(id)),
        ]),
    )
    world.out(table(['series', 'rows', 'from', 'to', 'missing', 'twice', 'refused', 'size'], rows))
    return Promise.resolve(0)
  },
}

const DELETE: Command = {
  name: 'data delete',
  summary: 'Delete stored series, named as in data list',
  operands: ['SERIES…'],
  options: {},
  run({ dataDir, operands }, world) {
    const store = openMarketStore(marketFileOf(dataDir))
    try {
      for (const id of operands) {
        // The store knows its series by their names, whoever says them.
        store.delete(id as SeriesId)
        world.out(`${id} was deleted\n`)
      }
      return Promise.resolve(0)
    } finally {
      store.close()
    }
  },
}

const VERIFY: Command = {
  name: 'data verify',
  summary: 'Read all stored market data again and compare it with its hashes',
  operands: [],
  options: {},
  notes: ['The exit status is 1 when something is not as it was stored.'],
  run({ dataDir }, world) {
    const faults = withMarket({ dataDir, assetsDir: world.assetsDir }, world, (reader) =>
      reader.list().map((passport) => {
        const fault = seriesFault(reader, passport)
        world.out(`${passport.id}: ${fault === null ? `${formatNumber(passport.rows, 0)} rows as stored` : `NOT VERIFIED, ${fault}`}\n`)
        return fault
      }),
    )
    return Promise.resolve(faults.every((fault) => fault === null) ? 0 : 1)
  },
}

export const DATA_COMMANDS: readonly Command[] = [LIST, VERIFY, DELETE]
