/** The only names on which page and program speak. */
export const CHANNELS = { hello: 'bridge:hello', invoke: 'bridge:invoke', event: 'bridge:event' } as const
