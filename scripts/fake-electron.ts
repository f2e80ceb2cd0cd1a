// A stand-in for an Electron distribution that holds only a fuse wire. It cannot run; it lets a machine without the runtime go through
// packaging: which files go in, the archive, unpacking, fuses.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** By this text the fuse tools find the wire in a binary; see the Electron documentation on fuses. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const WIRE_VERSION = 1
const FUSE_COUNT = 9
const FUSE_ENABLED = '1'

/** Makes `dir` anew and returns it. */
export function makeFakeElectron(dir: string, version: string): string {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(path.join(dir, 'resources'), { recursive: true })
  mkdirSync(path.join(dir, 'locales'))
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([WIRE_VERSION, FUSE_COUNT]), Buffer.from(FUSE_ENABLED.repeat(FUSE_COUNT))])
  const padding = Buffer.alloc(4096)
  writeFileSync(path.join(dir, 'electron'), Buffer.concat([padding, wire, padding]), { mode: 0o755 })
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'version', 'locales/en-US.pak']) writeFileSync(path.join(dir, file), version)
  return dir
}
