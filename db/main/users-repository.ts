import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { users } from './schema.js'

// What never leaves the repository but for checking a password, and what no answer shows.
const { password_hash, created_by, ...publicColumns } = getTableColumns(users)

export type User = Omit<typeof users.$inferSelect, 'password_hash' | 'created_by'>

export type UserRepository = ReturnType<typeof createUserRepository>

export function createUserRepository({ db }: DatabaseClient) {
  const insert = db
    .insert(users)
    .values({
      id: sql.placeholder('id'),
      email: sql.placeholder('email'),
      password_hash: sql.placeholder('password_hash'),
      first_name: sql.placeholder('first_name'),
      last_name: sql.placeholder('last_name')
    })
    .onConflictDoNothing({ target: users.email })
    .returning(publicColumns)
    .prepare('users_insert')
  const findById = db
    .select(publicColumns)
    .from(users)
    .where(eq(users.id, sql.placeholder('id')))
    .prepare('users_find_by_id')
  const findWithPassword = db
    .select({ ...publicColumns, password_hash })
    .from(users)
    .where(eq(users.email, sql.placeholder('email')))
    .prepare('users_find_with_password')

  return {
    /** Null when the e-mail address is taken. */
    async insert(
      user: Pick<User, 'id' | 'email' | 'first_name' | 'last_name'> & { password_hash: string }
    ): Promise<User | null> {
      const [row] = await insert.execute(user)
      return row ?? null
    },
    async findById(id: string): Promise<User | null> {
      const [row] = await findById.execute({ id })
      return row ?? null
    },
    /** @param email trimmed and in lower case */
    async findWithPassword(email: string): Promise<{ user: User; passwordHash: string } | null> {
      const [row] = await findWithPassword.execute({ email })
      if (row === undefined) return null
      const { password_hash: passwordHash, ...user } = row
      return { user, passwordHash }
    },
    /** Leaves out what is undefined. Null when there is no such user. */
    async update(
      id: string,
      changes: { first_name?: string | undefined; last_name?: string | undefined }
    ): Promise<User | null> {
      const [row] = await db
        .update(users)
        .set({ ...changes, updated_at: sql`now()` })
        .where(eq(users.id, id))
        .returning(publicColumns)
      return row ?? null
    }
  }
}
