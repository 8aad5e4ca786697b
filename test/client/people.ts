import { randomBytes } from 'node:crypto'
import { createStrongroom, type StrongroomOptions } from '../../client/index.js'
import { PASSWORD } from '../helpers/api.js'

/** The client of a new account, logged in. */
export async function createAda(options: StrongroomOptions) {
  const strongroom = createStrongroom(options)
  const email = `ada-${randomBytes(4).toString('hex')}@example.com`
  const names = { first_name: 'Ada', last_name: 'Lovelace' }
  await strongroom.auth.register({ email, password: PASSWORD, ...names })
  const session = await strongroom.auth.login({ email, password: PASSWORD })
  return { strongroom, session, email }
}
