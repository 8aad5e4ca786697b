/** Resolves a reference within a document; returns anything else as it is. */
export function resolveIn<Target>(document: object, value: object): Target {
  const { $ref } = value as { $ref?: string }
  if ($ref === undefined) return value as Target
  const descend = (node: unknown, part: string) => (node as Record<string, unknown> | undefined)?.[part]
  return $ref.slice(2).split('/').reduce<unknown>(descend, document) as Target
}
