// Help for the field that has the focus or lies under the mouse, always in the same place, so that nothing moves.
import { type ReactNode, createContext, useContext, useState } from 'react'

export type Help = { readonly title: string; readonly text: string }

const ShowHelp = createContext<(help: Help) => void>(() => {})
const ShownHelp = createContext<Help | null>(null)

/** Fields below it tell their help to the {@link HelpLine} below it. */
export function HelpProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<Help | null>(null)
  return (
    <ShowHelp value={setShown}>
      <ShownHelp value={shown}>{children}</ShownHelp>
    </ShowHelp>
  )
}

export const useShowHelp = (): ((help: Help) => void) => useContext(ShowHelp)

/** For the eye: a screen reader hears the same as the description of the field. */
export function HelpLine({ fallback }: { readonly fallback: string }) {
  const shown = useContext(ShownHelp)
  return (
    <p aria-hidden className="h-12 flex-none overflow-hidden border-t border-line px-2 py-1 text-xs text-muted">
      {shown === null ? (
        fallback
      ) : (
        <>
          <b className="font-medium text-fg">{shown.title}.</b> {shown.text}
        </>
      )}
    </p>
  )
}
