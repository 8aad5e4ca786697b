import { randomBytes } from 'node:crypto'
import type { Schemas } from '../../client/index.js'
import type { Api } from './api.js'
import { expect } from './expect.js'
import { checked, note } from './print.js'

/** A person with an account. */
export interface Person {
  id: string
  name: string
  email: string
  password: string
}

/** A person who is logged in. */
export interface LoggedIn extends Person {
  token: string
  refreshToken: string
  /** For the next log-in on this device. */
  deviceToken: string
}

/** A person with a tenant. */
export interface Owner extends LoggedIn {
  tenant: Schemas['Tenant']
}

/** Creates an account with a unique e-mail address and a random password. */
export async function register(api: Api, name: string): Promise<Person> {
  const email = `${name.toLowerCase()}-${randomBytes(4).toString('hex')}@example.com`
  const password = randomBytes(18).toString('base64url')
  const body = { email, password, first_name: name, last_name: 'Tour' }
  const sent = api.as().POST('/api/auth/register', { body })
  const { data: user } = await api.ok(sent, 201, ({ data }) => ({ id: data.id, email: data.email }))
  expect(user.email === email, `an account for ${email}`, user.email)
  return { id: user.id, name, email, password }
}

/** Starts a session. A person who has logged in before sends the device token of that log-in. */
export async function logIn(api: Api, person: Person & { deviceToken?: string }): Promise<LoggedIn> {
  const { email, password, deviceToken } = person
  const body = { email, password, ...(deviceToken !== undefined && { device_token: deviceToken }) }
  const sent = api.as().POST('/api/auth/login', { body })
  const { data: tokens } = await api.ok(sent, 200, ({ data: { user, expires_in } }) => ({
    user: { first_name: user.first_name },
    expires_in
  }))
  expect(tokens.user.id === person.id, `${person.name}'s session`, tokens.user.id)
  const { access_token: token, refresh_token: refreshToken, device_token } = tokens
  return { ...person, token, refreshToken, deviceToken: device_token }
}

export async function refuseWrongPassword(api: Api, { name, email }: Person): Promise<void> {
  note(`Someone else tries ${name}'s e-mail address with a wrong password.`)
  const body = { email, password: 'not the password' }
  const { code } = await api.refused(api.as().POST('/api/auth/login', { body }), 401)
  expect(code === 'INVALID_CREDENTIALS', 'INVALID_CREDENTIALS', code)
}

/** Creates a tenant; its database is ready when the answer arrives. */
export async function createTenant(api: Api, owner: LoggedIn, name: string): Promise<Owner> {
  const sent = api.as(owner.token).POST('/api/tenants', { body: { name } })
  const { data: tenant } = await api.ok(sent, 201, ({ data: { id, name, database_name, status } }) => ({
    id,
    name,
    database_name,
    status
  }))
  expect(tenant.status === 'active', 'the tenant to be active', tenant.status)
  return { ...owner, tenant }
}

/** Ends the session, and checks that its tokens no longer work. */
export async function logOut(api: Api, { token, refreshToken }: LoggedIn): Promise<void> {
  const own = api.as(token)
  await api.ok(own.POST('/api/auth/logout'), 200, ({ message }) => ({ message }))
  note('The same access token again, then the refresh token:')
  await api.refused(own.GET('/api/users/me'), 401)
  await api.refused(api.as().POST('/api/auth/refresh', { body: { refresh_token: refreshToken } }), 401)
  checked('Both are refused.')
}
