/** The items of three lists under one key. */
export interface Row<A, B, C> {
  key: string
  first: A | undefined
  second: B | undefined
  third: C | undefined
}

/** Merges three lists that are sorted by the code units of their keys, each key at most once per list. */
export async function* sideBySide<A, B, C>(
  first: AsyncIterable<A>,
  keyOfFirst: (item: A) => string,
  second: AsyncIterable<B>,
  keyOfSecond: (item: B) => string,
  third: AsyncIterable<C>,
  keyOfThird: (item: C) => string
): AsyncGenerator<Row<A, B, C>> {
  const [a, b, c] = [reader(first, keyOfFirst), reader(second, keyOfSecond), reader(third, keyOfThird)]
  for (;;) {
    const keys = [await a.key(), await b.key(), await c.key()].filter((key) => key !== undefined)
    if (keys.length === 0) return
    const key = keys.reduce((least, other) => (other < least ? other : least))
    yield { key, first: a.take(key), second: b.take(key), third: c.take(key) }
  }
}

function reader<Item>(items: AsyncIterable<Item>, keyOf: (item: Item) => string) {
  const iterator = items[Symbol.asyncIterator]()
  let next: { item: Item; key: string } | 'end' | undefined
  return {
    /** The key of the next item; undefined at the end. */
    async key(): Promise<string | undefined> {
      if (next === undefined) {
        const step = await iterator.next()
        next = step.done === true ? 'end' : { item: step.value, key: keyOf(step.value) }
      }
      return next === 'end' ? undefined : next.key
    },
    /** The next item, if it has this key. */
    take(key: string): Item | undefined {
      if (next === undefined || next === 'end' || next.key !== key) return undefined
      const { item } = next
      next = undefined
      return item
    }
  }
}
