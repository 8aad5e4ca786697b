import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'

export interface Customer {
  id: string
  company: string
  /** The tenant that holds the customer's documents in Strongroom. */
  tenantId?: string
}

interface User {
  id: string
  customerId: string
  tokenHash: string
}

/** The customers and users of the product. A real product keeps them in its database; this one has a file. */
export class Accounts {
  #customers: Customer[] = []
  #users: User[] = []
  #saved: Promise<void> = Promise.resolve()

  private constructor(private readonly file: string) {}

  static async open(file: string): Promise<Accounts> {
    const accounts = new Accounts(file)
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{"customers":[],"users":[]}'
      throw error
    })
    const { customers, users } = JSON.parse(text) as { customers: Customer[]; users: User[] }
    accounts.#customers = customers
    accounts.#users = users
    return accounts
  }

  /** Adds a customer with one user. @returns the token that the user sends to the product */
  async signUp(company: string): Promise<string> {
    const token = randomBytes(32).toString('base64url')
    const customer = { id: randomUUID(), company }
    this.#customers.push(customer)
    this.#users.push({ id: randomUUID(), customerId: customer.id, tokenHash: hash(token) })
    await this.#save()
    return token
  }

  /** The user whose token this is, and the user's customer. */
  find(token: string): { userId: string; customer: Customer } | undefined {
    const user = this.#users.find(({ tokenHash }) => tokenHash === hash(token))
    const customer = this.#customers.find(({ id }) => id === user?.customerId)
    return user && customer && { userId: user.id, customer }
  }

  async setTenant(customer: Customer, tenantId: string): Promise<void> {
    customer.tenantId = tenantId
    await this.#save()
  }

  /** Writes one version after another, each atomically: after a kill, the file is the old or the new one. */
  #save(): Promise<void> {
    const write = async () => {
      await writeFile(`${this.file}.new`, JSON.stringify({ customers: this.#customers, users: this.#users }))
      await rename(`${this.file}.new`, this.file)
    }
    const saved = this.#saved.then(write)
    this.#saved = saved.catch(() => undefined)
    return saved
  }
}

const hash = (token: string): string => createHash('sha256').update(token).digest('hex')
