// The commands of the bridge that the engine answers. Input has been validated by the host; what cannot be done is a refusal in one sentence.
import type { CommandName, Input, Output } from '../../src-shared/bridge/contract.ts'
import { clipped, orderView } from '../../src-shared/bridge/order-view.ts'
import { price, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, positionId, strategyId } from '../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../src-shared/domain/result.ts'
import type { OperatorCommand } from '../../src-shared/events/command.ts'
import { featureCatalogue } from '../core/features/registry.ts'
import { contextHistory, contextView } from './context-views.ts'
import type { Kernel } from '../core/kernel/kernel.ts'
import type { Orphan } from '../core/kernel/venue-desk.ts'
import type { Engine } from './engine.ts'
import { accountView, instrumentView, positionView, riskView, strategyView } from './desk-views.ts'

export type Refusal = { readonly code: 'refused' | 'bad_input' | 'forbidden' | 'internal'; readonly message: string }
type Answer<C extends CommandName> = Result<Output<C>, Refusal> | Promise<Result<Output<C>, Refusal>>
/** `who` asked, for the audit log. */
type Handlers = { readonly [C in CommandName]?: (engine: Engine, input: Input<C>, who: string | undefined) => Answer<C> }

const refuse = (message: string): Result<never, Refusal> => err({ code: 'refused', message })
const done = (result: Result<unknown, string>): Result<Record<string, never>, Refusal> => (result.ok ? ok({}) : refuse(result.error))

function operator(engine: Engine, command: OperatorCommand, who: string | undefined): Result<Record<string, never>, Refusal> {
  return done(engine.session.loop.command(command, engine.session.kernel.nowMs, who))
}

export const HANDLERS: Handlers = {
  'desk.snapshot': (engine) => ok(snapshot(engine)),
  'candles.history': (engine, input) => mapError(engine.session.chart.history(input)),
  'candles.indicators': (engine, input) => mapError(engine.session.chart.indicators(input)),
  'candles.regimes': (engine, input) => mapError(engine.session.chart.regimes(input)),
  'candles.profile': (engine, input) => mapError(engine.session.chart.profile(input)),
  'features.catalogue': () =>
    ok(
      featureCatalogue().map(({ name, version, unit, warmupCandles, inputs, definition }) => ({
        name,
        version,
        unit,
        warmupCandles,
        inputs: [...inputs],
        definition,
      })),
    ),
  'context.snapshot': (engine) => ok(contextView(engine.session.context, engine.session.kernel)),
  'context.history': (engine, input) => mapError(contextHistory(engine.session.context, input)),
  'book.latest': (engine, input) => ok(engine.books.get(input.instrumentId) ?? null),
  'position.close': (engine, input, who) =>
    operator(engine, { type: 'close_position', positionId: positionId(input.positionId), reason: 'operator' }, who),
  'position.moveStop': (engine, input, who) =>
    operator(engine, { type: 'move_stop', positionId: positionId(input.positionId), stopPrice: price(input.stopPrice) }, who),
  'order.cancel': (engine, input, who) =>
    operator(engine, { type: 'cancel_order', clientOrderId: clientOrderId(input.clientOrderId) }, who),
  'kill.activate': (engine, _, who) => operator(engine, { type: 'kill_switch', reason: 'operator' }, who),
  'trading.setState': (engine, input, who) => operator(engine, { type: 'set_trading_state', state: input.state, reason: 'operator' }, who),
  'strategy.pause': (engine, input, who) => {
    const result = operator(engine, { type: 'pause_strategy', strategyId: strategyId(input.strategyId), paused: input.paused }, who)
    engine.session.desk.strategies()
    return result
  },
  'positions.protectAll': (engine, _, who) => {
    const result = operator(engine, { type: 'protect_all' }, who)
    return result.ok ? ok({ naked: engine.session.kernel.care.naked().length }) : result
  },
  'scoring.matrix': (engine) => ok(scoringMatrix(engine.session.kernel)),
  'scoring.setCell': (engine, { strategyId: id, side, regime, enabled }, who) =>
    operator(engine, { type: 'set_enablement', cell: { strategyId: strategyId(id), side, regime, enabled } }, who),
  'playback.setPlaying': (engine, input) => played(engine, engine.session.feed.setPlaying(input.playing)),
  'playback.setSpeed': (engine, input) => played(engine, engine.session.feed.setSpeed(input.speed)),
  'playback.seek': async (engine, input) => done(await engine.seek(input.positionMs)),
  'playbook.list': (engine) => ok(playbooks(engine)),
  'playbook.select': async (engine, input) => done(await engine.selectPlaybook(input.id)),
  'control.orphans': (engine) => ok({ orders: engine.session.kernel.orphans().slice(0, ORPHANS_MAX).map(orphanView) }),
  'orphans.clean': (engine, _, who) => {
    const asked = engine.session.kernel.orphans().filter(({ isOurs }) => isOurs).length
    const result = operator(engine, { type: 'clean_orphans' }, who)
    return result.ok ? ok({ asked }) : result
  },
  'live.state': (engine) => ok(engine.live.view()),
  'live.sheet': async (engine, account) => mapError(await engine.live.sheet(account)),
  'live.arm': (engine, { venue, environment, hash, word }, who) => done(engine.live.arm({ venue, environment }, { hash, word, who })),
  'live.disarm': (engine, { positions }, who) => done(engine.live.disarm(positions, who)),
  'live.twin': (engine, { limit }) => ok(engine.live.twin(limit)),
  'debug.fault': (engine, input) => engine.fault(input.kind),
}

function played(engine: Engine, result: Result<void, string>): Result<Record<string, never>, Refusal> {
  engine.publishPlayback()
  return done(result)
}

const mapError = <T>(result: Result<T, string>): Result<T, Refusal> => (result.ok ? result : refuse(result.error))

const playbooks = (engine: Engine): Output<'playbook.list'> =>
  engine.playbooks.list().map(({ playbook: { id, title, description, strategies }, source }) => ({
    id,
    title,
    description,
    source,
    strategies: strategies.map((strategy) => strategy.id),
    isActive: id === engine.plan.playbook.id,
  }))
const ORPHANS_MAX = 1_000
function orphanView({ order, isOurs }: Orphan): Output<'control.orphans'>['orders'][number] {
  const { clientOrderId: id, instrumentId, side, type, quantity, limitPrice, triggerPrice } = order
  const at = limitPrice ?? triggerPrice
  return {
    clientOrderId: clipped(id, 64),
    instrumentId,
    side,
    type,
    quantity: toText(quantity),
    price: at === null ? null : toText(at),
    createdMs: null,
    ours: isOurs,
  }
}

/** Strategies that one answer holds. */
const MATRIX_STRATEGIES_MAX = 100

/** Every loaded strategy with its score and its cells. */
function scoringMatrix(kernel: Kernel): Output<'scoring.matrix'> {
  const strategies = kernel.strategies.list().slice(0, MATRIX_STRATEGIES_MAX)
  return {
    strategies: strategies.map(({ setup: { plugin } }) => {
      const { id, title } = plugin.declaration
      const { expectancyR, resolved, window, floorR, regimes, cells } = kernel.scoring.scoring(plugin.declaration)
      return {
        strategyId: id,
        title: clipped(title, 80),
        score: expectancyR,
        resolved,
        window,
        floor: floorR,
        regimes: regimes.map((regime) => clipped(regime, 64)),
        cells: cells.map((cell) => ({ ...cell, regime: clipped(cell.regime, 64) })),
      }
    }),
  }
}

/** Everything a screen needs to start from. The frames that follow have higher numbers. */
function snapshot(engine: Engine): Output<'desk.snapshot'> {
  const { kernel, desk } = engine.session
  engine.publisher.flush()
  const instruments = kernel.config.instruments
  return {
    sequence: engine.publisher.sequence,
    sessionId: kernel.config.sessionId,
    playbook: engine.plan.playbook.id,
    marketMs: kernel.nowMs,
    instruments: instruments.map(instrumentView),
    lastPrices: Object.fromEntries(instruments.flatMap(({ id }) => (kernel.lastPrice(id) > 0 ? [[id, kernel.lastPrice(id)]] : []))),
    account: accountView(kernel),
    risk: riskView(kernel),
    feed: engine.feedView(),
    playback: engine.playbackView(),
    strategies: kernel.strategies.list().map((status) => strategyView(status, kernel)),
    positions: kernel.portfolio.positions().map((position) => positionView(position, kernel)),
    orders: kernel.execution.registry.open().map(orderView),
    exits: [...desk.exits],
    decisions: [...desk.decisions],
    alerts: [...desk.alerts],
  }
}
