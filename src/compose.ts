import fp from 'fastify-plugin'
import type { Registry } from 'prom-client'
import type { Config } from '../core/config/config.js'
import { createAuditService, type AuditService } from './services/audit/audit-service.js'
import { createRefusals, type Refusals } from './services/audit/refusals.js'
import { createAuthService, type AuthService } from './services/auth/auth-service.js'
import { createDownloadCounts } from './services/documents/download-counts.js'
import { createDownloadSlots, type DownloadSlots } from './services/documents/download-slots.js'
import { createDocumentService, type DocumentService } from './services/documents/document-service.js'
import { createLinkedDownloads, type LinkedDownloads } from './services/documents/linked-downloads.js'
import { createFileService, type FileService } from './services/files/file-service.js'
import { createMemberService, type MemberService } from './services/members/member-service.js'
import { createFileVerification, type FileVerification } from './services/files/file-verification.js'
import { createObjectRemoval, type ObjectRemoval } from './services/files/object-removal.js'
import { createPasswordCheck } from './services/auth/password-check.js'
import { createRegister } from './services/auth/registration.js'
import { createSessionService, type SessionService } from './services/users/session-service.js'
import { createTenantService, type TenantService } from './services/tenants/tenant-service.js'
import { BUFFERED_BYTES } from './services/uploads/upload.js'
import { createUploadService, type UploadService } from './services/uploads/upload-service.js'
import { createUploadSlots } from './services/uploads/upload-slots.js'
import { createUsageService, type UsageService } from './services/tenants/usage-service.js'
import { createUserService, type UserService } from './services/users/user-service.js'
import type { AccessChanges } from '../plugins/access/access.js'
import type { AccessTokens } from '../plugins/auth/access-tokens.js'
import type { Passwords } from '../plugins/auth/passwords.js'
import type { RefreshTokens } from '../plugins/auth/refresh-tokens.js'
import type { MainDatabase } from '../plugins/database.js'
import type { Outboxes } from '../plugins/messaging/outboxes.js'
import type { Hashing } from '../plugins/hashing/hashing.js'
import type { LinkedObjects } from '../plugins/storage/disk-links.js'
import type { StorageOfTenants } from '../plugins/storage/tenant-storage.js'
import type { TenancyAdapter } from '../plugins/tenancy/adapter.js'
import { createUploadMetrics, type MeasureUpload } from './http/upload-metrics.js'

/** Maximum wait of an upload in milliseconds. */
const UPLOAD_WAIT_MS = 30_000
/** Waiting uploads per place; one tenant or account fills at most half of the line. */
const UPLOADS_IN_LINE = 20

export interface Services {
  auth: AuthService
  users: UserService
  sessions: SessionService
  tenants: TenantService
  members: MemberService
  audit: AuditService
  refusals: Refusals
  documents: DocumentService
  downloads: DownloadSlots
  /** Null if download URLs lead to the storage itself. */
  linkedDownloads: LinkedDownloads | null
  uploads: UploadService & { measured: MeasureUpload }
  files: FileService
  verification: FileVerification
  usage: UsageService
  removal: ObjectRemoval
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The application's business rules: everything that routes and event handlers use. */
    services: Services
  }
}

/** The composition root: gives every service its dependencies, and decorates the application with `services`. */
export default fp(
  async (app) => {
    const config = app.getDecorator<Config>('config')
    const { users, sessions, tenants, tenantKeys, members, failures, audit } =
      app.getDecorator<MainDatabase>('database')
    const accessChanges = app.getDecorator<AccessChanges>('accessChanges')
    const passwords = app.getDecorator<Passwords>('passwords')
    const tenancy = app.getDecorator<TenancyAdapter>('tenancy')
    const storage = app.getDecorator<StorageOfTenants>('tenantStorage')
    const linkedObjects = app.getDecorator<LinkedObjects | null>('linkedObjects')
    const hashing = app.getDecorator<Hashing>('hashing')
    const outboxes = app.getDecorator<Outboxes>('outboxes')

    const recordMain = <T>(work: () => Promise<T>) => outboxes.recordMain(work)
    const checkPassword = createPasswordCheck({ passwords, failures, users, recordMain })
    const removal = createObjectRemoval({
      tenancy,
      storage,
      onPostponed: (error, s3Path) =>
        app.log.warn(
          { err: error, s3_path: s3Path },
          'an object could not be removed; the sweeper will remove it'
        )
    })
    const slots = createUploadSlots({
      concurrency: config.upload.concurrency,
      fullSize: BUFFERED_BYTES,
      waiting: config.upload.concurrency * UPLOADS_IN_LINE,
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
    const downloads = createDownloadCounts({
      write: (tenant, counts) =>
        outboxes.record(tenant.id, () =>
          tenancy.withTenant(tenant, (store) => store.documents.countDownloads(tenant.id, counts))
        ),
      onError: (error) => app.log.warn({ err: error }, 'some downloads are not in the audit log yet')
    })
    app.addHook('onClose', () => downloads.close())
    const measured = createUploadMetrics(app.getDecorator<Registry>('metrics'), () => slots.status())
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
        refreshTtl: config.auth.refreshTtl,
        maxAge: config.auth.sessions.maxAge
      }),
      users: createUserService({ users, tenants, passwords, checkPassword, outboxes, accessChanges }),
      sessions: createSessionService({ sessions, outboxes, accessChanges }),
      tenants: createTenantService({
        tenants,
        tenantKeys,
        tenancy,
        outboxes,
        accessChanges,
        tenantsPerAccount: config.bounds.tenantsPerAccount
      }),
      members: createMemberService({
        members,
        users,
        outboxes,
        accessChanges,
        membersPerTenant: config.bounds.membersPerTenant
      }),
      audit: createAuditService({ audit }),
      refusals: createRefusals({ audit, recordMain }),
      documents: createDocumentService({
        tenancy,
        storage,
        outboxes,
        downloads,
        downloadUrlTtl: config.downloadUrlTtl
      }),
      downloads: createDownloadSlots(config.downloadConcurrency),
      linkedDownloads: linkedObjects && createLinkedDownloads(linkedObjects),
      uploads: { ...uploads, measured },
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
