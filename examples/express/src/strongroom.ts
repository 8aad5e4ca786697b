import { createStrongroom, type Strongroom } from '@strongroom/client'

// How the product gets into Strongroom, which only this file knows. The product has an account of its own there, which is
// the admin of every customer's tenant; its users have none, and never see a token of Strongroom.
const { STRONGROOM_URL = 'http://127.0.0.1:4999', STRONGROOM_EMAIL, STRONGROOM_PASSWORD } = process.env
if (!STRONGROOM_EMAIL || !STRONGROOM_PASSWORD)
  throw new Error('Set STRONGROOM_EMAIL and STRONGROOM_PASSWORD to the account of the product')
const account = { email: STRONGROOM_EMAIL, password: STRONGROOM_PASSWORD }

const client = createStrongroom({ url: STRONGROOM_URL })
let session: Promise<unknown> | undefined

/** The client, logged in. All requests share one session, which the client refreshes. */
export async function strongroom(): Promise<Strongroom> {
  session ??= client.auth.login(account)
  await session.catch((error: unknown) => {
    session = undefined
    throw error
  })
  return client
}

/** Call this when Strongroom does not accept the session any more: the next request logs in again. */
export function forgetSession(): void {
  session = undefined
}
