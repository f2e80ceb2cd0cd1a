// One vocabulary of tones for every component. Tone is never the only carrier of meaning: a sign, a word or an icon goes with it.
export type Tone = 'neutral' | 'muted' | 'up' | 'down' | 'accent' | 'warn' | 'danger'

export const toneText: Readonly<Record<Tone, string>> = {
  neutral: 'text-fg',
  muted: 'text-muted',
  up: 'text-up',
  down: 'text-down',
  accent: 'text-accent',
  warn: 'text-warn',
  danger: 'text-down',
}

export const toneSoft: Readonly<Record<Tone, string>> = {
  neutral: 'bg-hover text-fg',
  muted: 'bg-hover text-muted',
  up: 'bg-up-soft text-up',
  down: 'bg-down-soft text-down',
  accent: 'bg-accent-soft text-accent',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger text-on-danger',
}
