type SegmentedProps<Value extends string> = {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly title: string; readonly hint?: string }[]
  readonly onChange: (value: Value) => void
}

/** A few choices side by side, one of them pressed. */
export function Segmented<Value extends string>({ label, value, options, onChange }: SegmentedProps<Value>) {
  return (
    <div role="group" aria-label={label} className="flex flex-none overflow-hidden rounded-sm border border-edge">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          title={option.hint}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={`h-5.5 px-2 text-xs whitespace-nowrap outline-offset-[-2px] ${option.value === value ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-hover hover:text-fg'}`}
        >
          {option.title}
        </button>
      ))}
    </div>
  )
}
