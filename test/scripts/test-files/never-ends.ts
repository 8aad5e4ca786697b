import t from 'tap'
import { until } from '../../helpers/until.js'

void t.test('waits', async (t) => {
  await t.test('for ever', () => until(() => false))
})
