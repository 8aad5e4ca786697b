/** `npm run tour`: uses every feature over HTTP with real files, and checks every answer. */
import { join } from 'node:path'
import { stopRequests } from './start/stop-requests.js'
import { Api } from './tour/api.js'
import { download, list, signDownload, upload, uploadAgain } from './tour/documents.js'
import { showEvents } from './tour/events.js'
import { explain } from './tour/explain.js'
import { followEvents } from './tour/follow-events.js'
import { readAsStranger, readWithoutToken } from './tour/isolation.js'
import { describe } from './tour/own-data.js'
import { makeRandomFile, makeTextFile } from './tour/make-file.js'
import { HELP, parseOptions, type TourOptions } from './tour/options.js'
import { createTenant, logIn, logOut, refuseWrongPassword, register } from './tour/people.js'
import { bytes, duration, failure, line, note, title } from './tour/print.js'
import { readAsProgram } from './tour/program.js'
import {
  deleteDocument,
  filesAreGone,
  filesOnDisk,
  fileStays,
  oldLinksAreDead,
  watchRemoval
} from './tour/removal.js'
import { uploadResumably } from './tour/resumable.js'
import { onStage, type Stage } from './tour/stage.js'
import { createSteps } from './tour/steps.js'

/** Bytes of the file that is uploaded in pieces. */
const LARGEST_RESUMED = 64 * 1024 ** 2

/** The story. Each step says what happens, sends it, and checks the answer. */
async function play(
  { server, isOwn, killAndRestart, files }: Stage,
  size: number,
  signal: AbortSignal
): Promise<string[]> {
  const api = new Api(server.url, signal)
  const step = createSteps(15)

  const people = await step('Two people register', async () => ({
    ada: await register(api, 'Ada'),
    bob: await register(api, 'Bob')
  }))
  const sessions = await step('They log in', async () => {
    await refuseWrongPassword(api, people.ada)
    const [ada, bob] = [await logIn(api, people.ada), await logIn(api, people.bob)]
    note(
      "Ada logs in again from the same device. It has a token, so other people's guesses cannot lock her out there."
    )
    return { ada: await logIn(api, ada), bob }
  })
  const { ada, bob } = await step(
    'Each of them creates a tenant, which gets a database of its own',
    async () => ({
      ada: await createTenant(api, sessions.ada, 'Analytical Engines'),
      bob: await createTenant(api, sessions.bob, "Bob's Boats")
    })
  )

  const minutes = await step('Ada uploads a file', async () => {
    const text = `Minutes of the first meeting of ${ada.email}\n\n1. We keep our documents in Strongroom.\n`
    return upload(api, ada, await makeTextFile(join(files, 'minutes.txt'), text), { mimeType: 'text/plain' })
  })
  const copy = await step('She uploads the same bytes under another name', () =>
    uploadAgain(api, ada, minutes, 'minutes (copy).txt')
  )
  const large = await step(`She uploads a file of ${bytes(size)}`, async () => {
    note('Writing random bytes to a file, then streaming it from disk')
    const file = await makeRandomFile(join(files, 'measurements.bin'), size, signal)
    return upload(api, ada, file, { mimeType: 'application/octet-stream' })
  })
  const interrupted = killAndRestart ? 'the server is killed' : 'the connection is cut'
  const resumed = await step(`She uploads a file in pieces, and ${interrupted} in the middle`, async () => {
    const file = await makeRandomFile(join(files, 'film.bin'), Math.min(size, LARGEST_RESUMED), signal)
    return uploadResumably(api, ada, file, killAndRestart)
  })
  await step('Her product keeps data of its own with a document', () => describe(api, ada, minutes))
  await step('She lists her documents', () => list(api, ada, [minutes, copy, large, resumed]))
  await step('She downloads them through pre-signed URLs and compares the bytes', async () => {
    await download(api, ada, minutes)
    await download(api, ada, large)
    await download(api, ada, resumed)
  })

  await step('Bob and an outsider try to read what belongs to Ada', async () => {
    await readAsStranger(api, bob, ada, minutes.document)
    await readWithoutToken(api, ada, minutes.document)
  })

  await step('A program reads with a key of its own', () => readAsProgram(api, ada, minutes.document))

  const stored = [minutes, large, resumed].map(({ document }) => document.file)
  const onDisk = filesOnDisk(server, isOwn, stored)
  const links = await step('Ada deletes her documents', async () => {
    note('First she requests links to them once more.')
    const links = []
    for (const { document } of [minutes, large, resumed]) links.push(await signDownload(api, ada, document))
    await deleteDocument(api, ada, minutes)
    await fileStays(api, ada, copy)
    for (const document of [copy, large, resumed]) await deleteDocument(api, ada, document)
    await list(api, ada, [])
    return links
  })
  await step('The worker removes the files that no document refers to', async () => {
    await watchRemoval(api, ada, stored)
    filesAreGone(onDisk)
    await oldLinksAreDead(api, links)
  })

  await step('Ada follows the events of her tenant', () =>
    followEvents(server.url, ada, { 'document.uploaded': 3, 'document.deleted': 3 }, signal)
  )
  const events = await step('All of it went through Kafka', () => {
    const expected = { 'tenant.created': 2, 'document.uploaded': 4, 'document.deleted': 4 }
    return showEvents(server, [ada, bob], expected, signal)
  })
  await step('Ada logs out', () => logOut(api, ada))
  return summary(server, isOwn, size, events)
}

function summary(
  { url }: Stage['server'],
  isOwn: boolean,
  size: number,
  events: number | undefined
): string[] {
  return [
    `2 people, 2 tenants, 4 documents, 3 files (the largest one ${bytes(size)}), ` +
      (events === undefined ? 'events not read' : `${events} events`),
    ...(isOwn ? [] : [`Ada's and Bob's accounts and their empty tenants stay on ${url}.`])
  ]
}

/** @returns the exit code */
async function main(): Promise<number> {
  let options: TourOptions
  try {
    options = parseOptions(process.argv.slice(2))
  } catch (error) {
    failure(`${explain(error)}
See npm run tour -- --help.`)
    return 1
  }
  if (options.help) {
    line(HELP)
    return 0
  }
  const stop = stopRequests()
  let lines: string[] = []
  title('A tour of Strongroom')
  try {
    await onStage(options, stop, async (stage) => {
      lines = await play(stage, options.size, stop.requested)
    })
  } catch (error) {
    if (stop.requested.aborted) {
      line('Stopped.')
      return 130
    }
    failure(`\nThe tour ends here. ${explain(error)}`)
    return 1
  }
  line()
  title(`The tour is over: every answer was as expected. It took ${duration(performance.now())}.`)
  lines.forEach(line)
  return 0
}

// A closed terminal or pipe must not prevent cleaning up.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
// Exits explicitly: an open connection must not keep the tour alive.
process.exit(await main())
