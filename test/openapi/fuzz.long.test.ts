import t from 'tap'
import { fuzz } from './fuzz/fuzz.js'

/** FUZZ_SEED and FUZZ_PATH reproduce a failure that was reported with them. */
const { FUZZ_SEED: seed, FUZZ_PATH: path } = process.env

t.test('generated requests get answers that the description allows', (t) =>
  fuzz(t, { stories: 500, seed: Number(seed ?? Date.now() % 2 ** 31), path, thorough: path === undefined })
)
