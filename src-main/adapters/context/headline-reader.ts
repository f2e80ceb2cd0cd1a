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

type Library = { readonly nlp: WinkMethods; readonly mood: ItsHelpers['sentiment']; readonly name: ItsHelpers['type'] }
/**
 * The library writes into its model, and a second instance over the same model fails: there is one for the whole process, and whoever opens a
 * reader adds the assets to look for.
 */
let library: Promise<Library> | null = null
const taught = new Set<string>()

async function load(): Promise<Library> {
  const [{ default: winkNLP }, { default: model }] = await Promise.all([import('wink-nlp'), import('wink-eng-lite-web-model')])
  const nlp = winkNLP(model, PIPE)
  // oxlint-disable-next-line typescript/unbound-method -- declared as methods, but plain functions that the library tells apart by identity
  const { sentiment: mood, type: name } = nlp.its
  return { nlp, mood, name }
}

/** Loads library and model once, which takes about 0.1 s and 50 MB: only who reads headlines pays for it. */
export async function openHeadlineReader(bases: readonly string[]): Promise<HeadlineReader> {
  const { nlp, mood, name } = await (library ??= load())
  const patterns = assetNames([...taught, ...bases])
  if ([...patterns.keys()].some((asset) => !taught.has(asset))) {
    for (const asset of patterns.keys()) taught.add(asset)
    const entities = [...patterns].map(([asset, spellings]) => ({ name: asset, patterns: [...spellings] }))
    nlp.learnCustomEntities(entities, { matchValue: false, usePOS: false, useEntity: false })
  }
  return {
    read(title) {
      const document = nlp.readDoc(title)
      const sentiment = Number(document.out(mood))
      const named = new Set(document.customEntities().out(name) as readonly string[])
      return { sentiment: Math.max(-1, Math.min(1, sentiment)), assets: [...named].toSorted().slice(0, ASSETS_MAX) }
    },
  }
}

/** Mean over the headlines that name the asset; null when none does. Each counts once, whatever it says besides. */
export function meanSentiment(headlines: readonly HeadlineReading[], asset: string): number | null {
  const naming = headlines.filter(({ assets }) => assets.includes(asset))
  return naming.length === 0 ? null : naming.reduce((sum, { sentiment }) => sum + sentiment, 0) / naming.length
}
