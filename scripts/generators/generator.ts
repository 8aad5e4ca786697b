/** A program and its arguments; it runs in the tour's folder. */
export interface Command {
  command: string
  args: string[]
  /** Variables in addition to this process's environment. */
  environment?: Record<string, string>
}

/** A generator of clients, and the tour that runs with its client. */
export interface Generator {
  /** Also the name of its folder in test/generators, whose files are copied into the tour's folder. */
  name: string
  /**
   * Installs the generator and everything that its steps use.
   * @returns the steps
   * @throws {MissingToolError} if this machine lacks a tool, or cannot download one
   */
  prepare: (say: (line: string) => void) => Promise<Steps>
}

export interface Steps {
  /** Generates a client from `openapi.yaml`, which is in the tour's folder. */
  generate: Command[]
  /** Checks the types of the client and of the tour, as strictly as the generated code allows. */
  compile: Command[]
  /** Runs the tour. @param url of the server */
  tour: (url: string) => Command
  /** Where `figures` counts. */
  generated: Generated
}

export interface Generated {
  /** The generated file or folder. */
  path: string
  /** Matches the beginning of each type. */
  types: RegExp
}
