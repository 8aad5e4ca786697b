import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { extract, pack, type Header } from 'tar-stream'

/** An entry of a tar that fits into memory. */
export interface TarEntry {
  name: string
  content: Buffer
  type?: Header['type']
}

export async function readTar(bytes: Buffer): Promise<TarEntry[]> {
  const tar = extract()
  tar.end(bytes)
  const entries: TarEntry[] = []
  for await (const entry of tar as AsyncIterable<{ header: Header } & AsyncIterable<Buffer>>)
    entries.push({ name: entry.header.name, content: await buffer(Readable.from(entry)) })
  return entries
}

export async function writeTar(entries: TarEntry[]): Promise<Buffer> {
  const tar = pack()
  for (const { name, content, type = 'file' } of entries)
    if (type === 'file') tar.entry({ name }, content)
    else tar.entry({ name, type, linkname: '/etc/passwd' })
  tar.finalize()
  return buffer(Readable.from(tar as AsyncIterable<Buffer>))
}

/** The same archive with its sums and manifest recomputed from its entries. */
export function summed(entries: TarEntry[]): TarEntry[] {
  const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
  const listed = entries.filter(({ name }) => name !== 'SHA256SUMS' && name !== 'manifest.json')
  const sums = Buffer.from(listed.map(({ name, content }) => `${sha256(content)}  ${name}\n`).join(''))
  return entries.map((entry) => {
    if (entry.name === 'SHA256SUMS') return { ...entry, content: sums }
    if (entry.name !== 'manifest.json') return entry
    const manifest = JSON.parse(entry.content.toString()) as object
    return { ...entry, content: Buffer.from(JSON.stringify({ ...manifest, sha256sums: sha256(sums) })) }
  })
}
