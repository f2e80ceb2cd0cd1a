// How a component reaches the engine: `useBridge()`, never a global.
import { type ReactNode, createContext, useContext } from 'react'
import type { Bridge } from '../../src-shared/bridge/contract.ts'

const BridgeContext = createContext<Bridge | null>(null)

export function BridgeProvider({ bridge, children }: { readonly bridge: Bridge; readonly children: ReactNode }) {
  return <BridgeContext value={bridge}>{children}</BridgeContext>
}

/** The bridge of the nearest {@link BridgeProvider}. Throws outside of one: that is a mistake in the code, not in the data. */
export function useBridge(): Bridge {
  const bridge = useContext(BridgeContext)
  if (!bridge) throw new Error('useBridge: no BridgeProvider above this component')
  return bridge
}
