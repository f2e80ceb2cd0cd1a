// Short messages in the corner of the window. Anything may call `notify`; the frame shows them.
import { Toast } from '@base-ui/react/toast'

export type Notice = {
  readonly tone: 'info' | 'success' | 'warning' | 'error'
  readonly title: string
  readonly detail?: string
  /** Notices with the same key replace each other instead of piling up. */
  readonly key?: string
}

export const noticeManager = Toast.createToastManager<{ readonly tone: Notice['tone'] }>()

/** Errors stay twice as long as the rest. At most three are on screen; the provider in the frame sees to that. */
export function notify({ tone, title, detail, key }: Notice): void {
  noticeManager.add({
    title,
    data: { tone },
    timeout: tone === 'error' || tone === 'warning' ? 10_000 : 4_000,
    ...(detail === undefined ? {} : { description: detail }),
    ...(key === undefined ? {} : { id: key }),
  })
}
