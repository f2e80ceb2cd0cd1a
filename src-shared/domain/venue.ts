// The venues that orders can go to, and what is known about each before anything is asked.

/** In ccxt's words, as in `Instrument.venue`. */
export const VENUE_IDS = ['binanceusdm', 'bybit', 'okx', 'deribit'] as const
export type VenueId = (typeof VENUE_IDS)[number]
export const isVenueId = (text: string): text is VenueId => (VENUE_IDS as readonly string[]).includes(text)

/** `testnet` is the venue's own test or demo system; `practice` is the simulated exchange on this machine. */
export const VENUE_ENVIRONMENTS = ['live', 'testnet', 'practice'] as const
export type VenueEnvironment = (typeof VENUE_ENVIRONMENTS)[number]

export type VenueFacts = {
  readonly name: string
  /** OKX alone asks for a third secret. */
  readonly hasPassphrase: boolean
}
export const VENUES: Readonly<Record<VenueId, VenueFacts>> = {
  binanceusdm: { name: 'Binance USDT-M', hasPassphrase: false },
  bybit: { name: 'Bybit', hasPassphrase: false },
  okx: { name: 'OKX', hasPassphrase: true },
  deribit: { name: 'Deribit', hasPassphrase: false },
}

export type VenueAccount = { readonly venue: VenueId; readonly environment: VenueEnvironment }

/** An account at a venue, as the person knows it: "Bybit", "Bybit (test system)". */
export const accountName = ({ venue, environment }: VenueAccount): string =>
  environment === 'live' ? VENUES[venue].name : `${VENUES[venue].name} (${environment === 'testnet' ? 'test system' : 'practice venue'})`

/** Held by the engine's execution side alone. Never logged, never in a message to a screen. */
export type VenueCredentials = { readonly key: string; readonly secret: string; readonly passphrase: string | null }

/** What a key may do, as its venue says; null where the venue does not tell. Keys that can withdraw are refused. */
export type KeyReport = {
  readonly canTrade: boolean
  readonly canWithdraw: boolean
  readonly ipRestricted: boolean | null
  readonly expiresMs: number | null
}

/** How the connection for orders stands. `degraded`: it works, but something is late, limited or missing. */
export const CONNECTION_STATES = ['connecting', 'live', 'degraded', 'maintenance', 'down'] as const
export type ConnectionState = (typeof CONNECTION_STATES)[number]

/** A stream of the venue and when it last brought something. */
export type StreamAge = {
  readonly name: string
  readonly ageMs: number
  /** Older than this is an alarm. */
  readonly ageMsMax: number
}

/** What the System page shows of a venue. Computed from what happened; null where nothing has happened yet. */
export type VenueHealth = {
  readonly venue: VenueId
  readonly environment: VenueEnvironment
  readonly state: ConnectionState
  readonly detail: string
  /** Venue's clock minus ours, and how long the measurement took there and back. */
  readonly clockOffsetMs: number | null
  readonly roundTripMs: number | null
  /** From the order's bytes on the socket to the venue's acknowledgement, of the newest orders. */
  readonly submitMsP50: number | null
  readonly submitMsP99: number | null
  readonly budget: {
    readonly used: number
    readonly limit: number
    readonly windowMs: number
    readonly waiting: number
    /** Until when nothing but emergencies is sent, or null. */
    readonly bannedUntilMs: number | null
  }
  readonly streams: readonly StreamAge[]
  readonly reconnects: number
  readonly lastSnapshotMs: number | null
}

/** Name of the file with the books of one account, beside that of the paper account. */
export const liveJournalName = (venue: VenueId, environment: VenueEnvironment): string => `live-${venue}-${environment}.db`
/** The same books where a run of the lab could be asked for instead. */
export const liveRunId = (venue: VenueId, environment: VenueEnvironment): string => `live:${venue}:${environment}`

/** Name of the file of such a run, or null for any other. */
export function liveRunJournal(runId: string): string | null {
  for (const venue of VENUE_IDS)
    for (const environment of VENUE_ENVIRONMENTS) if (liveRunId(venue, environment) === runId) return liveJournalName(venue, environment)
  return null
}
