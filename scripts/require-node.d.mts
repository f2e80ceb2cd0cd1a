export const NODE_MAJOR_MIN: number
/** Returns the sentence to print, or null when this Node will do. */
export function nodeTrouble(version: string): string | null
