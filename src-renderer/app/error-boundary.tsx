// A mistake in one page must not take the kill switch off the screen: the frame stays, the page shows what happened.
import { Component, type ReactNode } from 'react'
import { ErrorState } from '../components/states.tsx'

type Props = { readonly children: ReactNode }

export class ErrorBoundary extends Component<Props, { readonly message: string | null }> {
  override state = { message: null }

  static getDerivedStateFromError(error: unknown): { readonly message: string } {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children
    return (
      <ErrorState
        error={{ code: 'screen', message: `This page has stopped: ${String(this.state.message)}` }}
        onRetry={() => this.setState({ message: null })}
      />
    )
  }
}
