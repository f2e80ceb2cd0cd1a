import { Dialog } from '@base-ui/react/dialog'
import { Command } from 'cmdk'
import { useMemo } from 'react'
import { useCommand } from '../bridge/use-command.ts'
import { useLeaveLive } from '../features/control/leave-live.ts'
import { deskStore } from '../stores/desk-store.ts'
import { liveStore } from '../stores/live-store.ts'
import { openDialog, uiStore, useUi } from '../stores/ui-store.ts'
import { type PaletteAction, paletteActions } from './palette-actions.ts'

export function CommandPalette() {
  const open = useUi((ui) => ui.dialog?.kind === 'palette')
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && openDialog(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Popup className="tw-pop fixed top-24 left-1/2 z-50 w-[34rem] -translate-x-1/2 overflow-hidden">
          <Dialog.Title className="tw-sr-only">Commands</Dialog.Title>
          <PaletteList />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Mounted while open: offers what the desk held when it was opened, so that nothing moves under the cursor. */
function PaletteList() {
  const run = useCommand()
  const leaveLive = useLeaveLive()
  const actions = useMemo(
    () => paletteActions({ desk: deskStore.getState(), ui: uiStore.getState(), live: liveStore.getState().view, run, leaveLive }),
    [run, leaveLive],
  )
  const groups = [...new Set(actions.map((action) => action.group))]
  return (
    <Command label="Commands" loop>
      <Command.Input
        autoFocus
        placeholder="Page, symbol or action…"
        className="h-11 w-full border-b border-line px-4 text-base outline-none"
      />
      <Command.List className="max-h-[50vh] overflow-auto p-1">
        <Command.Empty className="p-4 text-center text-muted">Nothing matches.</Command.Empty>
        {groups.map((group) => (
          <Command.Group
            key={group}
            heading={group}
            className="**:[[cmdk-group-heading]]:px-3 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-2xs **:[[cmdk-group-heading]]:text-muted"
          >
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <PaletteItem key={action.title} action={action} />
              ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  )
}

function PaletteItem({ action }: { readonly action: PaletteAction }) {
  const select = () => {
    openDialog(null)
    action.act()
  }
  return (
    <Command.Item
      onSelect={select}
      value={`${action.group} ${action.title}`}
      className={`flex cursor-pointer items-center justify-between rounded-sm px-3 py-1.5 text-sm data-[selected=true]:bg-hover ${action.danger === true ? 'text-down' : ''}`}
    >
      {action.title}
      {action.hint !== undefined && <span className="text-xs text-muted">{action.hint}</span>}
    </Command.Item>
  )
}
