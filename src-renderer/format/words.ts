// Codes of the engine as words for a person: "strategy_faulted" is "strategy faulted".
export const wordsOf = (code: string): string => code.replaceAll('_', ' ')
