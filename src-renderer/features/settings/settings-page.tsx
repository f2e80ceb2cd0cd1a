// The settings that can be changed from the screen.
import { KeysSection } from './keys-section.tsx'

export function SettingsPage() {
  return (
    <div className="flex h-full min-h-0 flex-col gap-1">
      <h1 className="tw-sr-only">Settings</h1>
      <KeysSection />
    </div>
  )
}
