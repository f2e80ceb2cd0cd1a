// Shown before there is a bridge: while connecting, and when the program cannot be reached or refuses this window.

export function Connecting() {
  return (
    <div role="status" className="flex h-full items-center justify-center text-muted">
      Connecting to the program…
    </div>
  )
}

export function CannotStart({ message }: { readonly message: string }) {
  return (
    <div role="alert" className="flex h-full flex-col items-center justify-center gap-2 p-6 text-center">
      <h1 className="text-lg font-semibold">Tradewright cannot be shown here</h1>
      <p className="max-w-lg text-base text-muted">{message}</p>
    </div>
  )
}
