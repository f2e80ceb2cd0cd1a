// A real Secret Service (gnome-keyring) on a message bus of a test's own, with a home of its own: no keyring of the person at this machine is
// touched. Debian's packages dbus, gnome-keyring and libsecret-1-0; where they are not installed the tests say that they skip.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { temporaryDir } from './temporary-dir.ts'

const runs = (program: string): boolean => spawnSync(program, ['--version']).status === 0
export const hasSecretService =
  process.platform === 'linux' &&
  runs('dbus-daemon') &&
  runs('gnome-keyring-daemon') &&
  String(spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout).includes('libsecret-1.so.0')

/** A bus on which nothing can be started by its name. */
const CONFIGURATION = (dir: string): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=${dir}</listen>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`
const COLLECTION = '/org/freedesktop/secrets/collection/login'
const PASSWORD = 'password of the keyring'
const START_MS_MAX = 10_000
const STEP_MS = 50

export type SecretService = {
  /** For the environment of a program that shall use it. */
  readonly env: Readonly<Record<string, string>>
  /** As when the screen's owner locks the keyring. Nobody is there to be asked for the password. */
  lock(): void
  /** As a login does: with the password, over the service's own socket. */
  unlock(): Promise<void>
  stop(): Promise<void>
}

/** A bus without any keyring. */
export async function startBus(): Promise<Pick<SecretService, 'env' | 'stop'>> {
  const home = temporaryDir()
  const config = path.join(home, 'bus.conf')
  writeFileSync(config, CONFIGURATION(home))
  const bus = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address=1'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [address]: string[] = await once(createInterface({ input: bus.stdout }), 'line')
  return {
    env: {
      DBUS_SESSION_BUS_ADDRESS: address ?? '',
      HOME: home,
      XDG_RUNTIME_DIR: home,
      XDG_DATA_HOME: path.join(home, 'share'),
      DISPLAY: '',
    },
    async stop() {
      await ended(bus)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** A keyring that is open. */
export async function startSecretService(): Promise<SecretService> {
  const bus = await startBus()
  const env = { ...process.env, ...bus.env }
  const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', '--unlock'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  keyring.stdin.end(PASSWORD)
  const call = (method: string, ...args: string[]): string => {
    const request = ['--session', '--print-reply', '--dest=org.freedesktop.secrets', '/org/freedesktop/secrets', method, ...args]
    const answer = spawnSync('dbus-send', request, { env, encoding: 'utf8' })
    return answer.status === 0 ? answer.stdout : ''
  }
  const ask = (): string => call('org.freedesktop.DBus.Properties.Get', 'string:org.freedesktop.Secret.Service', 'string:Collections')
  for (let waitedMs = 0; !ask().includes(COLLECTION); waitedMs += STEP_MS) {
    if (waitedMs > START_MS_MAX) throw new Error(`no keyring within ${START_MS_MAX} ms`)
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
  return {
    env: bus.env,
    lock() {
      if (!call('org.freedesktop.Secret.Service.Lock', `array:objpath:${COLLECTION}`).includes(COLLECTION))
        throw new Error('the keyring was not locked')
    },
    unlock: () => unlock(path.join(bus.env['XDG_RUNTIME_DIR'] ?? '', 'keyring/control')),
    async stop() {
      await ended(keyring)
      await bus.stop()
    },
  }
}

/** The protocol of gnome-keyring's PAM module (gkr-pam-client.c): a byte for the credentials, then length, operation 1, and the password. */
async function unlock(control: string): Promise<void> {
  const password = Buffer.from(PASSWORD)
  const request = Buffer.alloc(13 + password.length)
  request.writeUInt32BE(12 + password.length, 1)
  request.writeUInt32BE(1, 5)
  request.writeUInt32BE(password.length, 9)
  password.copy(request, 13)
  const socket = connect(control)
  socket.write(request)
  const [answer]: Buffer[] = await once(socket, 'data')
  socket.destroy()
  if (answer?.readUInt32BE(4) !== 0) throw new Error('the keyring was not unlocked')
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
