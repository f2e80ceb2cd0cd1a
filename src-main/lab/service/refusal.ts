// What the lab answers instead of a value: a code of the bridge and one sentence.

export type RefusalCode = 'bad_input' | 'not_found' | 'refused'

export class Refusal extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, message: string) {
    super(message)
    this.name = 'Refusal'
    this.code = code
  }
}
