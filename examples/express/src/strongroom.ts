import { createStrongroom, type Strongroom } from '@strongroom/client'

// Only this file knows how the product accesses Strongroom: by the key of its service account, which becomes the admin
// of every tenant that it creates. The product's users have no account in Strongroom, and never see the key.
const { STRONGROOM_URL = 'http://127.0.0.1:4999', STRONGROOM_KEY } = process.env
if (!STRONGROOM_KEY) throw new Error('Set STRONGROOM_KEY to a key of a service account of Strongroom')
const key = { url: STRONGROOM_URL, apiKey: STRONGROOM_KEY }

export const strongroom = createStrongroom(key)

/**
 * The client for a user's requests: documents, events and the audit log then name the user. That grants no rights; the
 * product itself decides what a user may do.
 */
export const onBehalfOf = (userId: string): Strongroom => createStrongroom({ ...key, onBehalfOf: userId })
