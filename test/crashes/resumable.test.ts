import t from 'tap'
import { MIB } from '../resumable/tus.js'
import { onEachStorage } from '../resumable/storages.js'
import { crashResumable } from './resumable-crashes.js'

await onEachStorage(t, (t, settings) =>
  crashResumable(t, settings, { kills: 2, seed: 11, largest: 10 * MIB })
)
