// Short messages in the corner; at most three, the oldest leaves first.
import { Toast } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from 'lucide-react'
import { type Notice, noticeManager } from '../stores/notices.ts'

const LOOK: Readonly<Record<Notice['tone'], { readonly icon: typeof Info; readonly color: string }>> = {
  info: { icon: Info, color: 'text-accent' },
  success: { icon: CircleCheck, color: 'text-up' },
  warning: { icon: TriangleAlert, color: 'text-warn' },
  error: { icon: CircleAlert, color: 'text-down' },
}

export function Notices() {
  return (
    <Toast.Provider toastManager={noticeManager} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-3 bottom-8 z-50 flex w-88 flex-col gap-2">
          <NoticeList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function NoticeList() {
  const { toasts } = Toast.useToastManager<{ readonly tone: Notice['tone'] }>()
  return toasts.map((toast) => {
    const look = LOOK[toast.data?.tone ?? 'info']
    return (
      <Toast.Root key={toast.id} toast={toast} className="tw-pop data-limited:hidden">
        <Toast.Content className="flex items-start gap-2 px-3 py-2">
          <look.icon size={15} className={`mt-px flex-none ${look.color}`} aria-hidden />
          <div className="min-w-0 flex-1">
            <Toast.Title render={<p />} className="text-sm font-medium first-letter:uppercase" />
            <Toast.Description className="text-xs break-words text-muted" />
          </div>
          <Toast.Close aria-label="Dismiss" className="text-muted hover:text-fg">
            <X size={13} aria-hidden />
          </Toast.Close>
        </Toast.Content>
      </Toast.Root>
    )
  })
}
