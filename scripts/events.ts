/** `npm run events`: what operators need to see of the events, and to do about dead letters. */
import { readEnvironment } from '../core/config/config.js'
import { runEvents } from './events/run.js'
import { printable } from './operator/printable.js'

// A pager that was closed, such as head.
process.stdout.on('error', () => process.exit(0))
process.exit(
  await runEvents(process.argv.slice(2), readEnvironment(), (text) => console.log(text)).catch(
    (error: unknown) => {
      console.error(printable(error instanceof Error ? error.message : String(error)))
      return 1
    }
  )
)
