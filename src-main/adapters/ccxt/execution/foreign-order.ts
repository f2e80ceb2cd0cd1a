// Names for orders that are not ours: a person's, a liquidation's. The venue's names may have signs that ours cannot have.
import { type ClientOrderId, clientOrderId } from '../../../../src-shared/domain/ids.ts'

const OURS = /^[A-Za-z0-9]{1,32}$/
/** Whether one of our orders could have this name. */
export const isPossibleName = (text: string): text is ClientOrderId => OURS.test(text)

/** The client id as it is, or one made of the venue's own id of the order: the same each time, and never one of ours. */
export function orderName(clientId: string | null, venueOrderId: string): ClientOrderId {
  if (clientId !== null && isPossibleName(clientId)) return clientId
  return clientOrderId(`foreign${venueOrderId.replace(/[^A-Za-z0-9]/g, '')}`.slice(0, 32))
}
