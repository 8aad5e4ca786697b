import { styleText } from 'node:util'
import { printableJson, printableLines } from '../operator/printable.js'

/** Ids, MD5 and SHA-256. */
const LONG =
  /(?<![0-9a-f])([0-9a-f]{8})(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}|[0-9a-f]{56})(?![0-9a-f])/g
const MARGIN = '       '

const colors = process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
const paint = (style: Parameters<typeof styleText>[0], text: string) =>
  colors ? styleText(style, text) : text

/** Ids and hashes shortened to eight digits, enough to tell them apart on a screen. */
export const shorten = (text: string): string => text.replace(LONG, '$1…')

/** A server may send any characters; only the tour itself may print escape sequences. */
const safe = printableLines

export const line = (text = ''): void => console.log(safe(text))
const painted = (text: string): void => console.log(text)

export const title = (text: string): void => painted(paint('bold', safe(text)))

/** Prints the beginning of a step. */
export function heading(number: number, total: number, text: string): void {
  line()
  painted(paint('bold', safe(`${`${number}/${total}`.padStart(5)}  ${text}`)))
}

/** Prints a sentence about what is happening. */
export const note = (text: string): void => line(MARGIN + text)

/** Prints other programs' output, or output that matters only if something goes wrong. */
export const aside = (text: string): void => painted(paint('dim', MARGIN + safe(text)))

/** Prints something that was checked and is true. */
export const checked = (text: string): void => painted(`${MARGIN}${paint('green', '✓')} ${safe(text)}`)

/** Prints a request, with the status and an excerpt of its answer. */
export function exchange(method: string, path: string, status: number, excerpt?: object): void {
  const text = excerpt === undefined ? '' : `  ${shorten(printableJson(excerpt))}`
  painted(MARGIN + paint('cyan', safe(`${method} ${shorten(path)}`)))
  painted(paint('dim', `${MARGIN}  → ${status}${text}`))
}

export const failure = (text: string): void => console.error(paint('red', safe(text)))

/** 104857600 → "100 MiB". */
export function bytes(count: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB']
  const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), units.length - 1)
  const number = count / 1024 ** power
  return `${Number.isInteger(number) ? number : number.toFixed(1)} ${units[power] ?? ''}`
}

/** 1234 milliseconds → "1.2 s". */
export const duration = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`
