import type { BenchCase } from '../harness/case.js'
import { requests } from './requests.js'

/** In the order in which they run. */
export const CASES: BenchCase[] = [...requests]
