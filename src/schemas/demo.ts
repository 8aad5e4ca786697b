import { Type } from '@sinclair/typebox'
import { Moment } from '../../core/formats.js'
import { patternSaying } from '../../core/validation/patterns.js'

export const DemoTopic = Type.String({
  maxLength: 205,
  pattern: patternSaying(
    /^demo\.[a-zA-Z0-9._\-]+$/u,
    'must begin with "demo.", followed by letters, digits, ".", "_" and "-"'
  ),
  description: 'A topic whose name begins with "demo."',
  examples: ['demo.greetings']
})

const topic = Type.String({ examples: ['demo.greetings'] })
const partition = Type.Integer({ examples: [0] })

export const DemoConsumption = Type.Object(
  {
    connected: Type.Boolean({
      description: 'Whether the consumer reached a broker recently',
      examples: [true]
    }),
    assignments: Type.Array(
      Type.Object(
        {
          topic,
          partition,
          lag: Type.Unsafe<number | null>({
            type: 'integer',
            nullable: true,
            description: 'Messages not handled yet; null if unknown',
            examples: [0]
          })
        },
        { title: 'DemoAssignment' }
      )
    ),
    handled: Type.Integer({ description: 'Messages handled since the consumer started', examples: [18] }),
    failed: Type.Integer({ description: 'Messages set aside as dead letters', examples: [0] }),
    messages: Type.Array(
      Type.Object(
        {
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
            description: 'The message as JSON, or as text if it is not JSON',
            examples: [{ hello: 'world' }]
          })
        },
        { title: 'DemoMessage' }
      ),
      { description: 'The last 20 messages, newest last' }
    )
  },
  { title: 'DemoConsumption' }
)
