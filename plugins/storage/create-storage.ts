import type { Config } from '../../src/config.js'
import { createDiskStorage } from './disk.js'
import type { ObjectStorage } from './object-storage.js'
import { createS3Storage } from './s3.js'

/**
 * The storage that the settings name.
 * @param publicUrl where clients reach the API, without a slash at the end; for the links of the disk driver
 */
export function createStorage(
  config: Pick<Config, 'storage' | 'upload' | 'auth'>,
  publicUrl: () => string
): ObjectStorage {
  const { storage, upload, auth } = config
  if (storage.driver === 's3') return createS3Storage({ ...storage, maxBytes: upload.maxBytes })
  return createDiskStorage({ root: storage.root, signingSecrets: auth.secrets, publicUrl })
}
