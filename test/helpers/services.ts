/** The real services of the tests. */
export interface TestServices {
  /** A superuser's URL of the maintenance database. */
  databaseUrl: string
  /** host:port, more of them separated by commas. */
  brokers: string
  /** How installations keep their tenants apart, unless a test says otherwise. */
  tenancyStrategy: string
}

/** The services that `npm test` has started or been given. */
export function testServices(): TestServices {
  const databaseUrl = process.env['TEST_DATABASE_URL']
  const brokers = process.env['TEST_KAFKA_BROKERS']
  if (!databaseUrl || !brokers) throw new Error('The tests need services: run `npm test -- <file>`')
  return { databaseUrl, brokers, tenancyStrategy: process.env['TEST_TENANCY_STRATEGY'] ?? 'database' }
}
