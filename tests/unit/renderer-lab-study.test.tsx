// @vitest-environment jsdom
// Proves that the page of a search never shows its best without what speaks against it, that every trial can be sorted and adopted, and that adopting
// says what it does, writes only when it is told to, and switches nothing.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RunView } from '../../src-renderer/features/lab/results/run-view.tsx'
import { openDialog, uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerLabRuns, type FakeResults, fakeResults } from '../support/fake-lab-runs.ts'
import { fakeFoldedStudy, fakeStudy } from '../support/fake-lab-search.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

giveElementsASize()
let bridge: FakeBridge
let lab: FakeResults
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
  lab = answerLabRuns(bridge, fakeResults())
  bridge.answer('lab.jobs', () => lab.jobs)
})
afterEach(() => {
  leave()
  cleanup()
  act(() => openDialog(null))
})

async function open(runId = 'S1') {
  const shown = await showPage(bridge, <RunView runId={runId} onOpen={() => {}} />)
  leave = shown.leave
  return shown
}
const region = (name: string) => within(screen.getByRole('region', { name }))
const trials = () => within(screen.getByRole('table', { name: 'Trials' }))
const firstTrial = () => trials().getAllByRole('row')[1] ?? document.body
const press = async (name: string | RegExp) => {
  fireEvent.click(screen.getByRole('button', { name }))
  await settle()
}
const calls = (command: string) => bridge.calls.filter((call) => call.command === command).map(({ input }) => input)

describe('the best set', () => {
  it('stands beside what the number of tries does to it', async () => {
    await open()
    const best = region('Best set, in sample')
    expect(best.getByText('2.078')).toBeDefined()
    expect(best.getByText('confluence min').parentElement?.textContent).toBe('confluence min1.4 ')
    const doubts = within(best.getByRole('region', { name: 'How far to believe it' }))
    expect(doubts.getAllByRole('heading').map((heading) => heading.textContent)).toEqual([
      'Probability of backtest overfitting',
      'Deflated Sharpe ratio',
      'Best Sharpe ratio expected by luck',
      'Plateau or peak',
    ])
    expect(doubts.getByText('31%')).toBeDefined()
    expect(doubts.getByText(/The best of this search shows 2\.08\./)).toBeDefined()
  })
  it('keeps its doubts in place when they cannot be computed', async () => {
    const study = fakeStudy()
    bridge.answer('lab.run.study', () => ({ ...study, overfitting: null, plateau: null }))
    await open()
    const doubts = within(screen.getByRole('region', { name: 'How far to believe it' }))
    expect(doubts.getAllByText('unknown')).toHaveLength(4)
  })
  it('says so when it lies at the edge of what was searched', async () => {
    const study = fakeStudy()
    const trial = study.trials.find(({ number }) => number === study.best)
    const edge = { ...study.dimensions[0], max: trial?.parameters['imba.confluenceMin'] ?? 0 }
    bridge.answer('lab.run.study', () => ({
      ...study,
      dimensions: [{ ...study.dimensions[0], ...edge }, ...study.dimensions.slice(1)] as typeof study.dimensions,
    }))
    await open()
    expect(region('Best set, in sample').getByText('at its edge')).toBeDefined()
  })
  it('is missing before the first trial has finished', async () => {
    const study = fakeStudy({ trials: 20 })
    bridge.answer('lab.run.study', () => ({ ...study, trials: [], best: null, overfitting: null, plateau: null }))
    bridge.answer('lab.run.heatMap', ({ x, y }) => ({ x, y, xs: [1], ys: [1], cells: [[null]], best: null }))
    await open()
    expect(screen.getAllByText('No finished trial yet')).toHaveLength(3)
    expect(screen.getByText('No trial yet')).toBeDefined()
    expect(screen.getByText('Nothing was tried here yet')).toBeDefined()
    expect(screen.queryByRole('button', { name: /^Adopt/ })).toBeNull()
  })
})

describe('folds', () => {
  it('show what was chosen without each of them, and what it scored there, beside the best in sample', async () => {
    const study = fakeFoldedStudy()
    bridge.answer('lab.run.study', () => study)
    await open()
    const { folds = [], score, spread } = study.crossValidation ?? {}
    expect(region('Best set, in sample').getByText('Sharpe ratio, mean of 5 folds')).toBeDefined()
    const panel = region('Cross-validated, out of sample')
    expect(panel.getByText(`${score?.toFixed(3)} ± ${spread?.toFixed(3)}`)).toBeDefined()
    expect(panel.getByText(/The best set shows 2\.078 where it was chosen/)).toBeDefined()
    expect(panel.getByText(/^TPE drew the trials by what earlier ones scored in all folds/)).toBeDefined()
    const rows = panel.getAllByRole('row').slice(1)
    expect(rows.map((row) => within(row).getAllByRole('cell')[2]?.textContent)).toEqual(folds.map(({ chosen }) => String(chosen)))
    expect(rows.map((row) => within(row).getAllByRole('cell')[4]?.textContent?.replace('−', '-'))).toEqual(
      folds.map(({ outOfSample }) => outOfSample?.toFixed(3)),
    )
    expect(region('Do the parameters stay?').getAllByRole('img')[0]?.getAttribute('aria-label')).toMatch(/^imba\.confluenceMin by fold: /)
    expect(within(firstTrial()).getAllByRole('cell')[4]?.textContent).toBe(study.trials[25]?.spread?.toFixed(3))
    await press('Adopt these parameters…')
    expect(screen.getByText(/^Sets that were chosen without a fold scored/)).toBeDefined()
  })
  it('that cannot be judged say what to do about it', async () => {
    const study = fakeFoldedStudy()
    const { crossValidation } = study
    bridge.answer('lab.run.study', () => ({
      ...study,
      crossValidation: crossValidation && { ...crossValidation, score: null, spread: null },
    }))
    await open()
    expect(region('Cross-validated, out of sample').getByText(/^A fold could not be judged/)).toBeDefined()
  })
  it('are not there in a search without them', async () => {
    await open()
    expect(screen.queryByRole('region', { name: 'Cross-validated, out of sample' })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Spread' })).toBeNull()
  })
})

describe('a search of very many trials', () => {
  it('says how many of them the page looked at, and how many it shows', async () => {
    const study = fakeStudy()
    const [first] = study.trials
    if (first === undefined) throw new Error('a trial is expected')
    const shown = Array.from({ length: 5_000 }, (_, number) => ({ ...first, number }))
    bridge.answer('lab.run.study', () => ({ ...study, trials: shown, trialsRead: 20_000, trialsStored: 35_000, best: null }))
    await open()
    const said = screen.getByText(/^This search has 35,000 trials, and this page looks at the first 20,000 of them/)
    expect(said.textContent).toContain('The table and the curves show the best 5,000.')
  })
  it('says nothing when all are there', async () => {
    await open()
    expect(screen.queryByText(/this page looks at/)).toBeNull()
  })
})

describe('where the search looked', () => {
  it('draws the objective over the trials and against each parameter, the most important first', async () => {
    await open()
    expect(region('Sharpe ratio over the trials').getByRole('img').getAttribute('aria-label')).toBe(
      'Objective of 146 trials; the best is 2.078 in trial 25',
    )
    const parameters = region('What each parameter did').getAllByRole('listitem')
    expect(parameters.map((item) => /^[a-z ]+/.exec(item.textContent ?? '')?.[0])).toEqual([
      'confluence min',
      'stop atr multiple',
      'cooldown bars',
      'volatile strength min',
    ])
    expect(within(parameters[0] ?? document.body).getByText('46%')).toBeDefined()
  })
  it('maps any two dimensions, with the best marked and the verdict in words', async () => {
    await open()
    const map = region('Heat map')
    expect(map.getByRole('img').getAttribute('aria-label')).toMatch(/best at 1\.4 and 2\.25$/)
    expect(map.getByText(/^★ 1\.86/)).toBeDefined()
    expect(map.getByText(/A small change of the parameters changes little\./)).toBeDefined()
    fireEvent.change(map.getByRole('combobox', { name: 'Across' }), { target: { value: 'imba.cooldownBars' } })
    await settle()
    expect(calls('lab.run.heatMap').at(-1)).toEqual({ runId: 'S1', x: 'imba.cooldownBars', y: 'imba.stopAtrMultiple' })
  })
  it('swaps the two when the other one is chosen', async () => {
    await open()
    fireEvent.change(region('Heat map').getByRole('combobox', { name: 'Across' }), { target: { value: 'imba.stopAtrMultiple' } })
    await settle()
    expect(calls('lab.run.heatMap').at(-1)).toEqual({ runId: 'S1', x: 'imba.stopAtrMultiple', y: 'imba.confluenceMin' })
  })
  it('offers to ask again when the map fails', async () => {
    bridge.fail('lab.run.heatMap', { code: 'timeout', message: 'no answer within 5 s' })
    await open()
    bridge.fail('lab.run.heatMap', null)
    fireEvent.click(region('Heat map').getByRole('button', { name: 'Try again' }))
    await settle()
    expect(region('Heat map').getByRole('img')).toBeDefined()
  })
})

describe('the trials', () => {
  it('are sorted by any parameter or figure, and tell which were pruned or failed and why', async () => {
    await open()
    expect(firstTrial().textContent).toContain('★ 25')
    fireEvent.click(trials().getByRole('button', { name: 'cooldown bars' }))
    const most = Math.max(...fakeStudy().trials.map(({ parameters }) => parameters['imba.cooldownBars'] ?? 0))
    expect(within(firstTrial()).getAllByRole('cell')[6]?.textContent).toBe(String(most))
    fireEvent.click(trials().getByRole('button', { name: 'State' }))
    expect(within(firstTrial()).getByText('pruned').title).toMatch(/^below the median/)
    expect(within(firstTrial()).queryByRole('button', { name: /^Adopt/ })).toBeNull()
  })
})

describe('adopting', () => {
  const dialog = () => within(screen.getByRole('dialog'))
  it('shows what would change and what speaks against it, before anything is written', async () => {
    await open()
    await press('Adopt these parameters…')
    expect(dialog().getByText(/From trial 25 of IMBA, half a year, TPE/)).toBeDefined()
    const doubts = within(dialog().getByRole('list', { name: 'Before you adopt them' })).getAllByRole('listitem')
    expect(doubts.map((item) => /^·?(\w+ \w+)/.exec(item.textContent ?? '')?.[1])).toEqual([
      'In sample',
      'Out of',
      'The probability',
      'In sample',
    ])
    const rows = within(dialog().getByRole('table', { name: 'Changes to the playbook' }))
      .getAllByRole('row')
      .slice(1)
    expect(
      rows.map((row) =>
        within(row)
          .getAllByRole('cell')
          .map((cell) => cell.textContent),
      ),
    ).toEqual([
      ['imba', 'confluence min', '1.3', '1.4', ''],
      ['imba', 'stop atr multiple', '2', '2.25', ''],
      ['imba', 'cooldown bars', '9', '10', 'bars'],
      ['imba', 'volatile strength min', '0.8', '0.8434', ''],
    ])
    expect(calls('lab.adopt')).toEqual([])
  })
  it('of any trial sends the parameters of that trial', async () => {
    await open()
    await press('Adopt the parameters of trial 115')
    const wanted = fakeStudy().trials[115]?.parameters
    expect(calls('lab.adopt.preview')).toEqual([{ runId: 'S1', parameters: wanted }])
    fireEvent.change(dialog().getByRole('textbox', { name: 'Title of the new playbook' }), { target: { value: 'IMBA, July' } })
    fireEvent.click(dialog().getByRole('button', { name: 'Write the playbook' }))
    await settle()
    expect(calls('lab.adopt')).toEqual([{ runId: 'S1', parameters: wanted, title: 'IMBA, July' }])
  })
  it('switches nothing by itself, and then offers the playbooks', async () => {
    await open()
    await press('Adopt these parameters…')
    fireEvent.click(dialog().getByRole('button', { name: 'Write the playbook' }))
    await settle()
    expect(dialog().getByRole('status').textContent).toMatch(/imba-2 is in your folder\. Nothing was switched/)
    expect(calls('playbook.select')).toEqual([])
    expect(uiStore.getState().dialog).toBeNull()
    fireEvent.click(dialog().getByRole('button', { name: 'Choose a playbook…' }))
    await settle()
    expect(uiStore.getState().dialog).toEqual({ kind: 'playbooks' })
    expect(screen.queryByRole('dialog')).toBeNull()
  })
  it('writes nothing when it is canceled, without a title, or when nothing would change', async () => {
    await open()
    await press('Adopt these parameters…')
    fireEvent.change(dialog().getByRole('textbox'), { target: { value: '  ' } })
    expect(dialog().getByRole('button', { name: 'Write the playbook' })).toMatchObject({ disabled: true })
    expect(dialog().getByText('A title of 1 to 80 characters is needed.')).toBeDefined()
    fireEvent.click(dialog().getByRole('button', { name: 'Cancel' }))
    await settle()
    bridge.answer('lab.adopt.preview', () => ({ playbookId: 'imba-2', title: 'IMBA', changes: [] }))
    await press('Adopt these parameters…')
    expect(dialog().getByText('Nothing would change')).toBeDefined()
    expect(dialog().getByRole('button', { name: 'Write the playbook' })).toMatchObject({ disabled: true })
    expect(calls('lab.adopt')).toEqual([])
  })
  it('stays open when it is refused, and says why it cannot be previewed', async () => {
    bridge.fail('lab.adopt', { code: 'refused', message: 'the playbooks folder cannot be written' })
    await open()
    await press('Adopt these parameters…')
    fireEvent.click(dialog().getByRole('button', { name: 'Write the playbook' }))
    await settle()
    expect(dialog().getByRole('button', { name: 'Write the playbook' })).toMatchObject({ disabled: false })
    fireEvent.click(dialog().getByRole('button', { name: 'Cancel' }))
    await settle()
    bridge.fail('lab.adopt.preview', { code: 'not_found', message: 'playbook imba is no longer there' })
    await press('Adopt these parameters…')
    expect(dialog().getByRole('alert').textContent).toContain('playbook imba is no longer there')
  })
})
