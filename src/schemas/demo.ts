import { Type } from '@sinclair/typebox'
import { Moment } from './formats.js'

export const DemoTopic = Type.String({
  pattern: '^demo\\.[a-zA-Z0-9._-]{1,200}$',
  description: 'Begins with "demo."',
  examples: ['demo.greetings']
})

const place = { topic: Type.String(), partition: Type.Integer(), offset: Type.Integer() }

export const DemoConsumption = Type.Object({
  connected: Type.Boolean({ description: 'Whether a broker could be reached a moment ago' }),
  assignments: Type.Array(
    Type.Object({
      topic: Type.String(),
      partition: Type.Integer(),
      lag: Type.Unsafe<number | null>({
        type: 'integer',
        nullable: true,
        description: 'Messages that are not done'
      })
    })
  ),
  handled: Type.Integer({ description: 'Since the consumer started' }),
  failed: Type.Integer(),
  messages: Type.Array(
    Type.Object({
      ...place,
      key: Type.Unsafe<string | null>({ type: 'string', nullable: true }),
      produced_at: Moment,
      value: Type.Unknown({ description: 'The JSON of the message, or its text' })
    }),
    { description: 'The last 20, newest last' }
  )
})
