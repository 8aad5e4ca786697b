/** `npm run events`: lets operators inspect events and handle dead letters. */
import { readEnvironment } from '../core/config/config.js'
import { runEvents } from './events/run.js'
import { printable } from './operator/printable.js'

// A pager such as head was closed.
process.stdout.on('error', () => process.exit(0))
process.exit(
  await runEvents(process.argv.slice(2), readEnvironment(), (text) => console.log(text)).catch(
    (error: unknown) => {
      console.error(printable(error instanceof Error ? error.message : String(error)))
      return 1
    }
  )
)
