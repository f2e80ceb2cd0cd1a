// Asks the keychain in a process of its own, because libsecret finds its bus once per process: `node keychain-child.ts SERVICE '[["get","a"]]'`.
// Prints one JSON answer per line.
import { openKeychain } from '../../src-main/adapters/keychain/keychain.ts'

const [service = '', steps = '[]'] = process.argv.slice(2)
const keychain = openKeychain({ service })
for (const [step, name, secret] of JSON.parse(steps) as [step: string, name: string, secret: string][]) {
  const answer =
    step === 'get'
      ? await keychain.get(name)
      : step === 'set'
        ? await keychain.set(name, secret)
        : step === 'delete'
          ? await keychain.delete(name)
          : await keychain.list()
  console.log(JSON.stringify(answer))
}
