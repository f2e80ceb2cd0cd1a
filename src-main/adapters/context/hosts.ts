// Where the sources are reached. Every address of this folder stands here, so that a test can put all of them on loopback.

export const HOSTS = {
  alternative: 'https://api.alternative.me',
  coingecko: 'https://api.coingecko.com',
  blockchain: 'https://api.blockchain.info',
  binanceFutures: 'https://fapi.binance.com',
  binanceSpot: 'https://api.binance.com',
  coindesk: 'https://www.coindesk.com',
  cointelegraph: 'https://cointelegraph.com',
  decrypt: 'https://decrypt.co',
} as const
export type HostId = keyof typeof HOSTS
export type HostTable = Readonly<Record<HostId, string>>
