import fp from 'fastify-plugin'
import { Gauge, type Registry } from 'prom-client'
import { provide, resource } from './resources.js'
import { createClient, type DatabaseClient } from '../db/client.js'
import { createApiKeyRepository, type ApiKeyRepository } from '../db/main/api-keys-repository.js'
import { createAuditRepository, type AuditRepository } from '../db/main/audit-repository.js'
import { createAccountRemoval, type AccountRemoval } from '../db/main/account-removal.js'
import {
  createDirtyTenantRepository,
  type DirtyTenantRepository
} from '../db/main/dirty-tenants-repository.js'
import {
  createAccountLinkRepository,
  type AccountLinkRepository
} from '../db/main/account-links-repository.js'
import { createInvitationAcceptance, type InvitationAcceptance } from '../db/main/invitation-acceptance.js'
import { createInvitationRepository, type InvitationRepository } from '../db/main/invitations-repository.js'
import { createMailRepository, type MailRepository } from '../db/main/mails-repository.js'
import {
  createEventNotificationRepository,
  type EventNotificationRepository
} from '../db/main/event-notifications.js'
import { createExportRepository, type ExportRepository } from '../db/main/export-repository.js'
import { createMemberRepository, type MemberRepository } from '../db/main/members-repository.js'
import {
  createPasswordFailureRepository,
  type PasswordFailureRepository
} from '../db/main/password-failures-repository.js'
import * as tables from '../db/main/schema.js'
import {
  createServiceAccountRepository,
  type ServiceAccountRepository
} from '../db/main/service-accounts-repository.js'
import { createSessionRepository, type SessionRepository } from '../db/main/sessions-repository.js'
import { createTenancyRecords, type TenancyRecords } from '../db/main/tenancy-records.js'
import {
  createTenantArchiveRepository,
  type TenantArchiveRepository
} from '../db/main/tenant-archive-repository.js'
import {
  createTenantMovesRepository,
  type TenantMovesRepository
} from '../db/main/tenant-moves-repository.js'
import { createTenantKeyRepository, type TenantKeyRepository } from '../db/main/tenant-keys-repository.js'
import { createTenantRepository, type TenantRepository } from '../db/main/tenants-repository.js'
import {
  createTenantVisitRepository,
  type TenantVisitRepository
} from '../db/main/tenant-visits-repository.js'
import { createUserRepository, type UserRepository } from '../db/main/users-repository.js'
import {
  createWebhookEndpointRepository,
  type WebhookEndpointRepository
} from '../db/main/webhook-endpoints-repository.js'
import { createWebhookQueue, type WebhookQueue } from '../db/main/webhook-queue.js'
import { createPing } from '../db/ping.js'
import { defineEventLogRepository, type EventLogRepository } from '../db/event-log-repository.js'
import { defineEventFeed, type EventFeedRepository } from '../db/event-feed.js'

/** The main database: its repositories over one pool. */
export interface MainDatabase extends TenancyRecords {
  users: UserRepository
  accountRemoval: AccountRemoval
  exports: ExportRepository
  archives: TenantArchiveRepository
  sessions: SessionRepository
  apiKeys: ApiKeyRepository
  serviceAccounts: ServiceAccountRepository
  tenants: TenantRepository
  members: MemberRepository
  invitations: InvitationRepository & InvitationAcceptance
  accountLinks: AccountLinkRepository
  mails: MailRepository
  failures: PasswordFailureRepository
  audit: AuditRepository
  tenantKeys: TenantKeyRepository
  tenantMoves: TenantMovesRepository
  dirtyTenants: DirtyTenantRepository
  tenantVisits: TenantVisitRepository
  eventLog: EventLogRepository
  eventNotifications: EventNotificationRepository
  eventFeed: EventFeedRepository
  webhookEndpoints: WebhookEndpointRepository
  webhookQueue: WebhookQueue
  /** Rejects if the database does not answer; needs no free connection of the pool. */
  ping(): Promise<void>
}

declare module './resources.js' {
  interface Resources {
    database: MainDatabase
  }
}

/** Provides `database`. */
export default fp(
  async (app) => {
    const { auth, database: settings } = resource(app, 'config')
    const client = createClient(settings, { max: settings.poolSize, applicationName: 'strongroom' })
    const ping = createPing(settings.url, 'strongroom-health')
    const database: MainDatabase = {
      users: createUserRepository(client),
      accountRemoval: createAccountRemoval(client),
      exports: createExportRepository(client),
      archives: createTenantArchiveRepository(client),
      sessions: createSessionRepository(client, auth.sessions),
      apiKeys: createApiKeyRepository(client),
      serviceAccounts: createServiceAccountRepository(client),
      tenants: createTenantRepository(client),
      members: createMemberRepository(client),
      invitations: { ...createInvitationRepository(client), ...createInvitationAcceptance(client) },
      accountLinks: createAccountLinkRepository(client),
      mails: createMailRepository(client),
      failures: createPasswordFailureRepository(client),
      audit: createAuditRepository(client),
      tenantKeys: createTenantKeyRepository(client),
      tenantMoves: createTenantMovesRepository(client),
      dirtyTenants: createDirtyTenantRepository(client),
      tenantVisits: createTenantVisitRepository(client),
      eventNotifications: createEventNotificationRepository(client),
      eventLog: defineEventLogRepository(tables)(client.sql),
      eventFeed: defineEventFeed(tables)(client.sql),
      webhookEndpoints: createWebhookEndpointRepository(client),
      webhookQueue: createWebhookQueue(client),
      ...createTenancyRecords(client),
      ping: ping.ask
    }
    provide(app, 'database', database)
    observePool(resource(app, 'metrics'), client)
    app.addHook('onClose', async () => {
      await Promise.all([client.close(), ping.close()])
    })
  },
  { name: 'database', dependencies: ['config', 'metrics'] }
)

function observePool(registry: Registry, client: DatabaseClient): void {
  const registers = [registry]
  new Gauge({
    name: 'strongroom_database_connections',
    help: 'Connections of this process to the main database; at most DATABASE_POOL_SIZE',
    labelNames: ['state'],
    registers,
    collect() {
      const { idle, busy, connecting } = client.pool()
      this.set({ state: 'idle' }, idle)
      this.set({ state: 'busy' }, busy)
      this.set({ state: 'connecting' }, connecting)
    }
  })
  new Gauge({
    name: 'strongroom_database_waiting_queries',
    help: 'Queries of this process waiting for a connection to the main database',
    registers,
    collect() {
      this.set(client.pool().waiting)
    }
  })
}
