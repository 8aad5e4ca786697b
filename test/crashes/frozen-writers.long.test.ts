import t from 'tap'
import { onEachStorage } from '../resumable/storages.js'
import { freezeWriters } from './frozen-writers.js'

await onEachStorage(t, (t, settings) => freezeWriters(t, settings, { rounds: 200, seed: 31 }))
