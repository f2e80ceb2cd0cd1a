// The whole program as its users start it, in the browser shell, with its key in a file under a passphrase. Speaks as EngineProcess does.
import { join } from 'node:path'
import type { CommandName, Input, Output } from '../../../src-shared/bridge/contract.ts'
import { type RunningApp, launchApp } from '../browser.ts'
import { type BridgeClient, connectBridge } from '../bridge-client.ts'
import type { VenueCredentials } from '../../../src-shared/domain/venue.ts'

const PASSPHRASE = 'correct horse battery'

export class ProgramProcess {
  readonly logs: string[] = []
  readonly #app: RunningApp
  readonly #bridge: BridgeClient
  isGone = false
  crash: string | null = null

  private constructor(app: RunningApp, bridge: BridgeClient) {
    this.#app = app
    this.#bridge = bridge
  }
  /** `credentials` are kept at the first start of a data directory, null afterwards. settings.json lies there already. */
  static async start(dataDir: string, credentials: VenueCredentials | null): Promise<ProgramProcess> {
    const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere', DISPLAY: '', TMPDIR: join(dataDir, 'tmp') }
    const app = await launchApp({ dataDir, args: ['--market=practice'], env })
    try {
      const bridge = await connectBridge(app)
      const program = new ProgramProcess(app, bridge)
      await program.#unlock(credentials)
      return program
    } catch (cause) {
      await app.kill()
      throw cause
    }
  }
  async #unlock(credentials: VenueCredentials | null): Promise<void> {
    for (let tries = 0; (await this.ask('system.status', {})).host.state !== 'running'; tries += 1) {
      if (tries > 300) throw new Error('the engine of the program does not run')
      await new Promise((done) => setTimeout(done, 100))
    }
    if (credentials === null) return void (await this.ask('keys.unlock', { passphrase: PASSPHRASE }))
    await this.ask('keys.useFile', { passphrase: PASSPHRASE })
    await this.ask('keys.add', { venue: 'binanceusdm', environment: 'practice', label: '', ...credentials })
  }

  ask<C extends CommandName>(command: C, input: Input<C>): Promise<Output<C>> {
    return this.isGone ? Promise.reject(new Error('the program is gone')) : this.#bridge.read(command, input)
  }
  async kill(): Promise<void> {
    if (this.isGone) return
    this.isGone = true
    this.#bridge.close()
    await this.#app.kill()
  }
  async stop(): Promise<void> {
    if (this.isGone) return
    this.isGone = true
    this.#bridge.close()
    await this.#app.stop()
  }
}
