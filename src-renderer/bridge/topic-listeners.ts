// Who listens to which topic; the same for both ways in. Decodes each payload once, however many listen.
import type { Payload, TopicName } from '../../src-shared/bridge/contract.ts'
import { decodePayload } from './decode.ts'

type Listener = (payload: never) => void

export class TopicListeners {
  private readonly byTopic = new Map<TopicName, Set<Listener>>()

  subscribe<T extends TopicName>(topic: T, listener: (payload: Payload<T>) => void): () => void {
    const set = this.byTopic.get(topic) ?? new Set()
    this.byTopic.set(topic, set.add(listener))
    return () => void set.delete(listener)
  }

  /** A payload that breaks the contract is dropped and the replica is told to take a new snapshot. */
  deliver(topic: TopicName, raw: unknown): void {
    const payload = decodePayload(topic, raw)
    if (payload !== null) this.emit(topic, payload)
    else if (topic === 'desk') this.emit('resync', { reason: 'a frame broke the contract' })
  }

  private emit(topic: TopicName, payload: unknown): void {
    // Each listener was registered under the topic whose schema accepted the payload.
    for (const listener of this.byTopic.get(topic) ?? []) listener(payload as never)
  }
}
