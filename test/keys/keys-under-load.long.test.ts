import t from 'tap'
import { revokeUnderLoad } from './keys-under-load.js'

void t.test('1,000 keys are revoked while requests use them', (t) => revokeUnderLoad(t, 1_000, 42))
