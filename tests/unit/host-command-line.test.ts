// Proves that the command line is understood exactly or refused with one line that names option, value and expectation.
import { describe, expect, it } from 'vitest'
import { HELP, ownArguments, parseCommandLine } from '../../src-main/shells/common/command-line.ts'

const parse = (...args: string[]) => parseCommandLine(args, { env: {}, platform: 'linux', homeDir: '/home/a' })

describe('the command line', () => {
  it('has defaults that need nothing', () => {
    expect(parse()).toEqual({
      ok: true,
      value: {
        shell: 'auto',
        port: 8420,
        dataDir: '/home/a/.local/share/tradewright',
        market: 'recorded',
        recording: 'default',
        speed: 60,
      },
    })
  })

  it('takes every option', () => {
    expect(parse('--shell=browser', '--port=0', '--data-dir=/d', '--market=live', '--recording=book', '--speed=max')).toEqual({
      ok: true,
      value: { shell: 'browser', port: 0, dataDir: '/d', market: 'live', recording: 'book', speed: 0 },
    })
  })

  it('plays a short recording in real time unless told otherwise', () => {
    expect(parse('--recording=book')).toMatchObject({ value: { recording: 'book', speed: 1 } })
    expect(parse('--recording=2023')).toMatchObject({ value: { recording: '2023', speed: 60 } })
    expect(parse('--speed=5', '--recording=book')).toMatchObject({ value: { recording: 'book', speed: 5 } })
  })

  it.each([
    ['--shell=tv', 'option --shell is "tv", expected desktop or browser'],
    ['--port=65536', 'option --port is "65536", expected a whole number from 0 to 65535'],
    ['--port=-1', 'option --port is "-1", expected'],
    ['--port=', 'option --port is "", expected'],
    ['--port=1e3', 'option --port is "1e3", expected'],
    ['--speed=0', 'option --speed is "0", expected a number above 0 and at most 600, or max'],
    ['--speed=601', 'option --speed is "601", expected'],
    ['--speed=NaN', 'option --speed is "NaN", expected'],
    ['--market=moon', 'option --market is "moon", expected recorded or live'],
    ['--recording=../x', 'option --recording is "../x", expected a name of small letters, digits and hyphens'],
    ['--data-dir=', 'option --data-dir is "", expected the path of a folder'],
    ['--speed', 'option --speed has no value; expected --speed=N|max'],
    ['--sped=1', 'unknown option "--sped=1"; expected one of'],
    ['--constructor=1', 'unknown option'],
    ['speed=1', 'unknown option'],
    ['-h', 'unknown option'],
  ])('%s: %s', (argument, sentence) => {
    expect(parse(argument)).toMatchObject({ ok: false, error: expect.stringContaining(sentence) })
    expect(parse(argument)).toMatchObject({ error: expect.not.stringContaining('\n') })
  })

  it('shows every option in its help', () => {
    expect(parse('--help')).toEqual({ ok: true, value: 'help' })
    for (const name of ['shell', 'port', 'data-dir', 'market', 'recording', 'speed', 'help']) expect(HELP).toContain(`--${name}`)
  })

  it("leaves Chromium's own switches to Chromium in the desktop app", () => {
    expect(ownArguments(['/app', '--inspect=0', '--speed=5', '--data-dir=/d', '--no-first-run'])).toEqual(['--speed=5', '--data-dir=/d'])
  })
})
