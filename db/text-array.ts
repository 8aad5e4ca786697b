/**
 * Reads PostgreSQL's text form of a one-dimensional array of texts without nulls. Drizzle's reader would lose
 * backslashes. https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export const readTextArray = (text: string): string[] =>
  Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"|[^,{}"]+/gsu), ([plain, quoted]) =>
    quoted === undefined ? plain : quoted.replace(/\\(.)/gsu, '$1')
  )
