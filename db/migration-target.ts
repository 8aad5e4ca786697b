/** The databases that have migrations of their own. */
export type MigrationTarget = 'main' | 'tenant'
