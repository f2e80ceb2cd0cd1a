// Text that is markup and text that is not, kept apart by type: whatever is put into a template is escaped unless it is markup already.

export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
export type HtmlValue = string | number | Html | readonly Html[]

/** Markup from a template. Interpolated texts become text, between tags and inside quoted attributes alike; attributes must be quoted. */
export const html = (markup: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  new Html(markup.reduce((whole, piece, i) => `${whole}${textOf(values[i - 1] ?? '')}${piece}`))

function textOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(({ text }) => text).join('')
  return escaped(String(value))
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
