// What headlines call the assets that are traded: facts about the market's list, no judgement of words. A ticker that is also an English word
// (LINK, NEAR, DOT, OP and the like) stands only behind a dollar sign, or not at all where the name says it.

/** By base asset as exchanges write it; all lower-case. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  AAVE: ['aave'],
  ADA: ['cardano', 'ada'],
  ALGO: ['algorand', 'algo'],
  APT: ['aptos'],
  ARB: ['arbitrum'],
  ATOM: ['cosmos hub', 'atom token', '$ atom'],
  AVAX: ['avalanche', 'avax'],
  BCH: ['bitcoin cash', 'bch'],
  BNB: ['bnb', 'binance coin'],
  BTC: ['bitcoin', 'bitcoins', 'btc', 'xbt'],
  DOGE: ['dogecoin', 'doge'],
  DOT: ['polkadot', '$ dot'],
  ETC: ['ethereum classic'],
  ETH: ['ethereum', 'ether', 'eth'],
  FIL: ['filecoin'],
  HBAR: ['hedera', 'hbar'],
  ICP: ['internet computer', 'icp'],
  LINK: ['chainlink', '$ link'],
  LTC: ['litecoin', 'ltc'],
  NEAR: ['near protocol', '$ near'],
  OP: ['optimism token', '$ op'],
  PEPE: ['pepe', 'pepecoin'],
  POL: ['polygon', 'matic'],
  SHIB: ['shiba inu', 'shib'],
  SOL: ['solana', '$ sol'],
  SUI: ['sui'],
  TON: ['toncoin', '$ ton'],
  TRX: ['tron', 'trx'],
  UNI: ['uniswap', '$ uni'],
  XLM: ['stellar lumens', 'xlm'],
  XMR: ['monero', 'xmr'],
  XRP: ['xrp', 'ripple'],
  ZEC: ['zcash', 'zec'],
}

/**
 * Patterns by base asset: all that the table knows, and the bare ticker of those of `bases` that it does not. "1000PEPE", as an exchange
 * counts in thousands, is PEPE.
 */
export function assetNames(bases: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const unknown = bases.map(plainBase).filter((base) => !(base in NAMES))
  return new Map([...Object.entries(NAMES), ...unknown.map((base) => [base, [`$ ${base.toLowerCase()}`]] as const)])
}

/** The asset without the thousands that an exchange counts it in. */
export const plainBase = (base: string): string => base.replace(/^10+(?=[A-Z])/, '')
