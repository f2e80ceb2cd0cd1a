/** Seconds an open position may be without a stop at the venue before it is an incident: the default of the care policy. */
export const UNPROTECTED_SECONDS_MAX = 5

/** Whether a stop works for it at the venue, which goes on working without this program. */
export const isProtected = (position: { readonly stopState: string; readonly unprotectedSinceMs: number | null }): boolean =>
  position.stopState === 'working' && position.unprotectedSinceMs === null

/** How far this clock and that of the venue may be apart: the default of the live settings. */
export const CLOCK_OFFSET_MS_MAX = 500
