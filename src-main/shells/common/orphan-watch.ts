// npm puts a shell between itself and us that does not pass signals on: whoever stops npm would leave us running, unseen, with the data
// directory locked. So a program started by npm ends when its parent is gone.

const CHECK_MS = 500

/** Calls `onOrphaned` once when the parent process has ended, if this program was started by an npm script. */
export function watchForOrphaning(onOrphaned: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onOrphaned()
  }, CHECK_MS)
  timer.unref()
}
