import t from 'tap'

void t.test('configures', async (t) => {
  process.env['LEFT_BY_A_TEST'] = 'true'
  t.pass()
})
