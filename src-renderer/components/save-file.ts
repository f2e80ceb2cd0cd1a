// Hands a text to the person as a file. The window decides where it goes: a download, or a dialog of the desktop.

type Format = 'csv' | 'json' | 'html'
const TYPES: Readonly<Record<Format, string>> = { csv: 'text/csv', json: 'application/json', html: 'text/html' }
/** Long enough for the download to have taken the content over. */
const KEEP_MS = 60_000

export function saveTextFile(file: { readonly fileName: string; readonly text: string; readonly format: Format }): void {
  const url = URL.createObjectURL(new Blob([file.text], { type: `${TYPES[file.format]};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = file.fileName
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS)
}
