import type { File, UploadAnswer } from '../../../db/tenant/rows.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import type { ObjectRemoval } from '../files/object-removal.js'
import type { UploadStatements } from './upload-statements.js'

/** Whether the stored bytes of a file are known to be lost or damaged. */
export const isBroken = ({ verification }: Pick<File, 'verification'>) =>
  verification === 'damaged' || verification === 'missing'

/** Of two objects with the same content, removes the new one, unless the stored one is lost or damaged. */
export async function settleDuplicate(
  { removal, statements }: { removal: ObjectRemoval; statements: Pick<UploadStatements, 'repair'> },
  tenant: TenantRef,
  written: string,
  stored: UploadAnswer['file']
): Promise<void> {
  if (!isBroken(stored)) return removal.removeNow(tenant, written)
  // The request does not depend on it; if this fails, the next upload of the same content repairs the file.
  const repair = await statements.repair(tenant, stored.id, written).catch(() => undefined)
  if (repair?.outcome !== 'repaired') await removal.abandon(tenant, written, 'whole')
}
