import { VENUES, type VenueId } from '../../../src-shared/domain/venue.ts'
import { SecretRow } from '../../components/field.tsx'
import { KEY_LENGTH_MAX, PASSPHRASE_LENGTH_MAX, SECRET_LENGTH_MAX, type SecretFaults } from './secret-form.ts'

type SecretFieldsProps = { readonly venue: VenueId; readonly faults: SecretFaults; readonly disabled: boolean }

/** What a venue hands out with a key. */
export function SecretFields({ venue, faults, disabled }: SecretFieldsProps) {
  return (
    <>
      <SecretRow label="Key" name="key" lengthMax={KEY_LENGTH_MAX} error={faults.key ?? null} disabled={disabled} />
      <SecretRow label="Secret" name="secret" lengthMax={SECRET_LENGTH_MAX} error={faults.secret ?? null} disabled={disabled} />
      {VENUES[venue].hasPassphrase && (
        <SecretRow
          label="Passphrase"
          name="passphrase"
          lengthMax={PASSPHRASE_LENGTH_MAX}
          help="The one you chose at the venue when you made the key"
          error={faults.passphrase ?? null}
          disabled={disabled}
        />
      )}
    </>
  )
}
