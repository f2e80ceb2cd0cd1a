export function LabPage(_: { readonly runId?: string; readonly compare?: string }) {
  return <h1>Lab</h1>
}
