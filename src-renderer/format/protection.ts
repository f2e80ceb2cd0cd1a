/** Seconds an open position may be without a stop at the venue before it is an incident: the default of the care policy. */
export const UNPROTECTED_SECONDS_MAX = 5
