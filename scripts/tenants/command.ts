/** A command of `npm run tenants`. */
export interface TenantCommand {
  /** What `--help` says of it and of its options. */
  help: string
  /**
   * @param args what stands behind the command's name
   * @returns the exit code
   */
  run(args: string[]): Promise<number>
}
