import rdkafka from 'node-rdkafka'
import t from 'tap'
import { asking } from '../../scripts/events/asking.js'

const { ERR_NOT_LEADER_FOR_PARTITION, ERR_TOPIC_AUTHORIZATION_FAILED } = rdkafka.CODES.ERRORS

t.test('a command retries while brokers elect a leader, and only then', async (t) => {
  let asked = 0
  const answer = await asking<string>((callback) => {
    if (++asked < 3) callback({ message: 'Not leader', code: ERR_NOT_LEADER_FOR_PARTITION }, '')
    else callback(null, 'here')
  })
  t.same([answer, asked], ['here', 3])
  const refused = asking<string>((callback) => {
    asked += 1
    callback({ message: 'Not allowed', code: ERR_TOPIC_AUTHORIZATION_FAILED }, '')
  })
  await t.rejects(refused, { message: 'Not allowed', code: ERR_TOPIC_AUTHORIZATION_FAILED })
  t.equal(asked, 4)
})
