import { parseArgs } from 'node:util'

export const HELP = `Usage: npm run tour [-- options]

Plays the whole story against a real server, with real files, and checks every answer: two people register,
each has a tenant, files are uploaded, deduplicated, downloaded and compared byte by byte, nobody sees what
belongs to another, the worker removes what was deleted, and every change can be read from Kafka.

It uses the server that \`npm start\` runs (found through runtime.json in DATA_DIR), or starts one of its own
with throw-away data, and stops and removes it at the end.

  --url URL              use the server that answers there
  --brokers HOST:PORT    where its events can be read; of a server found by itself this is known
  --size SIZE            size of the large file (100MiB), such as 500KiB, 64MiB, 1GiB
  --help                 this text

Ctrl-C stops the tour and everything it started. The exit code is 0 when every answer was as expected.`

export interface TourOptions {
  help: boolean
  /** Without a slash at the end. */
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
    throw new Error(`--url must be like http://127.0.0.1:4999, not "${text}"`)
  }
  return text.replace(/(?<!\/)\/+$/, '')
}

function parseSize(text: string): number {
  const [, number, name = 'B'] = /^(\d+) *([KMG]iB|B)?$/.exec(text) ?? []
  const size = Number(number) * (UNITS[name] ?? NaN)
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new Error(`--size must be a number of bytes or like 64MiB, not "${text}"`)
  }
  return size
}
