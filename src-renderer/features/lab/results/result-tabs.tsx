import { Tabs } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'

export type ResultTab<Name extends string> = {
  readonly name: Name
  readonly title: string
  /** Beside the title: a count. */
  readonly note?: ReactNode
  readonly render: () => ReactNode
  /** True when what it shows scrolls by itself. */
  readonly fixed?: boolean
}
type ResultTabsProps<Name extends string> = {
  readonly label: string
  readonly tabs: readonly ResultTab<Name>[]
  readonly shown: Name
  readonly onShow: (name: Name) => void
}

/** The parts of a result, one at a time; the chosen one fills what is left of the page. */
export function ResultTabs<Name extends string>({ label, tabs, shown, onShow }: ResultTabsProps<Name>) {
  return (
    <Tabs.Root
      value={shown}
      onValueChange={(value: unknown) => onShow(tabs.find(({ name }) => name === value)?.name ?? shown)}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Tabs.List aria-label={label} className="flex h-7 flex-none items-stretch gap-1 border-b border-line bg-panel px-1">
        {tabs.map(({ name, title, note }) => (
          <Tabs.Tab
            key={name}
            value={name}
            className="px-2 text-xs text-muted outline-offset-[-2px] hover:text-fg data-active:border-b-2 data-active:border-accent data-active:font-semibold data-active:text-fg"
          >
            {title} {note !== undefined && <span className="font-normal text-muted">{note}</span>}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, render, fixed = false }) => (
        <Tabs.Panel
          key={name}
          value={name}
          className={`min-h-0 flex-1 outline-offset-[-2px] ${fixed ? 'overflow-hidden' : 'overflow-auto'}`}
        >
          {render()}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  )
}
