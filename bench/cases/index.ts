import type { BenchCase } from '../harness/case.js'
import { requests } from './requests.js'
import { tenants } from './tenants.js'

/** In the order in which they run. */
export const CASES: BenchCase[] = [...requests, ...tenants]
