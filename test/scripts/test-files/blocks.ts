import t from 'tap'

void t.test('blocks', async () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
