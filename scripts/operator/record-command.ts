import { userInfo } from 'node:os'
import { withoutSecret } from '../../core/api-key.js'
import type { DatabaseClient } from '../../db/client.js'
import { createAuditRepository } from '../../db/main/audit-repository.js'

const MAX_ARGUMENTS = 20
const MAX_ARGUMENT_LENGTH = 255

/** The operating system user who runs this process. */
export function osUser(): string {
  try {
    return userInfo().username
  } catch {
    // In a container the user may have only a number.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

/**
 * Records in the audit log which command is run, with which arguments and by whom, before the command does anything.
 * The worker's relay finds the event.
 * @param command such as "users reset-password"
 * @param args what was typed, but accounts by their ids: the entries outlive them. Keys are recorded without their secrets
 */
export async function recordCommand(client: DatabaseClient, command: string, args: string[]): Promise<void> {
  await createAuditRepository(client).recordCommand(command, {
    arguments: args
      .slice(0, MAX_ARGUMENTS)
      .map((argument) => withoutSecret(argument).slice(0, MAX_ARGUMENT_LENGTH)),
    os_user: osUser()
  })
}
