import t from 'tap'
import { MIB } from '../resumable/tus.js'
import { onRealS3 } from '../resumable/storages.js'
import { crashDirect } from './direct-crashes.js'

await onRealS3(t, (t, settings, server) =>
  crashDirect(t, server, settings, { kills: 2, seed: 21, largest: 18 * MIB })
)
