// What surrounds every page. Only the middle changes.
import { Suspense, lazy } from 'react'
import { Route, Router, Switch } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { EmptyState, Skeleton } from '../components/states.tsx'
import { DeskPage } from '../features/desk/desk-page.tsx'
import { ControlDialogs } from '../features/control/control-dialogs.tsx'
import { DeskDialogs } from '../features/desk/desk-dialogs.tsx'
import { isArmed, useLive } from '../stores/live-store.ts'
import { Banners } from './banners.tsx'
import { CommandPalette } from './command-palette.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { KeyboardHelp } from './keyboard-help.tsx'
import { KillDialog } from './kill-switch.tsx'
import { NavRail } from './nav-rail.tsx'
import { Notices } from './notices.tsx'
import { PAGES, isOnPage } from './pages.ts'
import { PlaybookDialog } from './playbook-dialog.tsx'
import { Ribbon } from './ribbon.tsx'
import { useShortcuts } from './shortcuts.ts'
import { StatusBar } from './status-bar.tsx'

const InspectorPage = lazy(async () => ({ default: (await import('../features/inspector/inspector-page.tsx')).InspectorPage }))
const ContextPage = lazy(async () => ({ default: (await import('../features/context/context-page.tsx')).ContextPage }))
const RiskPage = lazy(async () => ({ default: (await import('../features/risk/risk-page.tsx')).RiskPage }))
const JournalPage = lazy(async () => ({ default: (await import('../features/journal/journal-page.tsx')).JournalPage }))
const LabPage = lazy(async () => ({ default: (await import('../features/lab/lab-page.tsx')).LabPage }))
const DataPage = lazy(async () => ({ default: (await import('../features/data/data-page.tsx')).DataPage }))
const ControlPage = lazy(async () => ({ default: (await import('../features/control/control-page.tsx')).ControlPage }))
const SystemPage = lazy(async () => ({ default: (await import('../features/system/system-page.tsx')).SystemPage }))
const SettingsPage = lazy(async () => ({ default: (await import('../features/settings/settings-page.tsx')).SettingsPage }))

export function Frame() {
  useShortcuts()
  const [location] = useHashLocation()
  const armed = useLive(isArmed)
  // A page that has stopped must not keep the others from being shown.
  const page = PAGES.find((candidate) => isOnPage(candidate, location))?.path
  return (
    <Router hook={useHashLocation}>
      <div className={`tw-isolate flex h-full flex-col ${armed ? 'p-[3px]' : ''}`}>
        <Ribbon />
        <Banners />
        <div className="flex min-h-0 flex-1">
          <NavRail />
          <main className="min-w-0 flex-1 overflow-hidden">
            <ErrorBoundary key={page}>
              <Suspense fallback={<Skeleton rows={8} />}>
                <Pages />
              </Suspense>
            </ErrorBoundary>
          </main>
        </div>
        <StatusBar />
      </div>
      <LiveEdge />
      <KillDialog />
      <CommandPalette />
      <KeyboardHelp />
      <PlaybookDialog />
      <DeskDialogs />
      <ControlDialogs />
      <Notices />
    </Router>
  )
}

/** Around the whole window while armed: red with real money, amber without, broken while the account is not open. */
function LiveEdge() {
  const state = useLive((view) => view?.state ?? 'off')
  const real = useLive((view) => view?.account?.environment === 'live')
  if (state === 'off') return null
  return (
    <div
      className="tw-live-edge"
      aria-hidden
      data-testid="live-edge"
      data-money={real ? 'real' : 'none'}
      data-open={state === 'live' || undefined}
    />
  )
}

function Pages() {
  return (
    <Switch>
      <Route path="/" component={DeskPage} />
      <Route path="/signals">
        <InspectorPage />
      </Route>
      <Route path="/signals/run/:run">{({ run }) => <InspectorPage run={run} />}</Route>
      <Route path="/signal/run/:run/:id">{({ run, id }) => <InspectorPage run={run} decisionId={id} />}</Route>
      <Route path="/signal/:id">{({ id }) => <InspectorPage decisionId={id} />}</Route>
      <Route path="/context">
        <ContextPage />
      </Route>
      <Route path="/risk">
        <RiskPage />
      </Route>
      <Route path="/journal">
        <JournalPage />
      </Route>
      <Route path="/journal/run/:run">{({ run }) => <JournalPage run={run} />}</Route>
      <Route path="/lab">
        <LabPage />
      </Route>
      <Route path="/lab/run/:id">{({ id }) => <LabPage runId={id} />}</Route>
      <Route path="/lab/compare/:ids">{({ ids }) => <LabPage compare={ids} />}</Route>
      <Route path="/data">
        <DataPage />
      </Route>
      <Route path="/control">
        <ControlPage />
      </Route>
      <Route path="/system">
        <SystemPage />
      </Route>
      <Route path="/settings">
        <SettingsPage />
      </Route>
      <Route>
        <EmptyState title="There is no such page" detail="Choose one on the left, or press Ctrl K." />
      </Route>
    </Switch>
  )
}
