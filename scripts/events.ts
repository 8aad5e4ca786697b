/** `npm run events`: lets operators inspect events and handle dead letters. */
import { readEnvironment } from '../core/config/config.js'
import { logCommand } from './events/log-commands.js'
import { runEvents } from './events/run.js'
import { printable } from './operator/printable.js'
import { explainKnown } from './operator/run.js'

// Reached when the reader of the output, such as `head`, has closed the pipe.
process.stdout.on('error', () => process.exit(0))
const args = process.argv.slice(2)
const say = (text: string) => console.log(text)

async function run(): Promise<number> {
  const help = args.includes('--help') || args.includes('-h')
  return (help ? undefined : logCommand(args, say)) ?? runEvents(args, readEnvironment(), say)
}

process.exit(
  await run().catch((error: unknown) => {
    console.error(explainKnown(error) ?? printable(error instanceof Error ? error.message : String(error)))
    return 1
  })
)
