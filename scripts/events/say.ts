/** Gets a line, or several, for the person at the terminal. */
export type Say = (text: string) => void
