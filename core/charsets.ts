/**
 * Charsets that a text document may have. Each is a superset of US-ASCII, so that no browser can be made to see markup
 * where the server saw none; this excludes UTF-7, UTF-16, UTF-32, ISO-2022-*, HZ and EBCDIC. The names are those of
 * https://www.iana.org/assignments/character-sets
 */
const CHARSETS = [
  ...['utf-8', 'us-ascii', 'macintosh', 'koi8-r', 'koi8-u', 'windows-874', 'tis-620'],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16].map((part) => `iso-8859-${part}`),
  ...[1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => `windows-${page}`),
  ...['shift_jis', 'euc-jp', 'euc-kr', 'gb2312', 'gbk', 'gb18030', 'big5']
] as const
const NAMES = new Map<string, string>([
  ...CHARSETS.map((name): [string, string] => [name, name]),
  ['utf8', 'utf-8'],
  ['ascii', 'us-ascii'],
  ['latin1', 'iso-8859-1'],
  ['cp1252', 'windows-1252'],
  ['sjis', 'shift_jis']
])

/** The canonical name of a charset that a client names; undefined if it is not on the list. */
export function knownCharset(label: string | undefined): string | undefined {
  return label === undefined ? undefined : NAMES.get(label.toLowerCase())
}
