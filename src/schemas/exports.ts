import { Type } from '@sinclair/typebox'
import { Id, idOf, Moment } from '../../core/formats.js'
import { TenantParams } from './tenants.js'

export const ExportParams = Type.Object({
  ...TenantParams.properties,
  export_id: idOf('The id of the export')
})

const orNull = <Schema extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(
  schema: Schema,
  about: { description: string; examples: unknown[] }
) => Type.Union([schema, Type.Null()], about)

export const TenantExport = Type.Object(
  {
    id: Id,
    user_id: Id,
    state: Type.Union(
      [
        Type.Literal('waiting'),
        Type.Literal('making'),
        Type.Literal('ready'),
        Type.Literal('failed'),
        Type.Literal('expired')
      ],
      {
        title: 'ExportState',
        description:
          '`waiting`, `making`: the archive is not ready yet. `ready`: it can be downloaded until `expires_at`. `failed`: ' +
          'it could not be made. `expired`: it is no longer kept',
        examples: ['ready']
      }
    ),
    file_size: orNull(Type.Integer(), {
      description: 'Bytes of the archive, once it is ready',
      examples: [10485760]
    }),
    sha256: orNull(Type.String(), {
      description: 'The SHA-256 of the archive, once it is ready',
      examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08']
    }),
    documents: orNull(Type.Integer(), { description: 'Documents in the archive', examples: [57] }),
    files: orNull(Type.Integer(), { description: 'Files in the archive', examples: [42] }),
    lost: orNull(Type.Integer(), {
      description: 'Files whose content was missing or damaged in the storage',
      examples: [0]
    }),
    created_at: Moment,
    finished_at: Type.Union([Moment, Type.Null()]),
    expires_at: Type.Union([Moment, Type.Null()], { description: 'When the archive is removed' })
  },
  { title: 'Export' }
)
