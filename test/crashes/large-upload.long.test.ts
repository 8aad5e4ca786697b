import t from 'tap'
import { MIB } from '../resumable/tus.js'
import { onEachStorage } from '../resumable/storages.js'
import { crashLargeUpload } from './large-upload.js'

await onEachStorage(t, (t, settings) =>
  crashLargeUpload(t, settings, { size: 5 * 1024 * MIB, kills: 50, seed: 13 })
)
