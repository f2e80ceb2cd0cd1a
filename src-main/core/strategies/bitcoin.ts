// What concerns Bitcoin alone.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'

/** Whether the base asset is Bitcoin. */
export const isBitcoin = (id: InstrumentId): boolean => id.startsWith('BTC/')
