/**
 * Reads an array of texts as PostgreSQL writes it: without nulls, and of one dimension. Drizzle's reader would lose
 * backslashes. https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export const readTextArray = (text: string): string[] =>
  Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"|[^,{}"]+/gsu), ([plain, quoted]) =>
    quoted === undefined ? plain : quoted.replace(/\\(.)/gsu, '$1')
  )
