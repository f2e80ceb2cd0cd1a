// Takes all runs to MLflow: starts the job, and says how to look at what it wrote once it is done. The job itself stands among the others.
import { Dialog } from '@base-ui/react/dialog'
import { FolderOutput } from 'lucide-react'
import { useState } from 'react'
import type { Output } from '../../../../src-shared/bridge/contract.ts'
import { useCommand } from '../../../bridge/use-command.ts'
import { Button } from '../../../components/button.tsx'
import { CopyButton } from '../../../components/copy-button.tsx'
import { useDesk } from '../../../stores/desk-store.ts'
import { isUnderWay, useToldJobs } from '../../../stores/lab-jobs.ts'
import { POPUP } from './run-dialogs.tsx'

export function MlflowExport() {
  const run = useCommand()
  const connected = useDesk((desk) => desk.connected)
  const jobs = useToldJobs()
  const [asking, setAsking] = useState(false)
  const [started, setStarted] = useState<Output<'lab.mlflow.start'> | null>(null)
  const job = jobs.find(({ id }) => id === started?.jobId)
  const isBusy = asking || jobs.some((one) => one.kind === 'mlflow' && isUnderWay(one))
  const start = async () => {
    setAsking(true)
    const result = await run('lab.mlflow.start', {}, { what: 'Export for MLflow' })
    setAsking(false)
    if (result.ok) setStarted(result.value)
  }
  return (
    <>
      <Button
        disabled={isBusy || !connected}
        title="Writes all finished runs into a folder that MLflow’s UI opens"
        onClick={() => void start()}
      >
        <FolderOutput size={12} aria-hidden /> {isBusy ? 'Writing…' : 'MLflow'}
      </Button>
      {started !== null && job?.state === 'done' && (
        <MlflowDialog folder={started.folder} message={job.message} onClose={() => setStarted(null)} />
      )}
    </>
  )
}

type MlflowDialogProps = { readonly folder: string; readonly message: string; readonly onClose: () => void }

function MlflowDialog({ folder, message, onClose }: MlflowDialogProps) {
  const command = `mlflow ui --backend-store-uri "${folder}"`
  return (
    <Dialog.Root open onOpenChange={(stays) => !stays && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Popup className={POPUP}>
          <Dialog.Title className="text-base font-semibold">Exported for MLflow</Dialog.Title>
          <Dialog.Description className="text-sm break-words text-muted">{message}. Look at them with:</Dialog.Description>
          <div className="flex items-center gap-1 rounded-sm border border-line bg-bg p-2">
            <code className="min-w-0 flex-1 font-mono text-xs break-all">{command}</code>
            <CopyButton text={command} what="the command" />
          </div>
          <div className="flex justify-end">
            <Dialog.Close render={<Button className="h-7 px-3" />}>Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
