// What the person looks at before agreeing: what will be traded, where, with which limits in money, and what paper has shown.
import type { ReactNode } from 'react'
import { Badge } from '../../components/badge.tsx'
import { Stat } from '../../components/stat.tsx'
import { formatMoneyText } from '../../format/decimal-text.ts'
import { symbolOf } from '../../format/instruments.ts'
import { formatMoney, formatNumber, formatPercent, toneOf } from '../../format/numbers.ts'
import type { Sheet } from './arm-refusal.ts'

export function SheetSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <h3 className="text-xs text-muted">{title}</h3>
      {children}
    </section>
  )
}

export function WhatAndWhere({ sheet }: { readonly sheet: Sheet }) {
  return (
    <SheetSection title="What will be traded, and where">
      <dl>
        <Row label="Account">
          {sheet.venueName} {sheet.environment !== 'live' && <Badge tone="warn">{ENVIRONMENT_WORD[sheet.environment]}</Badge>}
        </Row>
        <Row label="Balance">
          {sheet.balance === null ? (
            <span className="text-muted">not known: the account could not be asked</span>
          ) : (
            <b className="font-semibold" title={`${sheet.balance} ${sheet.currency}`}>
              {formatMoneyText(sheet.balance)} {sheet.currency}
            </b>
          )}
        </Row>
        <Row label="Playbook">{sheet.playbook.title}</Row>
        <Row label="Strategies">{listed(sheet.strategies, 'none')}</Row>
        <Row label="Instruments">{listed(sheet.instruments.map(symbolOf), 'none')}</Row>
        <Row label="Leverage">{formatNumber(sheet.leverage, Number.isInteger(sheet.leverage) ? 0 : 1)}×</Row>
      </dl>
    </SheetSection>
  )
}

const ENVIRONMENT_WORD = { testnet: 'test system', practice: 'practice venue' } as const
/** Longer lists are cut for the eye; the sheet is for agreeing, not for looking up. */
const LISTED_MAX = 8
function listed(names: readonly string[], none: string): ReactNode {
  if (names.length === 0) return <span className="text-warn">{none}</span>
  const more = names.length - LISTED_MAX
  return <span title={names.join(', ')}>{`${names.slice(0, LISTED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`}</span>
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-6 items-baseline gap-3 border-b border-line py-0.5 last:border-0">
      <dt className="w-20 flex-none text-xs text-muted">{label}</dt>
      <dd className="min-w-0 flex-1">{children}</dd>
    </div>
  )
}

export function Limits({ sheet }: { readonly sheet: Sheet }) {
  return (
    <SheetSection title="Limits">
      <ul className="flex flex-col">
        {sheet.limits.map(({ id, sentence }) => (
          <li key={id} className="border-b border-line py-1 first-letter:uppercase last:border-0">
            {sentence}
          </li>
        ))}
      </ul>
    </SheetSection>
  )
}

export function PaperResults({ sheet: { paper, currency } }: { readonly sheet: Sheet }) {
  return (
    <SheetSection title="This playbook on paper, on the live market">
      {paper === null ? (
        <p className="py-1 text-muted">It has closed no trade there yet. Trades on a recording do not count.</p>
      ) : (
        <div className="grid grid-cols-5 gap-2 py-1">
          <Stat label="Days" value={formatNumber(paper.days, 1)} />
          <Stat label="Trades" value={formatNumber(paper.trades, 0)} />
          <Stat label="Won" value={formatPercent(paper.winRate, { decimals: 0 })} />
          <Stat
            label={`Net, ${currency}`}
            value={formatMoney(paper.netPnl, { sign: true })}
            tone={toneOf(paper.netPnl)}
            title="After fees and funding"
          />
          <Stat
            label="Deepest fall"
            value={formatPercent(paper.drawdownMax, { decimals: 1 })}
            title="Of the account, from its highest value"
          />
        </div>
      )}
    </SheetSection>
  )
}
