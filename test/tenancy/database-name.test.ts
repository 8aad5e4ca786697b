import t from 'tap'
import { tenantDatabaseName } from '../../plugins/tenancy/database-name.js'

const ID = 'a0fa881a-e286-4d0d-8be5-e0699a7efab0'

t.test('names are readable and never longer than PostgreSQL allows', async (t) => {
  t.equal(tenantDatabaseName('Acme Corp.', ID), 'tenant_acme_corp_a0fa881a')
  t.equal(tenantDatabaseName('Ünïcode & Söhne', ID), 'tenant_unicode_sohne_a0fa881a')
  t.equal(tenantDatabaseName('北京', ID), 'tenant_x_a0fa881a')
  t.equal(tenantDatabaseName('"; drop database x; --', ID), 'tenant_drop_database_x_a0fa881a')
  for (const name of ['x'.repeat(255), 'a b '.repeat(60), '_', ' - ']) {
    const made = tenantDatabaseName(name, ID)
    t.match(made, /^tenant_[a-z0-9_]*[a-z0-9]_a0fa881a$/)
    t.ok(Buffer.byteLength(made) <= 63)
  }
})

t.test('long names that begin alike stay apart', async (t) => {
  const other = 'b1fa881a-e286-4d0d-8be5-e0699a7efab0'
  t.not(tenantDatabaseName('x'.repeat(200), ID), tenantDatabaseName('x'.repeat(201), other))
})
