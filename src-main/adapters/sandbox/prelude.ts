// JavaScript that runs inside the sandbox before the user's file: a world without clock, chance or time zone, and the two ends of the bridge.
// It keeps what it needs in local names, so that a file that replaces JSON or Array.prototype hurts only itself.

/** Where numbers lie in the block of float64 that is handed in with each call. */
export const SLOT = {
  openTimeMs: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
  side: 6,
  quantity: 7,
  entryPrice: 8,
  stopPrice: 9,
  openedMs: 10,
  /** NaN for null. */
  lastClosedMs: 11,
  features: 12,
}

/** First letter of an answer. Silence is 0 instead of a number of letters, so that it costs no text. */
export const ANSWER = { value: 'V', refused: 'R' }

/** JSON has no NaN: it crosses as this text, so that a message can name it. */
export const NUMBER_TAG = '@number:'

/** Longest answer, in letters. */
export const ANSWER_LENGTH_MAX = 64 * 1024
export const LOG_LINES_PER_CALL_MAX = 20
export const LOG_LINE_LENGTH_MAX = 500

/** Evaluates to a function (log) => { describe, create }. */
export const PRELUDE = `'use strict';
(function (hostLog) {
  const stringify = JSON.stringify, parseJson = JSON.parse, RealDate = Date, RealPromise = Promise, text = String, define = Object.defineProperty
  const Numbers = Float64Array, isFiniteNumber = Number.isFinite, imul = Math.imul, join = Function.prototype.call.bind(Array.prototype.join)
  const cut = Function.prototype.call.bind(String.prototype.slice)
  let nowMs = 0, randomState = 1, linesLeft = ${LOG_LINES_PER_CALL_MAX}

  // Chance: mulberry32 from a seed, the same in every run.
  Math.random = function random() {
    randomState = (randomState + 0x6d2b79f5) | 0
    let t = imul(randomState ^ (randomState >>> 15), 1 | randomState)
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  // Time: now is the close time of the candle, and the only time zone is UTC.
  const utc = RealDate.UTC, parse = RealDate.parse
  const parseIso = (value) => (/^\\d{4}-\\d\\d-\\d\\d(T.*(Z|[+-]\\d\\d:?\\d\\d))?$/.test(value) ? parse(value) : NaN)
  const timeOf = (args) => {
    if (args.length === 0) return nowMs
    if (args.length > 1) return utc(...args)
    return args[0] instanceof RealDate ? args[0].getTime() : typeof args[0] === 'string' ? parseIso(args[0]) : args[0]
  }
  function SandboxDate(...args) {
    const date = new RealDate(timeOf(args))
    return new.target === undefined ? date.toISOString() : date
  }
  SandboxDate.prototype = RealDate.prototype
  SandboxDate.now = () => nowMs
  SandboxDate.UTC = utc
  SandboxDate.parse = (value) => parseIso(text(value))
  const prototype = RealDate.prototype
  define(prototype, 'constructor', { value: SandboxDate })
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    prototype['get' + part] = prototype['getUTC' + part]
    if (part !== 'Day') prototype['set' + part] = prototype['setUTC' + part]
  }
  delete prototype.getYear
  delete prototype.setYear
  prototype.getTimezoneOffset = () => 0
  for (const name of ['toString', 'toDateString', 'toTimeString', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    prototype[name] = prototype.toISOString
  }
  globalThis.Date = SandboxDate

  const tag = (_key, value) => (typeof value === 'number' && !isFiniteNumber(value) ? '${NUMBER_TAG}' + value : value)
  const encode = (value) => stringify(value, tag)
  const show = (value) => (typeof value === 'object' && value !== null ? encode(value) : text(value))
  const log = (...values) => {
    if (linesLeft <= 0) return
    linesLeft -= 1
    const shown = []
    for (let i = 0; i < values.length && i < 20; i += 1) shown[i] = cut(text(show(values[i])), 0, ${LOG_LINE_LENGTH_MAX})
    hostLog(cut(join(shown, ' '), 0, ${LOG_LINE_LENGTH_MAX}))
  }
  globalThis.console = { log, info: log, warn: log, error: log, debug: log }

  const answer = (value, what) => {
    if (value === null || value === undefined) return undefined
    if (value instanceof RealPromise) return '${ANSWER.refused}' + what + ' returned a promise, expected its answer at once: nothing here is asynchronous'
    const json = encode(value)
    if (typeof json !== 'string') return '${ANSWER.refused}' + what + ' returned ' + typeof value + ', expected an object or null'
    if (json.length > ${ANSWER_LENGTH_MAX}) return '${ANSWER.refused}' + what + ' returned ' + json.length + ' letters of JSON, expected at most ${ANSWER_LENGTH_MAX}'
    return '${ANSWER.value}' + json
  }

  return {
    describe(module) {
      if (module instanceof RealPromise) return '${ANSWER.refused}await outside of functions is not available'
      const strategy = module.strategy
      if (typeof strategy !== 'object' || strategy === null) return '${ANSWER.refused}there is no "export const strategy = { ... }"'
      if (typeof strategy.create !== 'function') return '${ANSWER.refused}strategy.create is ' + typeof strategy.create + ', expected a function'
      const { id, title, description, timeframe, warmupCandles, features, parameters } = strategy
      return answer({ id, title, description, timeframe, warmupCandles, features, parameters }, 'strategy')
    },
    seed(value) {
      randomState = value
    },
    create(module, instrumentId, parametersJson, featureCount, barMs) {
      const strategy = module.strategy
      linesLeft = ${LOG_LINES_PER_CALL_MAX}
      const instance = strategy.create(instrumentId, parseJson(parametersJson))
      if (typeof instance !== 'object' || instance === null || typeof instance.onCandle !== 'function') {
        throw new TypeError('create did not return an object with an onCandle function')
      }
      const hasManage = typeof instance.manage === 'function'
      const features = new Numbers(featureCount)
      const held = { side: 'long', quantity: 0, entryPrice: 0, stopPrice: 0, openedMs: 0 }
      const input = { instrumentId, openTimeMs: 0, open: 0, high: 0, low: 0, close: 0, volume: 0, features, position: null, lastClosedMs: null }
      const load = (block) => {
        const shared = new Numbers(block)
        linesLeft = ${LOG_LINES_PER_CALL_MAX}
        nowMs = shared[${SLOT.openTimeMs}] + barMs
        input.openTimeMs = shared[${SLOT.openTimeMs}]
        input.open = shared[${SLOT.open}]
        input.high = shared[${SLOT.high}]
        input.low = shared[${SLOT.low}]
        input.close = shared[${SLOT.close}]
        input.volume = shared[${SLOT.volume}]
        const closedMs = shared[${SLOT.lastClosedMs}]
        input.lastClosedMs = closedMs === closedMs ? closedMs : null
        for (let i = 0; i < featureCount; i += 1) features[i] = shared[${SLOT.features} + i]
        const side = shared[${SLOT.side}]
        if (side === 0) {
          input.position = null
          return
        }
        held.side = side > 0 ? 'long' : 'short'
        held.quantity = shared[${SLOT.quantity}]
        held.entryPrice = shared[${SLOT.entryPrice}]
        held.stopPrice = shared[${SLOT.stopPrice}]
        held.openedMs = shared[${SLOT.openedMs}]
        input.position = held
      }
      let taken
      const publish = (answered) => {
        taken = answered
        return answered === undefined ? 0 : answered.length
      }
      const onCandle = (block) => {
        load(block)
        return publish(answer(instance.onCandle(input), 'onCandle'))
      }
      const manage = (block) => {
        load(block)
        return publish(answer(instance.manage(input), 'manage'))
      }
      return { onCandle, manage: hasManage ? manage : null, take: () => taken }
    },
  }
})`
