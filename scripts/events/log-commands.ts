import { NEEDED } from '../../core/config/config.js'
import { createInstallationRepository } from '../../db/main/installation-repository.js'
import { withInstallation, type Installation } from '../operator/installation.js'
import { UsageError } from '../operator/run.js'
import { inEveryLog, inLog } from './every-log.js'
import { refused } from './refused.js'
import type { Say } from './say.js'

type LogCommand = (installation: Installation, args: string[], say: Say) => Promise<number>

/** With this command, the operator declares that every process runs a version that writes the event logs. */
const openLogs: LogCommand = async (installation, args, say) => {
  if (args.length > 0) throw new UsageError('open-logs takes no arguments')
  await installation.record('events open-logs', [])
  const opened = await createInstallationRepository(installation.main).openEventLogs()
  say(opened ? 'The event logs are open from now on.' : 'The event logs were already open.')
  return 0
}

/**
 * After a restore, new events get positions that others had before: a client's old cursor would point to the wrong one.
 */
const renewEpoch: LogCommand = async (installation, args, say) => {
  const [name, ...more] = args
  if (more.length > 0)
    throw new UsageError(
      'Name at most one log: main, or the id of a tenant. Without a name, all logs are renewed'
    )
  await installation.record('events renew-epoch', args)
  const renewed: string[] = []
  if (name === undefined)
    for await (const [log] of inEveryLog(installation, (events) => events.renewEpoch())) renewed.push(log)
  else {
    await inLog(installation, name, (events) => events.renewEpoch())
    renewed.push(name)
  }
  const logs = renewed.length === 1 ? '1 log has' : `${renewed.length} logs have`
  say(`${logs} a new epoch: earlier cursors are no longer accepted.`)
  return 0
}

const COMMANDS = new Map<string, LogCommand>([
  ['refused', refused],
  ['open-logs', openLogs],
  ['renew-epoch', renewEpoch]
])

/**
 * The commands that work on the event logs instead of Kafka; they need a database only.
 * @returns undefined if there is no such command
 */
export function logCommand(args: string[], say: Say): Promise<number> | undefined {
  const [name = '', ...rest] = args
  const command = COMMANDS.get(name)
  return command && withInstallation((installation) => command(installation, rest, say), NEEDED.databases)
}
