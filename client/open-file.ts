/**
 * A file on the disk as a Blob, which is read when it is sent.
 * @throws a TypeError outside of Node
 */
export function openFile(path: string): Promise<Blob> {
  // An import of node:fs would have to be resolved by everybody who bundles this for a browser.
  const { process } = globalThis as { process?: Partial<NodeJS.Process> }
  const fs = process?.getBuiltinModule?.('node:fs')
  if (fs === undefined) throw new TypeError('Paths of files work in Node only; pass a Blob or a File')
  return fs.openAsBlob(path)
}
