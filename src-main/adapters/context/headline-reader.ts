// Reads headlines for their mood and for the assets they name, with wink-nlp and its English model: a lexicon with negation, so it neither
// knows finance nor irony. How well it does is measured in scripts/headline-accuracy.ts and stated in docs/decisions.md.
import type { ItsHelpers, WinkMethods } from 'wink-nlp'
import { assetNames } from './asset-names.ts'

export type HeadlineReading = {
  /** −1 to 1; 0 when no word has a mood. */
  readonly sentiment: number
  /** Base assets, sorted. */
  readonly assets: readonly string[]
}
export type HeadlineReader = { read(title: string): HeadlineReading }

const ASSETS_MAX = 16
const PIPE = ['sbd', 'negation', 'sentiment', 'cer']

type Library = { readonly nlp: WinkMethods; readonly its: ItsHelpers }
/**
 * The library writes into its model, and a second instance over the same model fails: there is one for the whole process, and whoever opens a
 * reader adds the assets to look for.
 */
let library: Promise<Library> | null = null
const taught = new Set<string>()

async function load(): Promise<Library> {
  const [{ default: winkNLP }, { default: model }] = await Promise.all([import('wink-nlp'), import('wink-eng-lite-web-model')])
  const nlp = winkNLP(model, PIPE)
  return { nlp, its: nlp.its }
}

/** Loads library and model once, which takes about 0.1 s and 50 MB: only who reads headlines pays for it. */
export async function openHeadlineReader(bases: readonly string[]): Promise<HeadlineReader> {
  const { nlp, its } = await (library ??= load())
  const patterns = assetNames([...taught, ...bases])
  if ([...patterns.keys()].some((name) => !taught.has(name))) {
    for (const name of patterns.keys()) taught.add(name)
    const entities = [...patterns].map(([name, spellings]) => ({ name, patterns: [...spellings] }))
    nlp.learnCustomEntities(entities, { matchValue: false, usePOS: false, useEntity: false })
  }
  return {
    read(title) {
      const document = nlp.readDoc(title)
      const sentiment = Number(document.out(its.sentiment))
      const named = new Set(document.customEntities().out(its.type) as readonly string[])
      return { sentiment: Math.max(-1, Math.min(1, sentiment)), assets: [...named].toSorted().slice(0, ASSETS_MAX) }
    },
  }
}

/** Mean over the headlines that name the asset; null when none does. Each counts once, whatever it says besides. */
export function meanSentiment(headlines: readonly HeadlineReading[], asset: string): number | null {
  const naming = headlines.filter(({ assets }) => assets.includes(asset))
  return naming.length === 0 ? null : naming.reduce((sum, { sentiment }) => sum + sentiment, 0) / naming.length
}
