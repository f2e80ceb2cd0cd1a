// Speeds a recording can be played at, as multiples of real time; 0 is as fast as it goes.
export const SPEEDS = [1, 10, 60, 300, 600, 0] as const

/** "60×", or "max" for 0. */
export const speedLabel = (speed: number): string => (speed === 0 ? 'max' : `${speed}×`)
