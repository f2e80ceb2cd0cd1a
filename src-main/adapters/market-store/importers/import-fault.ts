// Why a file is not taken: one sentence for the person who gave it.

/** Thrown inside the importers; `importFile` and `previewFile` turn it into a result. The message names the file and the place in it. */
export class ImportFault extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ImportFault'
  }
}

/** What is wrong with an Arrow file: words that follow its name. */
export class FeatherFault extends Error {}

const SHOWN_MAX = 60
/** A value of the file, short enough for a sentence. */
export const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : String(value)
  return JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text)
}
