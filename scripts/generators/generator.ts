/** A program and its arguments, run in the folder of the tour. */
export interface Command {
  command: string
  args: string[]
  /** Beside that of this process. */
  environment?: Record<string, string>
}

/** A generator of clients, and the tour that its client plays. */
export interface Generator {
  /** Of its folder in test/generators too, whose files are copied into the folder of the tour. */
  name: string
  /**
   * Installs what is needed.
   * @returns the steps
   * @throws {MissingToolError} if this machine lacks a tool, or cannot download one
   */
  prepare: (say: (line: string) => void) => Promise<Steps>
}

export interface Steps {
  /** Makes a client of `openapi.yaml`, which is in the folder. */
  generate: Command[]
  /** Checks the types of the client and of the tour, as strictly as the client passes. */
  compile: Command[]
  /** Plays the tour. @param url of the server */
  tour: (url: string) => Command
  /** What was generated. */
  generated: Generated
}

export interface Generated {
  /** The file or the folder. */
  path: string
  /** Where a type begins, in all of the text. */
  types: RegExp
}
