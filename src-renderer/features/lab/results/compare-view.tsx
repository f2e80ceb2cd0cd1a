// Several runs side by side.
export function CompareView({ runIds }: { readonly runIds: readonly string[] }) {
  return <p className="p-2 text-sm">{runIds.join(', ')}</p>
}
