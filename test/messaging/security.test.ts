import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import rdkafka from 'node-rdkafka'
import t from 'tap'
import { clientConfig, connect, disconnect, type KafkaCluster } from '../../plugins/messaging/kafka-client.js'
import { createProducer } from '../../plugins/messaging/kafka-producer.js'
import { ensureTopics } from '../../plugins/messaging/topics.js'
import { readMessages } from '../../scripts/events/read-messages.js'
import { startKafka } from '../../scripts/real/kafka.js'
import { ConfigError, loadKafkaSecurity } from '../../core/config/config.js'
import { makeCertificates } from '../helpers/certificates.js'
import { requireTool } from '../helpers/tools.js'
import { until } from '../helpers/until.js'
import { silent } from './brokers.js'

requireTool(t, ['openssl'])
const folder = mkdtempSync(join(tmpdir(), 'strongroom-kafka-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
const { ca, otherCa, certificate, key } = makeCertificates(folder, 'IP:127.0.0.1')

const ACCOUNT = { KAFKA_SASL_USERNAME: 'strongroom', KAFKA_SASL_PASSWORD: 'a-kafka-secret' }
const SASL = { KAFKA_SECURITY_PROTOCOL: 'sasl_ssl', KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', ...ACCOUNT }

t.test('contradictory settings are refused', (t) => {
  const wrong = (environment: Record<string, string>) => {
    try {
      loadKafkaSecurity(environment)
      return []
    } catch (error) {
      return error instanceof ConfigError
        ? error.problems.map((problem) => problem.split(' ', 1)[0])
        : [error]
    }
  }
  t.same(wrong({}), [])
  t.same(wrong({ KAFKA_SECURITY_PROTOCOL: 'ssl' }), [])
  t.same(wrong({ ...SASL, KAFKA_CA_FILE: ca }), [])
  t.same(wrong({ ...SASL, KAFKA_CA_FILE: '/nowhere' }), ['KAFKA_CA_FILE'])
  t.same(wrong({ KAFKA_SECURITY_PROTOCOL: 'sasl_ssl' }), Object.keys(SASL).slice(1))
  t.same(wrong(ACCOUNT), Object.keys(ACCOUNT), 'an account that would not be used')
  t.same(wrong({ KAFKA_CA_FILE: ca }), ['KAFKA_CA_FILE'])
  t.same(wrong({ ...SASL, KAFKA_SASL_MECHANISM: 'GSSAPI' }), ['KAFKA_SASL_MECHANISM'])
  t.end()
})

t.test('librdkafka supports and receives all settings', (t) => {
  for (const feature of ['ssl', 'sasl_plain', 'sasl_scram']) t.ok(rdkafka.features.includes(feature), feature)
  const security = loadKafkaSecurity({ ...SASL, KAFKA_CA_FILE: ca })
  t.match(clientConfig({ brokers: 'kafka:9093', security }, 'test'), {
    'metadata.broker.list': 'kafka:9093',
    'security.protocol': 'sasl_ssl',
    'sasl.mechanisms': 'SCRAM-SHA-512',
    'sasl.username': 'strongroom',
    'sasl.password': 'a-kafka-secret',
    'ssl.ca.location': ca
  })
  t.notMatch(clientConfig({ brokers: 'kafka:9092' }, 'test'), { 'security.protocol': String })
  t.end()
})

/** Set where a Kafka is available (scripts/with-real-services.ts); the test starts one that requires a password. */
const jars = process.env['TEST_KAFKA_JARS']
if (jars) {
  t.test('TLS and passwords with a real Kafka', async (t) => {
    writeFileSync(join(folder, 'key.pem'), key)
    const pkcs8 = execFileSync('openssl', ['pkcs8', '-topk8', '-nocrypt', '-in', join(folder, 'key.pem')])
    const kafka = await startKafka(jars, join(folder, 'kafka'), {
      keystore: pkcs8.toString() + certificate,
      username: ACCOUNT.KAFKA_SASL_USERNAME,
      password: ACCOUNT.KAFKA_SASL_PASSWORD
    })
    t.teardown(() => kafka.kill())
    const cluster = (settings: Record<string, string>): KafkaCluster => ({
      brokers: kafka.secureBrokers,
      security: loadKafkaSecurity(settings)
    })
    const reaches = async (settings: Record<string, string>) => {
      const client = new rdkafka.Producer(clientConfig(cluster(settings), 'test'))
      client.on('event.error', () => undefined)
      const connected = await connect(client).then(
        () => true,
        () => false
      )
      await disconnect(client)
      return connected
    }
    const trusted = { ...SASL, KAFKA_CA_FILE: ca }
    for (const KAFKA_SASL_MECHANISM of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
      await until(() => reaches({ ...trusted, KAFKA_SASL_MECHANISM }))
    t.pass('every mechanism reaches it')
    t.equal(await reaches({ ...trusted, KAFKA_SASL_PASSWORD: 'wrong' }), false, 'a wrong password')
    t.equal(await reaches({ ...trusted, KAFKA_CA_FILE: otherCa }), false, 'another authority')
    t.equal(await reaches(SASL), false, 'an authority that the system does not trust')
    t.equal(await reaches({}), false, 'plain text')

    const topics = { partitions: 1, retention: 3600, deadLetterRetention: 3600 }
    const secure = cluster(trusted)
    const ensure = () => ensureTopics({ ...secure, topicPrefix: 'secure.', topics, logger: silent })
    await until(async () => (await ensure()) === 'ready')
    const producer = createProducer({ ...secure, clientId: 'test', logger: silent })
    t.teardown(() => producer.close(1_000))
    await until(async () => producer.status() === 'up')
    const sent = { topic: 'secure.audit.log', key: 'k', value: Buffer.from('over TLS') }
    t.same(await producer.publish([sent]), ['delivered'])
    const read = []
    for await (const { value } of readMessages(secure, ['secure.audit.log'])) read.push(String(value))
    t.same(read, ['over TLS'])
  })
}
