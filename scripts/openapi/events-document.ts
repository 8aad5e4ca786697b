import { OptionalKind, type TObject, type TSchema } from '@sinclair/typebox'
import { EVENT_DATA, WORK_EVENTS } from '../../core/events.js'

const INTRODUCTION = `<!-- Generated from core/events.ts by \`npm run openapi\`; do not edit. -->

# Events

The fields of \`data\` by the type of the event, the same in [the feed and its stream](guides/events.md), in
[webhooks](guides/webhooks.md) and on Kafka. Types and fields may be added: ignore the ones that you do not know. A field
marked "optional" may be missing, for example in events that an earlier version wrote.
`

/** docs/EVENTS.md */
export function eventsDocument(): string {
  const shown = Object.entries(EVENT_DATA).filter(([type]) => !WORK_EVENTS.includes(type))
  return [INTRODUCTION, ...shown.map(([type, data]) => sectionOf(type, data))].join('\n')
}

function sectionOf(type: string, { description = '', properties }: TObject): string {
  const fields = Object.entries(properties).map(([name, field]) => {
    const optional = OptionalKind in field ? 'optional' : ''
    return `| \`${name}\` | ${kindOf(field)} | ${[optional, field.description].filter(Boolean).join('; ')} |`
  })
  const table = ['| field | type | |', '| --- | --- | --- |', ...fields].join('\n')
  return `## ${type}\n\n${description}.\n\n${fields.length === 0 ? 'No fields.' : table}\n`
}

/** The type of a field in words. */
function kindOf(field: TSchema): string {
  const { type, format, anyOf, items } = field as {
    type?: string
    format?: string
    anyOf?: TSchema[]
    items?: TSchema
  }
  if (anyOf !== undefined) return anyOf.map(kindOf).join(' or ')
  if (type === 'array' && items !== undefined) return `array of ${kindOf(items)}s`
  if (type === 'string') return format === 'uuid' ? 'UUID' : 'text'
  return type ?? 'any'
}
