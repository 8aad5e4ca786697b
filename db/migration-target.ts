/** The kinds of databases, each with its own migrations. */
export type MigrationTarget = 'main' | 'tenant'
