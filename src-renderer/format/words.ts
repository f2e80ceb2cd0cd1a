// Codes of the engine as words for a person: "strategy_faulted" is "strategy faulted".
export const wordsOf = (code: string): string => code.replaceAll('_', ' ')

/** The program speaks in clauses; on its own line one begins with a capital. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
