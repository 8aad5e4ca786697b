import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface TestFile {
  file: string
  /** The tenancy strategy, if the environment does not set one. */
  tenancy?: string
  /** Whether its process runs no other file. */
  alone: boolean
}

const LONG = '.long.test.ts'
/** The line by which a file asks for a process of its own, and says why. */
const ALONE = /^\/\/ Needs a process of its own: /m

/**
 * The requested test files: every named file, and those of every named folder except the long tests. Without names, all
 * except the long tests; with `long`, only the long tests.
 * @throws Error for a name that does not exist
 */
export function findTests(names: string[], long: boolean): TestFile[] {
  return [...new Set(filesNamed(names, long))].map((file) => ({ file, alone: isAlone(file) }))
}

function filesNamed(names: string[], long: boolean): string[] {
  if (names.length === 0) return testsIn('test').filter((file) => isShort(file) !== long)
  return names.flatMap((name) => {
    if (!existsSync(name)) throw new Error(`There is no ${name}; name files or folders of test/.`)
    return statSync(name).isDirectory() ? testsIn(name).filter(isShort) : [name]
  })
}

/**
 * Files of test/routes whose requests use only the main database, or are refused before they reach a tenant's tables.
 */
const SAME_ON_SCHEMAS = [
  ...['auth', 'bounds', 'documents-upload-busy', 'health', 'members-races', 'openapi', 'refresh', 'refusals'],
  ...['secret-rotation', 'security', 'sessions', 'shares', 'slow-clients', 'users']
].map((name) => join('test/routes', `${name}.test.ts`))

/** The tests to repeat with schemas: those over HTTP that use a tenant's tables. */
export function testsWithTenants(): TestFile[] {
  const files = [
    // The longest come first, since all of these run at the end.
    'test/authorization-matrix.test.ts',
    'test/workers/handlers.test.ts',
    ...testsIn('test/routes')
  ]
  const usesTables = (file: string) => isShort(file) && !SAME_ON_SCHEMAS.includes(file)
  return files
    .filter((file) => usesTables(file) && /createTenant|startUploads/.test(readFileSync(file, 'utf8')))
    .map((file) => ({ file, tenancy: 'schema', alone: isAlone(file) }))
}

const isShort = (file: string) => !file.endsWith(LONG)

const isAlone = (file: string) => ALONE.test(readFileSync(file, 'utf8'))

function testsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .sort()
}
