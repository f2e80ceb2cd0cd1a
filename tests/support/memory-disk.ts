// A small disk of its own in memory, to be full or read-only without harming anything else. Needs root on Linux.
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { temporaryDir } from './temporary-dir.ts'

const PAGE_BYTES = 4096

export const CAN_MOUNT = process.platform === 'linux' && process.getuid?.() === 0

export interface MemoryDisk {
  readonly dir: string
  /** Takes every free page. */
  fill(): void
  /** Gives them back. */
  empty(): void
  unmount(): void
}

/** `options` as for mount: `size=24m`, `ro`. */
export function mountMemoryDisk(options: string): MemoryDisk {
  const dir = temporaryDir()
  const ballast = path.join(dir, 'ballast')
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir])
  return {
    dir,
    fill() {
      const file = openSync(ballast, 'w')
      const page = Buffer.alloc(PAGE_BYTES, 1)
      try {
        for (;;) writeSync(file, page)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      } finally {
        closeSync(file)
      }
    },
    empty: () => rmSync(ballast),
    unmount: () => void execFileSync('umount', ['--lazy', dir]),
  }
}
