/** The real services that tests use. */
export interface TestServices {
  /** A superuser's URL of the maintenance database. */
  databaseUrl: string
  /** One or more `host:port`, separated by commas. */
  brokers: string
  /** The strategy of installations, unless a test sets another. */
  tenancyStrategy: string
}

/** The services that `npm test` started or was given. */
export function testServices(): TestServices {
  const databaseUrl = process.env['TEST_DATABASE_URL']
  const brokers = process.env['TEST_KAFKA_BROKERS']
  if (!databaseUrl || !brokers) throw new Error('The tests need services: run `npm test -- <file>`')
  return { databaseUrl, brokers, tenancyStrategy: process.env['TEST_TENANCY_STRATEGY'] ?? 'database' }
}
