import type { BenchCase } from '../harness/case.js'
import { content } from './content.js'
import { creation } from './creation.js'
import { events } from './events.js'
import { failingWebhooks } from './failing-webhooks.js'
import { feed } from './feed.js'
import { keys } from './keys.js'
import { largeFiles } from './large-files.js'
import { lists } from './lists.js'
import { noisy } from './noisy.js'
import { requests } from './requests.js'
import { resumable } from './resumable.js'
import { start } from './start.js'
import { steady } from './steady.js'
import { tenants } from './tenants.js'
import { underLoad } from './under-load.js'
import { webhooks } from './webhooks.js'

/** In the order in which they run. */
export const CASES: BenchCase[] = [
  ...requests,
  content,
  keys,
  creation,
  ...tenants,
  ...largeFiles,
  ...resumable,
  ...underLoad,
  lists,
  events,
  feed,
  webhooks,
  failingWebhooks,
  ...noisy,
  start,
  steady
]
