import fp from 'fastify-plugin'
import type { Registry } from 'prom-client'
import type { Config } from '../src/config.js'
import { createAuditService, type AuditService } from '../src/services/audit-service.js'
import { createAuthService, type AuthService } from '../src/services/auth-service.js'
import { createDocumentService, type DocumentService } from '../src/services/document-service.js'
import { createFileService, type FileService } from '../src/services/file-service.js'
import { createMemberService, type MemberService } from '../src/services/member-service.js'
import { createFileVerification, type FileVerification } from '../src/services/file-verification.js'
import { createObjectRemoval, type ObjectRemoval } from '../src/services/object-removal.js'
import { createPasswordCheck } from '../src/services/password-check.js'
import { createRegister } from '../src/services/registration.js'
import { createSessionService, type SessionService } from '../src/services/session-service.js'
import { createTenantService, type TenantService } from '../src/services/tenant-service.js'
import { BUFFERED_BYTES } from '../src/services/upload-reception.js'
import { createUploadService, type UploadService } from '../src/services/upload-service.js'
import { createUploadSlots } from '../src/services/upload-slots.js'
import { createUsageService, type UsageService } from '../src/services/usage-service.js'
import { createUserService, type UserService } from '../src/services/user-service.js'
import type { AccessChanges } from './access/access.js'
import type { AccessTokens } from './auth/access-tokens.js'
import type { Passwords } from './auth/passwords.js'
import type { RefreshTokens } from './auth/refresh-tokens.js'
import type { MainDatabase } from './database.js'
import type { Outboxes } from './messaging/outboxes.js'
import type { Hashing } from './hashing/hashing.js'
import type { ObjectStorage } from './storage/object-storage.js'
import type { TenancyAdapter } from './tenancy/adapter.js'
import { createUploadMetrics } from './upload-metrics.js'

/** Milliseconds that an upload waits for its turn. */
const UPLOAD_WAIT_MS = 30_000

export interface Services {
  auth: AuthService
  users: UserService
  sessions: SessionService
  tenants: TenantService
  members: MemberService
  audit: AuditService
  documents: DocumentService
  uploads: UploadService
  files: FileService
  verification: FileVerification
  usage: UsageService
  removal: ObjectRemoval
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The rules of the application: all that routes and event handlers work with. */
    services: Services
  }
}

/** The composition root: gives every service what it stands on, and decorates the application with `services`. */
export default fp(
  async (app) => {
    const config = app.getDecorator<Config>('config')
    const { users, sessions, tenants, tenantKeys, members, failures, audit } =
      app.getDecorator<MainDatabase>('database')
    const accessChanges = app.getDecorator<AccessChanges>('accessChanges')
    const passwords = app.getDecorator<Passwords>('passwords')
    const tenancy = app.getDecorator<TenancyAdapter>('tenancy')
    const storage = app.getDecorator<ObjectStorage>('storage')
    const hashing = app.getDecorator<Hashing>('hashing')
    const outboxes = app.getDecorator<Outboxes>('outboxes')

    const recordMain = <T>(work: () => Promise<T>) => outboxes.recordMain(work)
    const checkPassword = createPasswordCheck({ passwords, failures, users, recordMain })
    const removal = createObjectRemoval({
      tenancy,
      storage,
      onPostponed: (error, s3Path) =>
        app.log.warn({ err: error, s3_path: s3Path }, 'removing an object is left to the sweeper')
    })
    const slots = createUploadSlots({
      concurrency: config.upload.concurrency,
      fullSize: BUFFERED_BYTES,
      waiting: config.upload.concurrency * 10,
      waitMs: UPLOAD_WAIT_MS
    })
    const uploads = createUploadService({
      tenancy,
      storage,
      hashing,
      outboxes,
      removal,
      slots,
      limits: config.limits,
      ...config.upload
    })
    const measure = createUploadMetrics(app.getDecorator<Registry>('metrics'), () => slots.status())
    app.decorate('services', {
      auth: createAuthService({
        users,
        sessions,
        tenants,
        register: createRegister({ users, passwords, recordMain }),
        checkPassword,
        outboxes,
        accessChanges,
        accessTokens: app.getDecorator<AccessTokens>('accessTokens'),
        refreshTokens: app.getDecorator<RefreshTokens>('refreshTokens'),
        refreshTtl: config.auth.refreshTtl
      }),
      users: createUserService({ users, tenants, passwords, checkPassword, outboxes, accessChanges }),
      sessions: createSessionService({ sessions, outboxes, accessChanges }),
      tenants: createTenantService({ tenants, tenantKeys, tenancy, outboxes, accessChanges }),
      members: createMemberService({ members, users, outboxes, accessChanges }),
      audit: createAuditService({ audit }),
      documents: createDocumentService({ tenancy, storage, outboxes, downloadUrlTtl: config.downloadUrlTtl }),
      uploads: { upload: (...upload) => measure(() => uploads.upload(...upload)) },
      files: createFileService({ tenancy, removal, outboxes }),
      verification: createFileVerification({ tenancy, storage, hashing, outboxes }),
      usage: createUsageService({ tenancy, limits: config.limits }),
      removal
    })
  },
  {
    name: 'services',
    dependencies: ['metrics', 'access', 'auth', 'database', 'tenancy', 'storage', 'hashing', 'messaging']
  }
)
