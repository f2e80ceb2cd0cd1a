// A search: the best it found and how far to believe it, where it looked, and every trial.
import { useCallback, useState } from 'react'
import { AdoptDialog } from '../adopt/adopt-dialog.tsx'
import { studyHonesty } from '../adopt/adopt-words.ts'
import { type ResultTab, ResultTabs } from '../result-tabs.tsx'
import { SpecPanel } from '../report/spec-panel.tsx'
import type { Study, Trial } from '../views.ts'
import { BestPanel } from './best-panel.tsx'
import { FoldsPanel } from './folds-panel.tsx'
import { HeatMapPanel } from './heat-map-panel.tsx'
import { ObjectivePanel } from './objective-panel.tsx'
import { ParametersPanel } from './parameters-panel.tsx'
import { TrialsPanel } from './trials-panel.tsx'
import { limitsText } from './trials.ts'

type TabName = 'search' | 'trials' | 'setup'

export function StudyView({ study }: { readonly study: Study }) {
  const [tab, setTab] = useState<TabName>('search')
  const [adopted, setAdopted] = useState<Trial | null>(null)
  const adopt = useCallback((trial: Trial) => setAdopted(trial), [])
  const tabs: readonly ResultTab<TabName>[] = [
    { name: 'search', title: 'Search', render: () => <Search study={study} onAdopt={adopt} /> },
    {
      name: 'trials',
      title: 'Trials',
      note: study.trials.length,
      fixed: true,
      render: () => <TrialsPanel study={study} onAdopt={adopt} className="mt-1 h-full" />,
    },
    { name: 'setup', title: 'Setup', render: () => <SpecPanel spec={study.spec} className="mt-1" /> },
  ]
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ResultTabs label="Parts of the search" tabs={tabs} shown={tab} onShow={setTab} />
      {adopted && (
        <AdoptDialog
          runId={study.run.id}
          parameters={adopted.parameters}
          source={`trial ${adopted.number} of ${study.run.title}`}
          honesty={studyHonesty(study, adopted)}
          onClose={() => setAdopted(null)}
        />
      )}
    </div>
  )
}

function Search({ study, onAdopt }: { readonly study: Study; readonly onAdopt: (trial: Trial) => void }) {
  const limits = limitsText(study)
  return (
    <div className="flex flex-col gap-1 pt-1">
      {limits !== null && (
        <p role="status" className="bg-panel px-2 py-1 text-xs text-warn">
          {limits}
        </p>
      )}
      <BestPanel study={study} onAdopt={onAdopt} />
      {study.crossValidation && <FoldsPanel study={study} crossValidation={study.crossValidation} />}
      <div className="grid gap-1 @5xl:grid-cols-2">
        <ObjectivePanel study={study} className="h-72 2xl:h-96" />
        <HeatMapPanel study={study} className="h-72 2xl:h-96" />
      </div>
      <ParametersPanel study={study} />
      <TrialsPanel study={study} onAdopt={onAdopt} className="h-80" />
    </div>
  )
}
