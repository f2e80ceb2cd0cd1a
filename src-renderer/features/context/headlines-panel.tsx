// Headlines, newest first, each with its sentiment as a signed number and a word, and with the assets it names.
import { Badge } from '../../components/badge.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState } from '../../components/states.tsx'
import { type Tone, toneText } from '../../components/tone.ts'
import { formatNumber } from '../../format/numbers.ts'
import { ageText } from './measure-card.tsx'
import { sentimentWord } from './measure-format.ts'
import type { ContextSnapshot } from './measure-state.ts'
import { useMarketNow } from './use-market-now.ts'

type Headline = ContextSnapshot['headlines'][number]

/** Measured with scripts/headline-accuracy.ts; see docs/decisions.md. */
const SENTIMENT_CAVEAT =
  'The sentiment is a weak hint: a general lexicon reads it, knows a mood for 58 % of headlines, and agrees with another reading in 64 % of clear cases.'

const toneOf = (sentiment: number): Tone => (Math.abs(sentiment) < 0.1 ? 'muted' : sentiment > 0 ? 'up' : 'down')

export function HeadlinesPanel({ headlines }: { readonly headlines: readonly Headline[] }) {
  return (
    <Panel title="Headlines" note={headlines.length} className="min-h-0 flex-1">
      {headlines.length === 0 ? (
        <EmptyState title="No headlines" detail="None was read yet, or headlines are off in this market." />
      ) : (
        <>
          <p className="border-b border-line px-2 py-1.5 text-2xs text-muted">{SENTIMENT_CAVEAT}</p>
          <ul aria-label="Headlines, newest first">
            {headlines.map((headline) => (
              <HeadlineRow key={headline.id} headline={headline} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

function HeadlineRow({ headline }: { readonly headline: Headline }) {
  const nowMs = useMarketNow()
  return (
    <li className="flex gap-2 border-b border-line px-2 py-1.5">
      <span className={`w-11 flex-none text-right text-sm ${toneText[toneOf(headline.sentiment)]}`} title="Sentiment from −1 to 1">
        {formatNumber(headline.sentiment, 2, { sign: true })}
        <span className="block text-2xs">{sentimentWord(headline.sentiment)}</span>
      </span>
      <div className="min-w-0 flex-1">
        <Title headline={headline} />
        <p className="flex items-center gap-1 text-2xs text-muted">
          <span className="truncate">
            {headline.source}, {ageText(nowMs - headline.tsMs)}
          </span>
          <span className="ml-auto flex flex-none gap-1">
            {headline.assets.slice(0, 4).map((asset) => (
              <Badge key={asset} tone="muted">
                {asset}
              </Badge>
            ))}
          </span>
        </p>
      </div>
    </li>
  )
}

/** Only web addresses become links: what a feed says is not trusted to be one. */
function Title({ headline: { title, link } }: { readonly headline: Headline }) {
  if (link === null || !/^https?:\/\//.test(link)) return <p className="text-sm break-words">{title}</p>
  return (
    <p className="text-sm break-words">
      <a href={link} target="_blank" rel="noopener noreferrer" className="hover:text-accent hover:underline">
        {title}
      </a>
    </p>
  )
}
