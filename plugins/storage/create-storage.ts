import type { Config } from '../../core/config/config.js'
import { createDiskStorage } from './disk.js'
import type { ObjectStorage } from './object-storage.js'

/**
 * The storage that the settings name. The S3 driver is loaded only if it is used, since its SDK takes much of a
 * process's start-up time.
 * @param publicUrl where clients reach the API, without a trailing slash; for the disk driver's links
 */
export async function createStorage(
  config: Pick<Config, 'storage' | 'upload' | 'auth' | 'downloadConcurrency'>,
  publicUrl: () => string
): Promise<ObjectStorage> {
  const { storage, upload, auth, downloadConcurrency } = config
  if (storage.driver === 's3') {
    const { createS3Storage } = await import('./s3.js')
    return createS3Storage({ ...storage, maxBytes: upload.maxBytes, maxReads: downloadConcurrency })
  }
  return createDiskStorage({ root: storage.root, signingSecrets: auth.secrets, publicUrl })
}
