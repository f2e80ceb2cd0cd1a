type ProgressBarProps = {
  readonly label: string
  /** 0 to 1; null while the end is not known. */
  readonly share: number | null
  readonly text: string
  readonly tone?: 'accent' | 'muted'
  readonly className?: string
}

/** How far something has come. Without a known end the bar stays empty: the text says what is known. */
export function ProgressBar({ label, share, text, tone = 'accent', className = '' }: ProgressBarProps) {
  const percent = share === null ? 0 : Math.round(share * 100)
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === null ? {} : { 'aria-valuenow': percent })}
      aria-valuetext={text}
      className={`block h-1.5 overflow-hidden rounded-full bg-hover ${className}`}
    >
      <span
        className={`block h-full rounded-full ${tone === 'accent' ? 'bg-accent' : 'bg-muted'}`}
        style={{ width: `${share === null ? 0 : share * 100}%` }}
      />
    </span>
  )
}
