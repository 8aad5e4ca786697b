import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { cacheFolder, download, requireTools } from './tools.js'

/**
 * Apache Kafka as Maven artifacts, from the cache if possible.
 * @returns the folder of its jars
 * @throws {MissingToolError} without Java 17 and Maven. A failed download is another error, so that it is not taken for
 * a reason to skip
 */
export async function downloadKafka(say: (line: string) => void): Promise<string> {
  await requireTools([
    { command: 'java', version: '-version', atLeast: 17 },
    { command: 'mvn', version: '--version' }
  ])
  const pom = fileURLToPath(new URL('./kafka-pom.xml', import.meta.url))
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  const folder = cacheFolder('kafka', version)
  if (existsSync(folder)) return folder
  say('Downloading Apache Kafka with Maven')
  const partial = `${folder}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`]
  try {
    await download('mvn', ['-q', '-B', '-f', pom, ...goal])
    // Renamed in one step, so that an existing folder is always complete. Another run may have been faster.
    if (!existsSync(folder)) renameSync(partial, folder)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return folder
}
