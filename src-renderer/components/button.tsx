import type { ButtonHTMLAttributes, ReactNode } from 'react'

type ButtonTone = 'normal' | 'quiet' | 'accent' | 'danger'
type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { readonly tone?: ButtonTone; readonly children?: ReactNode }

const LOOK: Readonly<Record<ButtonTone, string>> = {
  normal: 'border border-edge bg-raised hover:bg-hover',
  quiet: 'border border-transparent text-muted hover:bg-hover hover:text-fg',
  accent: 'border border-accent bg-accent-soft text-accent hover:bg-hover',
  danger: 'border border-danger bg-danger font-semibold text-on-danger hover:brightness-110',
}

export function Button({ tone = 'normal', className = '', children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={`inline-flex h-6 flex-none items-center justify-center gap-1.5 rounded-sm px-2 text-xs whitespace-nowrap ${LOOK[tone]} ${className}`}
      {...rest}
    >
      {children}
    </button>
  )
}

type IconButtonProps = Omit<ButtonProps, 'aria-label' | 'title'> & { readonly label: string }

/** A button that is only an icon: the label is its name and its tooltip. */
export function IconButton({ label, tone = 'quiet', className = '', children, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={`inline-flex size-6 flex-none items-center justify-center rounded-sm ${LOOK[tone]} ${className}`}
      {...rest}
    >
      {children}
    </button>
  )
}
