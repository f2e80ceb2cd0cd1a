// How a command ends when it cannot do what was asked.

/** The command line was not understood: exit status 2. One sentence that names the option, its value and what was expected. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
/** It was understood and could not be done: exit status 1. One sentence. */
export class CommandFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CommandFailure'
  }
}
