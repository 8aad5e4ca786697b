import t from 'tap'
import { revokeUnderLoad } from './keys-under-load.js'

void t.test('keys are revoked while requests use them', (t) => revokeUnderLoad(t, 60, 20_261_129))
