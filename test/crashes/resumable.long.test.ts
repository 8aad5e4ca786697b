import t from 'tap'
import { MIB } from '../resumable/tus.js'
import { onEachStorage } from '../resumable/storages.js'
import { crashResumable } from './resumable-crashes.js'

await onEachStorage(t, (t, settings) =>
  crashResumable(t, settings, { kills: 40, seed: 12, largest: 60 * MIB })
)
