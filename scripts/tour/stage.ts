import { setTimeout as delay } from 'node:timers/promises'
import type { StopRequests } from '../start/stop-requests.js'
import { aborted } from '../start/stop-requests.js'
import { findServer, type Server } from './find-server.js'
import type { TourOptions } from './options.js'
import { startOwnServer, type OwnServer, type Starting } from './own-server.js'
import { aside, line, note } from './print.js'
import { makeTemporaryFolder } from './temporary-folder.js'

/** Milliseconds that running work has to end once the tour is cancelled. */
const SETTLE_MS = 3_000

/** What the tour's story runs on. */
export interface Stage {
  server: Server
  /** The tour started the server and stops it at the end. */
  isOwn: boolean
  /** Kills the tour's own server and starts it again; undefined if the server is not its own. */
  killAndRestart: (() => Promise<void>) | undefined
  /** A folder for the files to upload. */
  files: string
}

/** Finds or starts a server, plays, and cleans up, even if the play fails or the user cancels it. */
export async function onStage(
  options: TourOptions,
  stop: StopRequests,
  play: (stage: Stage) => Promise<void>
): Promise<void> {
  const folder = makeTemporaryFolder()
  process.once('exit', () => folder.remove())
  let starting: Starting | undefined
  let own: OwnServer | undefined

  async function prepareAndPlay(): Promise<void> {
    let server: Server | undefined = await findServer(options, stop.requested)
    if (server === undefined) {
      note('No server is running; starting one for the tour, with throw-away data.')
      starting = await startOwnServer(folder.data, options.size, stop.requested)
      server = own = await starting.ready
      note(`It runs at ${server.url}.`)
    }
    const { killAndRestart } = own ?? {}
    await play({ server, isOwn: own !== undefined, killAndRestart, files: folder.files })
  }

  const playing = prepareAndPlay()
  try {
    await Promise.race([playing, aborted(stop.requested)])
  } catch (error) {
    if (!stop.requested.aborted) own?.log().forEach(aside)
    throw error
  } finally {
    // Running work gets time to clean up: a progress bar must restore the terminal.
    await Promise.race([playing.catch(() => undefined), delay(SETTLE_MS)])
    if (starting) {
      line()
      note('Stopping the server and removing its data ...')
      await starting.stop(stop.forced)
    }
    folder.remove()
  }
}
