import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { notify } from '../stores/notices.ts'
import { IconButton } from './button.tsx'

const SHOWN_MS = 1500

/** Puts `text` on the clipboard. `what` names it: "Copy the content hash". */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch (error) {
      notify({ tone: 'error', title: `Could not copy ${what}`, detail: error instanceof Error ? error.message : String(error) })
    }
  }
  const Icon = copied ? Check : Copy
  return (
    <IconButton label={copied ? `Copied ${what}` : `Copy ${what}`} className="size-5" onClick={() => void copy()}>
      <Icon size={12} aria-hidden />
    </IconButton>
  )
}
