import { parseArgs } from 'node:util'

export const HELP = `Usage: npm run tour [-- options]

Shows every feature against a real server, with real files, and checks every answer: two people register, each creates
a tenant, files are uploaded, deduplicated, downloaded and compared byte by byte, neither can see the other's documents,
the worker removes the deleted files, and every change can be read from Kafka.

It uses the running \`npm start\` (found through runtime.json in DATA_DIR), or starts its own server with throw-away
data, which it stops and removes at the end.

  --url URL              use the server at this URL
  --brokers HOST:PORT    where to read its events; only needed with --url
  --size SIZE            size of the large file, such as 500KiB, 64MiB or 1GiB (default: 100MiB)
  --help                 this text

Ctrl-C stops the tour and everything it started. Exits with 0 if every answer was as expected.`

export interface TourOptions {
  help: boolean
  /** Without a trailing slash. */
  url: string | undefined
  brokers: string | undefined
  /** Bytes. */
  size: number
}

const UNITS: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }
const DEFAULT_SIZE = '100MiB'

/** @throws an Error that says what is wrong with the command line */
export function parseOptions(args: string[]): TourOptions {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      brokers: { type: 'string' },
      size: { type: 'string', default: DEFAULT_SIZE },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  return {
    help: values.help,
    url: values.url === undefined ? undefined : parseUrl(values.url),
    brokers: values.brokers,
    size: parseSize(values.size)
  }
}

function parseUrl(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new Error(`--url must be a URL such as http://127.0.0.1:4999, not "${text}"`)
  }
  return text.replace(/(?<!\/)\/+$/, '')
}

function parseSize(text: string): number {
  const [, number, name = 'B'] = /^(\d+) *([KMG]iB|B)?$/.exec(text) ?? []
  const size = Number(number) * (UNITS[name] ?? NaN)
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new Error(`--size must be a number of bytes, or a size such as 64MiB, not "${text}"`)
  }
  return size
}
