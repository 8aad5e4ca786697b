import { createStrongroom, type Strongroom } from '@strongroom/client'

// How the product gets into Strongroom, which only this file knows: by the key of its service account, which becomes the
// admin of every tenant it creates. The product's users have no account there, and never see the key.
const { STRONGROOM_URL = 'http://127.0.0.1:4999', STRONGROOM_KEY } = process.env
if (!STRONGROOM_KEY) throw new Error('Set STRONGROOM_KEY to a key of a service account of Strongroom')
const key = { url: STRONGROOM_URL, apiKey: STRONGROOM_KEY }

export const strongroom = createStrongroom(key)

/** For requests of a user, whom documents, events and the audit log then name. It grants nothing: the product does that. */
export const onBehalfOf = (userId: string): Strongroom => createStrongroom({ ...key, onBehalfOf: userId })
