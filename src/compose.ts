import fp from 'fastify-plugin'
import { problemOfTarget } from '../plugins/outbound/target.js'
import { resource } from '../plugins/resources.js'
import { createSealing } from '../plugins/sealing.js'
import { createAuditService, type AuditService } from './services/audit/audit-service.js'
import { createRefusals, type Refusals } from './services/audit/refusals.js'
import { createAuthService, type AuthService } from './services/auth/auth-service.js'
import { createRecoveryService, type RecoveryService } from './services/auth/recovery-service.js'
import { createAcceptance, type AcceptInvitation } from './services/invitations/acceptance.js'
import { createInvitationService, type InvitationService } from './services/invitations/invitation-service.js'
import { createAccountLinks } from './services/mail/account-links.js'
import { createBulkChanges, type ChangeInBulk } from './services/documents/bulk-changes.js'
import { createDownloadCounts } from './services/documents/download-counts.js'
import { createDownloadLine, type DownloadLine } from './services/documents/download-line.js'
import { createDocumentService, type DocumentService } from './services/documents/document-service.js'
import { createPutDocument, type PutDocument } from './services/documents/put-document.js'
import { createLinkedDownloads, type LinkedDownloads } from './services/documents/linked-downloads.js'
import { createEventService, type EventService } from './services/events/event-service.js'
import { createExportService, type ExportService } from './services/exports/export-service.js'
import { createFileService, type FileService } from './services/files/file-service.js'
import { createFolderService, type FolderService } from './services/folders/folder-service.js'
import { createMemberService, type MemberService } from './services/members/member-service.js'
import { createObjectRemoval, warnOfPostponed } from './services/files/object-removal.js'
import { createGuessCounts } from './services/auth/guess-limits.js'
import { createPasswordCheck } from './services/auth/password-check.js'
import { createRegister } from './services/auth/registration.js'
import { createApiKeyService, type ApiKeyService } from './services/service-accounts/api-key-service.js'
import {
  createServiceAccountService,
  type ServiceAccountService
} from './services/service-accounts/service-account-service.js'
import { createAccountDeletion, type DeleteAccount } from './services/users/account-deletion.js'
import { createAccountExport, type AccountExport } from './services/users/account-export.js'
import { createSessionService, type SessionService } from './services/users/session-service.js'
import { createServerChoice } from './services/tenants/server-choice.js'
import { createTenantService, type TenantService } from './services/tenants/tenant-service.js'
import { BUFFERED_BYTES } from './services/uploads/upload.js'
import { createResumableUploads, type ResumableUploads } from './services/resumable/resumable-uploads.js'
import { createDirectUploads, type DirectUploads } from './services/resumable/direct-uploads.js'
import { createPieceLine } from './services/resumable/piece-line.js'
import { createUploadService, type UploadService } from './services/uploads/upload-service.js'
import { createUploadLine } from './services/uploads/upload-line.js'
import { createUsageService, type UsageService } from './services/tenants/usage-service.js'
import { createTestDelivery, type TestDelivery } from './services/webhooks/test-delivery.js'
import { SEALING_PURPOSE } from './services/webhooks/secrets.js'
import { createWebhookService, type WebhookService } from './services/webhooks/webhook-service.js'
import { createUserService, type UserService } from './services/users/user-service.js'
import { createUploadMetrics, type MeasureUpload } from './http/upload-metrics.js'

/** Maximum wait of an upload in milliseconds. */
const UPLOAD_WAIT_MS = 30_000
/** Waiting uploads per place; one tenant or account fills at most half of the line. */
const UPLOADS_IN_LINE = 20

export interface Services {
  auth: AuthService
  recovery: RecoveryService
  invitations: InvitationService
  acceptInvitation: AcceptInvitation
  users: UserService
  deleteAccount: DeleteAccount
  accountExport: AccountExport
  sessions: SessionService
  tenants: TenantService
  members: MemberService
  serviceAccounts: ServiceAccountService
  apiKeys: ApiKeyService
  audit: AuditService
  events: EventService
  refusals: Refusals
  documents: DocumentService
  changeInBulk: ChangeInBulk
  folders: FolderService
  downloads: DownloadLine
  /** Null if download URLs lead to the storage itself. */
  linkedDownloads: LinkedDownloads | null
  putDocument: PutDocument
  uploads: UploadService & { measured: MeasureUpload }
  resumableUploads: ResumableUploads
  directUploads: DirectUploads
  exports: ExportService
  files: FileService
  usage: UsageService
  webhooks: WebhookService
  testWebhook: TestDelivery
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The application's business rules: everything that routes use. */
    services: Services
  }
}

/**
 * The composition root of the API (the worker's is workers/compose.ts): gives every service its dependencies, and
 * decorates the application with `services`.
 */
export default fp(
  async (app) => {
    const config = resource(app, 'config')
    const { users, accountRemoval, exports, sessions, tenants, tenantKeys, members, failures, audit } =
      resource(app, 'database')
    const { servers, apiKeys, serviceAccounts, invitations, accountLinks } = resource(app, 'database')
    const { webhookEndpoints: endpoints } = resource(app, 'database')
    const sealing = createSealing(config.auth.lastingSecrets, SEALING_PURPOSE)
    const linkTokens = resource(app, 'linkTokens')
    const mail = config.mail.transport.kind
    const accessChanges = resource(app, 'accessChanges')
    const passwords = resource(app, 'passwords')
    const router = resource(app, 'router')
    const storage = resource(app, 'tenantStorage')
    const linkedObjects = resource(app, 'linkedObjects')
    const hashing = resource(app, 'hashing')
    const change = resource(app, 'change')
    const outboxes = resource(app, 'outboxes')

    const recordMain = <T>(work: () => Promise<T>) => outboxes.recordMain(work)
    const checkPassword = createPasswordCheck({ passwords, failures, users, recordMain })
    const deviceTokens = resource(app, 'deviceTokens')
    const guesses = createGuessCounts({ failures, devices: deviceTokens, limits: config.auth.guesses })
    const removal = createObjectRemoval({ router, storage, onPostponed: warnOfPostponed(app.log) })
    const line = createUploadLine({
      concurrency: config.upload.concurrency,
      fullSize: BUFFERED_BYTES,
      waiting: config.upload.concurrency * UPLOADS_IN_LINE,
      waitMs: UPLOAD_WAIT_MS
    })
    const uploads = createUploadService({
      router,
      change,
      storage,
      hashing,
      removal,
      line,
      limits: config.limits,
      ...config.upload
    })
    const counts = resource(app, 'uploadCounts')
    const resumableUploads = createResumableUploads({
      ...{ router, change, storage, hashing, removal, limits: config.limits, counts },
      ...{ maxBytes: config.upload.maxResumableBytes, sessions: config.upload.sessions },
      line: createPieceLine({
        concurrency: config.upload.concurrency,
        waiting: config.upload.concurrency * UPLOADS_IN_LINE,
        waitMs: UPLOAD_WAIT_MS
      })
    })
    app.stopSignal.addEventListener('abort', () => resumableUploads.stop())
    const streams = resource(app, 'streams')
    app.stopSignal.addEventListener('abort', () => streams.stop())
    const downloads = createDownloadCounts({
      write: (tenant, counts) => change(tenant, (store) => store.documents.countDownloads(tenant.id, counts)),
      onError: (error) => app.log.warn({ err: error }, 'some downloads are not in the audit log yet')
    })
    app.addHook('onClose', () => downloads.close())
    const { downloadUrlTtl } = config
    const documents = createDocumentService({ router, change, storage, downloads, downloadUrlTtl })
    const measured = createUploadMetrics(resource(app, 'metrics'), counts, () => line.status())
    app.decorate('services', {
      auth: createAuthService({
        users,
        sessions,
        tenants,
        register: createRegister({ users, passwords, recordMain }),
        registration: config.registration,
        demandsVerification: mail === 'smtp',
        accountLinks,
        checkPassword,
        guesses,
        deviceTokens,
        outboxes,
        accessChanges,
        accessTokens: resource(app, 'accessTokens'),
        refreshTokens: resource(app, 'refreshTokens'),
        refreshTtl: config.auth.refreshTtl,
        maxAge: config.auth.sessions.maxAge
      }),
      recovery: createRecoveryService({
        accountLinks,
        linkTokens,
        passwords,
        outboxes,
        accessChanges,
        hasMail: mail !== 'none'
      }),
      invitations: createInvitationService({
        invitations,
        links: createAccountLinks(linkTokens, config.mail.accountUrl),
        outboxes,
        mail
      }),
      acceptInvitation: createAcceptance({
        invitations,
        users,
        linkTokens,
        passwords,
        outboxes,
        createsAccounts: config.registration !== 'closed',
        membersPerTenant: config.bounds.membersPerTenant
      }),
      users: createUserService({
        users,
        tenants,
        passwords,
        checkPassword,
        guesses,
        outboxes,
        accessChanges
      }),
      deleteAccount: createAccountDeletion({
        users,
        removal: accountRemoval,
        checkPassword,
        guesses,
        outboxes,
        accessChanges
      }),
      accountExport: createAccountExport({ users, exports, router }),
      sessions: createSessionService({ sessions, outboxes, accessChanges }),
      tenants: createTenantService({
        tenants,
        tenantKeys,
        places: resource(app, 'places'),
        chooseServer: createServerChoice({ servers, places: resource(app, 'places') }),
        outboxes,
        accessChanges,
        tenantsPerAccount: config.bounds.tenantsPerAccount,
        mayCreate:
          config.tenantCreation === 'everyone'
            ? () => Promise.resolve(true)
            : (userId) => users.mayCreateTenants(userId)
      }),
      members: createMemberService({
        members,
        users,
        outboxes,
        accessChanges,
        membersPerTenant: config.bounds.membersPerTenant
      }),
      serviceAccounts: createServiceAccountService({
        serviceAccounts,
        outboxes,
        accessChanges,
        membersPerTenant: config.bounds.membersPerTenant
      }),
      apiKeys: createApiKeyService({ apiKeys, outboxes, accessChanges }),
      audit: createAuditService({ audit }),
      events: createEventService({
        withFeed: resource(app, 'withFeed'),
        streams,
        logsAreComplete: resource(app, 'logsAreComplete')
      }),
      refusals: createRefusals({ audit, recordMain }),
      documents,
      putDocument: createPutDocument(documents),
      downloads: createDownloadLine(config.downloadConcurrency),
      linkedDownloads: linkedObjects && createLinkedDownloads(linkedObjects),
      uploads: { ...uploads, measured },
      resumableUploads,
      directUploads: createDirectUploads({
        ...{ router, change, storage, limits: config.limits },
        ...{ maxBytes: config.upload.maxResumableBytes, sessions: config.upload.sessions }
      }),
      changeInBulk: createBulkChanges({ change }),
      folders: createFolderService({ router, change }),
      exports: createExportService({ router, change, storage, downloadUrlTtl }),
      files: createFileService({ router, change, removal }),
      usage: createUsageService({ router, limits: config.limits }),
      webhooks: createWebhookService({
        ...{ endpoints, router, outboxes, sealing, eventRetention: config.eventRetention },
        problemOfTarget: (url) => problemOfTarget(url, resource(app, 'targetRules'))
      }),
      testWebhook: createTestDelivery({ endpoints, client: resource(app, 'outbound'), sealing })
    })
  },
  {
    name: 'services',
    dependencies: [
      'metrics',
      'access',
      'auth',
      'database',
      'tenancy',
      'storage',
      'hashing',
      'messaging',
      'streams',
      'outbound'
    ]
  }
)
