import { Type } from '@sinclair/typebox'
import { Moment } from '../../core/formats.js'
import { patternSaying } from '../../core/validation/patterns.js'

export const DemoTopic = Type.String({
  maxLength: 205,
  pattern: patternSaying(
    /^demo\.[a-zA-Z0-9._\-]+$/u,
    'must begin with "demo.", followed by letters, digits, ".", "_" and "-"'
  ),
  description: 'Begins with "demo."',
  examples: ['demo.greetings']
})

const topic = Type.String({ examples: ['demo.greetings'] })
const partition = Type.Integer({ examples: [0] })

export const DemoConsumption = Type.Object({
  connected: Type.Boolean({
    description: 'Whether a broker could be reached a moment ago',
    examples: [true]
  }),
  assignments: Type.Array(
    Type.Object({
      topic,
      partition,
      lag: Type.Unsafe<number | null>({
        type: 'integer',
        nullable: true,
        description: 'Messages that are not done; null: not known',
        examples: [0]
      })
    })
  ),
  handled: Type.Integer({ description: 'Messages since the consumer started', examples: [18] }),
  failed: Type.Integer({ description: 'Messages that were set aside as dead letters', examples: [0] }),
  messages: Type.Array(
    Type.Object({
      topic,
      partition,
      offset: Type.Integer({ examples: [17] }),
      key: Type.Unsafe<string | null>({
        type: 'string',
        nullable: true,
        examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
      }),
      produced_at: Moment,
      value: Type.Unknown({
        description: 'The JSON of the message, or its text',
        examples: [{ hello: 'world' }]
      })
    }),
    { description: 'The last 20, newest last' }
  )
})
