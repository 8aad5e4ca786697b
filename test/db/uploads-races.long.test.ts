import t from 'tap'
import { interleave, startAnew } from './upload-races.js'

t.test(
  '2,000 seeded interleavings of uploads, deletions and clean-ups lose and orphan nothing',
  async (t) => {
    await startAnew()
    await interleave(t, { rounds: 2_000, seed: 2_000 })
  }
)
