// Short names of instruments for the eye; the full symbol belongs in a tooltip.

/** "BTC/USDT" for "BTC/USDT:USDT". */
export const symbolOf = (instrumentId: string): string => instrumentId.split(':')[0] ?? instrumentId
/** "BTC" for "BTC/USDT:USDT". */
export const baseOf = (instrumentId: string): string => instrumentId.split('/')[0] ?? instrumentId
