/** A command of `npm run tenants`. */
export interface TenantCommand {
  /** The `--help` text of the command and its options. */
  help: string
  /**
   * @param args the arguments after the command's name
   * @returns the exit code
   */
  run(args: string[]): Promise<number>
}
