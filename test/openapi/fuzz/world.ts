import { createTenant, PASSWORD, signUp, uploaded, type UserClient } from '../../helpers/api.js'

/** The possible senders of a request. */
export const SENDERS = ['admin', 'stranger', 'nobody', 'impostor'] as const
export type Sender = (typeof SENDERS)[number]

/** Values from earlier answers, by the name under which a request can use them. */
export class World {
  readonly #known = new Map<string, unknown[]>()

  private constructor(
    readonly url: string,
    readonly admin: UserClient,
    readonly stranger: UserClient
  ) {}

  /** Creates two accounts, and a tenant of the first one with a document and another member. */
  static async create(url: string): Promise<World> {
    const [admin, stranger, member] = await Promise.all([signUp(url), signUp(url), signUp(url)])
    const world = new World(url, admin, stranger)
    const tenant = await createTenant(admin)
    world.learn(tenant)
    await admin.send('POST', `/api/tenants/${tenant.id}/users`, { user_id: member.userId, role: 'viewer' })
    world.learn(await uploaded(world.admin, tenant.id, 'known content'))
    for (const { userId, email, refreshToken } of [admin, stranger, member]) {
      world.#add('user_id', userId)
      world.#add('email', email)
      world.#add('refresh_token', refreshToken)
    }
    for (const name of ['password', 'current_password', 'new_password']) world.#add(name, PASSWORD)
    world.#add('topic', 'demo.greetings')
    for (const key of ['key-1', 'key-2']) world.#add('idempotency-key', key)
    return world
  }

  authorization(sender: Sender): string | undefined {
    if (sender === 'nobody') return undefined
    return `Bearer ${sender === 'impostor' ? 'not.a.token' : String(this[sender].token)}`
  }

  /** One of the known values of a name; undefined if there is none. */
  recall(name: string, index: number): unknown {
    const values = this.#known.get(name) ?? []
    return values[index % Math.max(values.length, 1)]
  }

  /** Collects every id and other reusable value in an answer, at any depth. */
  learn(answer: unknown): void {
    if (typeof answer !== 'object' || answer === null) return
    const fields = answer as Record<string, unknown>
    if ('id' in fields) this.#add(kindOf(fields), fields['id'])
    for (const name of ['user_id', 'file_id', 'event_id', 'email', 'refresh_token'])
      this.#add(name, fields[name])
    this.#add('cursor', fields['next_cursor'])
    for (const part of Object.values(fields)) this.learn(part)
  }

  #add(name: string, value: unknown): void {
    if (typeof value !== 'string') return
    const values = this.#known.get(name) ?? []
    if (!values.includes(value)) this.#known.set(name, [...values, value])
  }
}

/** The parameter that takes this object's id. */
function kindOf(fields: Record<string, unknown>): string {
  if ('database_name' in fields) return 'tenant_id'
  if ('file_size' in fields) return 'file_id'
  if ('filename' in fields) return 'document_id'
  if ('scopes' in fields) return 'key_id'
  if ('event_types' in fields) return 'webhook_id'
  if ('role' in fields && 'name' in fields) return 'service_account_id'
  return 'expires_at' in fields ? 'session_id' : 'user_id'
}
