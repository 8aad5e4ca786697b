import t from 'tap'

void t.test('is wrong', async (t) => t.equal(1, 2))
void t.test('is right', async (t) => t.equal(1, 1))
