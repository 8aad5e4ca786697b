import t from 'tap'
import { onEachStorage } from '../resumable/storages.js'
import { abandonUploads } from './abandoned-uploads.js'

await onEachStorage(t, (t, settings) =>
  abandonUploads(t, settings, { uploads: 10_000, direct: settings['STORAGE_DRIVER'] === 's3' })
)
