// Generated from openapi.yaml by `npm run openapi`; do not edit.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Name, version, and where to read on */
        get: operations["root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether requests can be served
         * @description `degraded`: served, but events wait for Kafka. `process` is down while it is overloaded, and when it is about to end.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Measurements in the text format of Prometheus
         * @description The bearer token is METRICS_TOKEN. Where none is set, anyone may read this.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create an account */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a session
         * @description A wrong password, an unknown and a deactivated account are answered alike. After too many wrong passwords none is looked at for a while, the right one neither; sessions that were started go on.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a refresh token
         * @description The refresh token comes in the body or as Bearer token. It is used up and replaced. The one just replaced may be presented again for 10 seconds and gives the same successor; an older one ends the session. However often it is refreshed, a session ends at its greatest age (30 days unless the server says otherwise).
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session
         * @description Its access and refresh tokens stop working everywhere.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own account */
        get: operations["getMe"];
        /**
         * Change the own name
         * @description What is not given stays as it is. The e-mail address cannot be changed.
         */
        put: operations["updateMe"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the own password
         * @description All other sessions end. Wrong passwords are counted, as at a log-in.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tenants one belongs to, with role, active or not */
        get: operations["listMyTenants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What one did outside of all tenants, such as log-ins
         * @description Entries appear when the worker has read their events, normally within a second. Actions are those of `listAudit`: `auth.…`, `session.…`, `user.…`, and `access.refused` outside of tenants.
         */
        get: operations["listMyAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own sessions */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /** End all sessions but the one that asks */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of the own sessions
         * @description Its access and refresh tokens stop working everywhere.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own tenants, with role */
        get: operations["listTenants"];
        put?: never;
        /**
         * Create a tenant with a database of its own
         * @description Its database is ready when this answers 201, and the creator is its admin.
         */
        post: operations["createTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tenant with its members */
        get: operations["getTenant"];
        /**
         * Rename, deactivate or reactivate a tenant
         * @description What is not given stays as it is. An inactive tenant is closed to everybody, but an admin may reactivate it, also after it was deleted, until an operator removes it for good. The name of its database never changes.
         */
        put: operations["updateTenant"];
        post?: never;
        /**
         * Delete a tenant
         * @description It is closed to everybody at once. Its data stays until an operator purges it; until then an admin may reactivate it.
         */
        delete: operations["deleteTenant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The members of a tenant */
        get: operations["listMembers"];
        put?: never;
        /**
         * Add a member
         * @description By `user_id` or by `email`; the person has to have an account.
         */
        post: operations["addMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the role of a member */
        put: operations["changeRole"];
        post?: never;
        /**
         * Remove a member
         * @description Needs the role admin, unless one removes oneself.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what in a tenant
         * @description Entries appear when the worker has read their events, normally within a second. `cursor` stands in for `page`: its cost does not grow with depth. Actions:
         *
         *     - `user.registered`: an account was made
         *     - `user.updated`: somebody changed their own name; `previous` has the old values
         *     - `user.password_changed`: somebody changed their password
         *     - `user.password_reset`: an operator set another password
         *     - `user.activated`: an operator let an account log in again
         *     - `user.deactivated`: an operator lets nobody log in to an account
         *     - `user.deleted`: an operator deleted an account
         *     - `auth.login`: a session began
         *     - `auth.logout`: a session was ended by its log-out
         *     - `auth.token_reused`: a session was ended since an old refresh token came back
         *     - `auth.password_refused`: a wrong password; `failures` in a row, `blocked` when that was too many
         *     - `session.ended`: a session was ended from another one; with `reason`, to make room for one that began
         *     - `access.refused`: somebody lacked a right (403), once a minute for each route; the target is the route
         *     - `tenant.created`: a tenant was created
         *     - `tenant.updated`: a tenant was renamed; `previous_name` has the old name
         *     - `tenant.deactivated`: an admin made a tenant inactive
         *     - `tenant.reactivated`: an admin made a tenant active again
         *     - `tenant.deleted`: a tenant was deleted
         *     - `tenant.limits_changed`: an operator set what a tenant may hold; `previous` has the old limits
         *     - `tenant.purged`: an operator removed a deleted tenant for good
         *     - `member.added`: somebody became a member
         *     - `member.role_changed`: a member got another role
         *     - `member.removed`: somebody is no member any more
         *     - `document.created`: a document was uploaded
         *     - `document.updated`: a document got another name or type; `previous` has the old values
         *     - `document.deleted`: a document was deleted
         *     - `document.downloaded`: somebody got a document, `as` its content (or a range of it) or a URL: one entry for each user and hour, with `count`
         *     - `file.deleted`: a file was deleted
         *     - `file.damaged`: the storage does not hold what was uploaded
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a tenant holds, and what it may hold */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The documents of a tenant
         * @description `cursor` stands in for `page`: its cost does not grow with depth. The total is exact without filters; with filters it is counted up to 10,000.
         */
        get: operations["listDocuments"];
        put?: never;
        /**
         * Upload a document
         * @description As multipart/form-data with the fields in any order, or as the raw bytes with any other content type and `?filename=`. Digests are verified wherever they are declared: `md5`, Content-MD5, Content-Digest and Repr-Digest, of the request and of its parts. Content that is coded or partial is refused. The type is what says something first: `mime_type`, the Content-Type of the part or of a raw body (application/x-www-form-urlencoded, which curl sends unasked, says nothing), the first bytes of the content, the extension of the name; otherwise application/octet-stream. The charset of a Content-Type is kept, and sent with the content. The name is the field `filename`, which may stand in the query instead, or the one of the part; `filename*` does not count (RFC 7578 §4.2).
         */
        post: operations["uploadDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/documents/{document_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A document with its file */
        get: operations["getDocument"];
        /**
         * Rename a document or change its type
         * @description What is not given stays as it is. The content and the owner never change.
         */
        put: operations["updateDocument"];
        post?: never;
        /**
         * Delete a document
         * @description Its file goes too when no other document refers to it.
         */
        delete: operations["deleteDocument"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/documents/{document_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A pre-signed URL that downloads the document
         * @description The URL works without a token until it expires, also if access is taken away meanwhile. Types that a browser could run are sent as application/octet-stream and attachment, also when inline is asked.
         */
        get: operations["downloadDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/documents/{document_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bytes of a document
         * @description For clients that cannot follow the redirect of the download. Range (one range of bytes), ETag and conditions work as RFC 9110 says. Types that a browser could run are sent as application/octet-stream and attachment, also when inline is asked.
         */
        get: operations["getDocumentContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * What the bytes of a document would be sent with
         * @description The headers of the answer to GET; no answer has a body. A range is not looked at.
         */
        head: operations["headDocumentContent"];
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The files of a tenant
         * @description `cursor` stands in for `page`: its cost does not grow with depth. The total is exact, but of orphaned files it is counted up to 10,000.
         */
        get: operations["listFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/files/{file_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file with the documents that refer to it */
        get: operations["getFile"];
        put?: never;
        post?: never;
        /** Delete a file that no document refers to */
        delete: operations["deleteFile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/demo/kafka/produce": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a message to a demo topic
         * @description Published at once and acknowledged by Kafka when this answers.
         */
        post: operations["produceDemoMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/demo/kafka/consume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The consumer of the demo topics, and what it read last
         * @description The first call starts the consumer; it takes some seconds to join its group.
         */
        get: operations["consumeDemoMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** ErrorDetail */
        ErrorDetail: {
            /**
             * @description JSON pointer into the body, or the name of the parameter after "/"
             * @example /email
             */
            field: string;
            /**
             * @description What is wrong with it
             * @example is required
             */
            message: string;
        };
        /**
         * Error
         * @description A request that was refused, or that failed
         */
        Error: {
            /** @enum {boolean} */
            success: false;
            error: {
                /**
                 * @description What to match on: it never changes its meaning. More may be added
                 * @example VALIDATION_ERROR
                 */
                code: string;
                /**
                 * @description Tells a person what to do next
                 * @example Some values are invalid; see details
                 */
                message: string;
                /** @description Where single values are wrong */
                details?: components["schemas"]["ErrorDetail"][];
                /**
                 * @description As in the header `x-request-id`; the log has it too
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                request_id: string;
            };
        };
        /** Health */
        Health: {
            /** @enum {string} */
            status: "ready" | "degraded" | "unavailable";
            checks: {
                /** @enum {string} */
                database: "up" | "down";
                /** @enum {string} */
                storage: "up" | "down";
                /** @enum {string} */
                kafka: "up" | "down";
                /** @enum {string} */
                process: "up" | "down";
            };
        };
        /** User */
        User: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example ada@example.com */
            email: string;
            /** @example Ada */
            first_name: string;
            /** @example Lovelace */
            last_name: string;
            /**
             * @description false: cannot log in
             * @example true
             */
            is_active: boolean;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
        };
        /** OwnTenant */
        OwnTenant: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example Acme Corp */
            name: string;
            /**
             * @description The database that holds its documents
             * @example tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29
             */
            database_name: string;
            /**
             * @description false: closed to everybody
             * @example true
             */
            is_active: boolean;
            /**
             * @description Whether its database is ready; `failed`: it could not be made within an hour
             * @example active
             * @enum {string}
             */
            status: "provisioning" | "active" | "failed" | "purging";
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description A viewer reads, a user also writes documents, an admin also manages the tenant
             * @example user
             * @enum {string}
             */
            role: "admin" | "user" | "viewer";
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            joined_at: string;
        };
        /** TokenPair */
        TokenPair: {
            /**
             * @description Send it as `Authorization: Bearer …`
             * @example eyJhbGciOiJIUzI1NiJ9.e30.signature
             */
            access_token: string;
            /**
             * @description Good for one refresh
             * @example q83vEjRWeJA.signature
             */
            refresh_token: string;
            /** @enum {string} */
            token_type: "Bearer";
            /**
             * @description Seconds that the access token lives
             * @example 900
             */
            expires_in: number;
        };
        /** Pagination */
        Pagination: {
            /** @example 1 */
            page: number;
            /** @example 20 */
            per_page: number;
            /**
             * @description Items on all pages
             * @example 57
             */
            total: number;
            /** @example 3 */
            pages: number;
            /**
             * @description More match than were counted
             * @enum {boolean}
             */
            total_capped?: true;
            /**
             * @description Give it as `cursor` for the next page, where the list takes one; null: there is no more
             * @example WyJhIiwiYiJd
             */
            next_cursor: string | null;
        };
        /** AuditEntry */
        AuditEntry: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            event_id: string;
            /** @example member.role_changed */
            action: string;
            /**
             * @description Who did it; null: nobody known, or an operator
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string | (never | null);
            /** @description What it was done to */
            target: {
                /** @example member */
                type: string;
                /** @example 0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a */
                id: string;
            };
            /**
             * @description What belongs to the action
             * @example {
             *       "role": "viewer"
             *     }
             */
            details: {
                [key: string]: unknown;
            };
            /**
             * @description Where it was asked for; null: by an operator
             * @example 203.0.113.7
             */
            ip: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            timestamp: string;
        };
        /** Session */
        Session: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /**
             * @description What the log-in was made with
             * @example curl/8.5.0
             */
            user_agent: string | null;
            /**
             * @description Where it was last used from
             * @example 203.0.113.7
             */
            ip_address: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Right to about a minute
             * @example 2026-01-31T09:30:00.000Z
             */
            last_used_at: string;
            /**
             * Format: date-time
             * @description When it ends unless it is refreshed
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at: string;
            /**
             * @description The one that asks
             * @example true
             */
            current: boolean;
        };
        /** Tenant */
        Tenant: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example Acme Corp */
            name: string;
            /**
             * @description The database that holds its documents
             * @example tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29
             */
            database_name: string;
            /**
             * @description false: closed to everybody
             * @example true
             */
            is_active: boolean;
            /**
             * @description Whether its database is ready; `failed`: it could not be made within an hour
             * @example active
             * @enum {string}
             */
            status: "provisioning" | "active" | "failed" | "purging";
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
        };
        /** Member */
        Member: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string;
            /** @example ada@example.com */
            email: string;
            /** @example Ada */
            first_name: string;
            /** @example Lovelace */
            last_name: string;
            /**
             * @description A viewer reads, a user also writes documents, an admin also manages the tenant
             * @example user
             * @enum {string}
             */
            role: "admin" | "user" | "viewer";
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            joined_at: string;
        };
        /** TenantWithMembers */
        TenantWithMembers: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example Acme Corp */
            name: string;
            /**
             * @description The database that holds its documents
             * @example tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29
             */
            database_name: string;
            /**
             * @description false: closed to everybody
             * @example true
             */
            is_active: boolean;
            /**
             * @description Whether its database is ready; `failed`: it could not be made within an hour
             * @example active
             * @enum {string}
             */
            status: "provisioning" | "active" | "failed" | "purging";
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /** @description The first 100 */
            members: components["schemas"]["Member"][];
        };
        /** Usage */
        Usage: {
            /** @example 57 */
            documents: number;
            /** @example 42 */
            files: number;
            /**
             * @description Of all files; equal content counts once
             * @example 73400320
             */
            bytes: number;
            limits: {
                /**
                 * @description null: none
                 * @example 1000
                 */
                documents: number | null;
                /**
                 * @description null: none
                 * @example 1000
                 */
                bytes: number | null;
            };
        };
        /** Document */
        Document: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example report 2026.pdf */
            filename: string;
            /** @example application/pdf */
            mime_type: string;
            /**
             * Format: uuid
             * @description The file with its content; documents with the same content share one
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            file_id: string;
            /**
             * Format: uuid
             * @description Who uploaded it
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
        };
        /** File */
        File: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /**
             * @description Hexadecimal
             * @example b1946ac92492d2347c6235b4d2611184
             */
            md5_hash: string;
            /**
             * @description Hexadecimal
             * @example 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
             */
            sha256: string;
            /**
             * @description Bytes
             * @example 6
             */
            file_size: number;
            /**
             * @description The key in the object storage
             * @example tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184
             */
            s3_path: string;
            /**
             * @description When the worker last read the stored object from its first to its last byte
             * @example 2026-01-31T09:30:01.000Z
             */
            verified_at: string | (never | null);
            /**
             * @description What it found: the bytes that were uploaded, others, or none; null: it has not looked yet
             * @example intact
             * @enum {string|null}
             */
            verification: "intact" | "damaged" | "missing" | null;
            /**
             * @description The MIME type that the content shows, whatever the documents say
             * @example application/pdf
             */
            detected_type: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
        };
        /** UploadedDocument */
        UploadedDocument: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example report 2026.pdf */
            filename: string;
            /** @example application/pdf */
            mime_type: string;
            /**
             * Format: uuid
             * @description The file with its content; documents with the same content share one
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            file_id: string;
            /**
             * Format: uuid
             * @description Who uploaded it
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            file: components["schemas"]["File"];
            /**
             * @description The tenant had the same content already; nothing is kept twice
             * @example false
             */
            deduplicated: boolean;
        };
        /** DocumentWithFile */
        DocumentWithFile: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example report 2026.pdf */
            filename: string;
            /** @example application/pdf */
            mime_type: string;
            /**
             * Format: uuid
             * @description The file with its content; documents with the same content share one
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            file_id: string;
            /**
             * Format: uuid
             * @description Who uploaded it
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            file: components["schemas"]["File"];
        };
        /** FileWithDocuments */
        FileWithDocuments: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /**
             * @description Hexadecimal
             * @example b1946ac92492d2347c6235b4d2611184
             */
            md5_hash: string;
            /**
             * @description Hexadecimal
             * @example 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
             */
            sha256: string;
            /**
             * @description Bytes
             * @example 6
             */
            file_size: number;
            /**
             * @description The key in the object storage
             * @example tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184
             */
            s3_path: string;
            /**
             * @description When the worker last read the stored object from its first to its last byte
             * @example 2026-01-31T09:30:01.000Z
             */
            verified_at: string | (never | null);
            /**
             * @description What it found: the bytes that were uploaded, others, or none; null: it has not looked yet
             * @example intact
             * @enum {string|null}
             */
            verification: "intact" | "damaged" | "missing" | null;
            /**
             * @description The MIME type that the content shows, whatever the documents say
             * @example application/pdf
             */
            detected_type: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /** @description The newest 100 */
            documents: components["schemas"]["Document"][];
        };
    };
    responses: {
        /**
         * @description Refused for what it is as HTTP.
         *
         *     `METHOD_NOT_ALLOWED` (405): This path does not support this method; the Allow header lists the methods it supports
         *
         *     `URI_TOO_LONG` (414): The URL is too long; shorten it
         *
         *     `EXPECTATION_FAILED` (417): The only supported expectation is 100-continue; send that, or no Expect header
         *
         *     `HEADERS_TOO_LARGE` (431): The request headers are too large; send fewer or shorter ones
         *
         *     `NOT_IMPLEMENTED` (501): This server does not support the method or the transfer coding of the request
         *
         *     `HTTP_VERSION_UNSUPPORTED` (505): This server supports only HTTP/1.1 and HTTP/1.0
         */
        Refused: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /**
         * @description The id of the request: the one that came with it, when it was a sane one
         * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
         */
        "x-request-id": string;
        /**
         * @description Seconds after which another attempt makes sense
         * @example 1
         */
        "retry-after": number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    root: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "name": "Strongroom",
                     *         "version": "0.1.0",
                     *         "docs": "/docs",
                     *         "openapi": "/openapi.json",
                     *         "health": "/health/ready"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            /** @example Strongroom */
                            name: string;
                            /** @example 0.1.0 */
                            version: string;
                            /**
                             * @description A page for people
                             * @example /docs
                             */
                            docs: string;
                            /**
                             * @description The same for programs
                             * @example /openapi.json
                             */
                            openapi: string;
                            /**
                             * @description Whether requests can be served
                             * @example /health/ready
                             */
                            health: string;
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "live"
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "live";
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They can */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready",
                     *       "checks": {
                     *         "database": "up",
                     *         "storage": "up",
                     *         "kafka": "up",
                     *         "process": "up"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description They cannot; or `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready",
                     *       "checks": {
                     *         "database": "up",
                     *         "storage": "up",
                     *         "kafka": "up",
                     *         "process": "up"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Health"] | components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every measurement */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example strongroom_outbox_rows 0 */
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "correct horse battery",
                 *       "first_name": "Ada",
                 *       "last_name": "Ada"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: email
                     * @description Trimmed, composed (NFC) and lower-cased
                     * @example ada@example.com
                     */
                    email: string;
                    /**
                     * Format: text
                     * @description 8 characters to 256 bytes, in any Unicode form: composed (NFC), and with every kind of space as U+0020, it is the same. Not a common password, and not made of the name or address of its owner
                     * @example correct horse battery
                     */
                    password: string;
                    /**
                     * Format: name
                     * @example Ada
                     */
                    first_name: string;
                    /**
                     * Format: name
                     * @example Ada
                     */
                    last_name: string;
                };
            };
        };
        responses: {
            /** @description The account was created */
            201: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "email": "ada@example.com",
                     *         "first_name": "Ada",
                     *         "last_name": "Lovelace",
                     *         "is_active": true,
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["User"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_TAKEN`: An account with this e-mail address already exists; log in instead */
            409: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `WEAK_PASSWORD`: This password is easy to guess; choose another one
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `AUTH_BUSY`: Too many password checks are running; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: email
                     * @description Trimmed, composed (NFC) and lower-cased
                     * @example ada@example.com
                     */
                    email: string;
                    /**
                     * Format: text
                     * @example correct horse battery
                     */
                    password: string;
                };
            };
        };
        responses: {
            /** @description The session was started */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.signature",
                     *         "refresh_token": "q83vEjRWeJA.signature",
                     *         "token_type": "Bearer",
                     *         "expires_in": 900,
                     *         "user": {
                     *           "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *           "email": "ada@example.com",
                     *           "first_name": "Ada",
                     *           "last_name": "Lovelace",
                     *           "is_active": true,
                     *           "created_at": "2026-01-31T09:30:00.000Z",
                     *           "updated_at": "2026-01-31T09:30:00.000Z"
                     *         },
                     *         "tenants": [
                     *           {
                     *             "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "name": "Acme Corp",
                     *             "database_name": "tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29",
                     *             "is_active": true,
                     *             "status": "active",
                     *             "created_at": "2026-01-31T09:30:00.000Z",
                     *             "updated_at": "2026-01-31T09:30:00.000Z",
                     *             "role": "user",
                     *             "joined_at": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            /**
                             * @description Send it as `Authorization: Bearer …`
                             * @example eyJhbGciOiJIUzI1NiJ9.e30.signature
                             */
                            access_token: string;
                            /**
                             * @description Good for one refresh
                             * @example q83vEjRWeJA.signature
                             */
                            refresh_token: string;
                            /** @enum {string} */
                            token_type: "Bearer";
                            /**
                             * @description Seconds that the access token lives
                             * @example 900
                             */
                            expires_in: number;
                            user: components["schemas"]["User"];
                            /** @description The newest 100 active ones */
                            tenants: components["schemas"]["OwnTenant"][];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_CREDENTIALS`: Wrong e-mail address or password; check both and try again */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says
             *
             *     `TOO_MANY_FAILURES`: Too many wrong passwords for this account; wait as many seconds as Retry-After says
             */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `AUTH_BUSY`: Too many password checks are running; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "refresh_token": "q83vEjRWeJA.signature"
                 *     }
                 */
                "application/json": {
                    /** @example q83vEjRWeJA.signature */
                    refresh_token?: string;
                } | null;
            };
        };
        responses: {
            /** @description The new tokens */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.signature",
                     *         "refresh_token": "q83vEjRWeJA.signature",
                     *         "token_type": "Bearer",
                     *         "expires_in": 900
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["TokenPair"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REUSED`: This refresh token was already used, so its session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session was ended */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done"
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message: string;
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "email": "ada@example.com",
                     *         "first_name": "Ada",
                     *         "last_name": "Lovelace",
                     *         "is_active": true,
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["User"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "first_name": "Ada",
                 *       "last_name": "Ada"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: name
                     * @example Ada
                     */
                    first_name?: string;
                    /**
                     * Format: name
                     * @example Ada
                     */
                    last_name?: string;
                };
            };
        };
        responses: {
            /** @description The changed account */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "email": "ada@example.com",
                     *         "first_name": "Ada",
                     *         "last_name": "Lovelace",
                     *         "is_active": true,
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["User"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "current_password": "correct horse battery",
                 *       "new_password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: text
                     * @example correct horse battery
                     */
                    current_password: string;
                    /**
                     * Format: text
                     * @description 8 characters to 256 bytes, in any Unicode form: composed (NFC), and with every kind of space as U+0020, it is the same. Not a common password, and not made of the name or address of its owner
                     * @example correct horse battery
                     */
                    new_password: string;
                };
            };
        };
        responses: {
            /** @description The password was changed */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done"
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message: string;
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `WRONG_PASSWORD`: The current password is wrong; try again
             *
             *     `WEAK_PASSWORD`: This password is easy to guess; choose another one
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says
             *
             *     `TOO_MANY_FAILURES`: Too many wrong passwords for this account; wait as many seconds as Retry-After says
             */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `AUTH_BUSY`: Too many password checks are running; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    listMyTenants: {
        parameters: {
            query?: {
                /**
                 * @description Which page, from 1
                 * @example 1
                 */
                page?: number;
                /**
                 * @description Items on a page
                 * @example 20
                 */
                per_page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tenants, newest first */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "name": "Acme Corp",
                     *             "database_name": "tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29",
                     *             "is_active": true,
                     *             "status": "active",
                     *             "created_at": "2026-01-31T09:30:00.000Z",
                     *             "updated_at": "2026-01-31T09:30:00.000Z",
                     *             "role": "user",
                     *             "joined_at": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ],
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 57,
                     *           "pages": 3,
                     *           "total_capped": true,
                     *           "next_cursor": "WyJhIiwiYiJd"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            items: components["schemas"]["OwnTenant"][];
                            pagination: components["schemas"]["Pagination"];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    listMyAudit: {
        parameters: {
            query?: {
                /**
                 * @description Which page, from 1
                 * @example 1
                 */
                page?: number;
                /**
                 * @description Items on a page
                 * @example 20
                 */
                per_page?: number;
                /**
                 * @description The `next_cursor` of the page before; goes with the same filters and sort only
                 * @example WyJhIiwiYiJd
                 */
                cursor?: string;
                /**
                 * @description Only entries of this action
                 * @example document.deleted
                 */
                action?: string;
                /**
                 * @description Not before this moment
                 * @example 2026-01-31T09:30:00.000Z
                 */
                from?: string;
                /**
                 * @description Not after this moment
                 * @example 2026-01-31T09:30:00.000Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries, newest first */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "event_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "action": "member.role_changed",
                     *             "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "target": {
                     *               "type": "member",
                     *               "id": "0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a"
                     *             },
                     *             "details": {
                     *               "role": "viewer"
                     *             },
                     *             "ip": "203.0.113.7",
                     *             "timestamp": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ],
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 57,
                     *           "pages": 3,
                     *           "total_capped": true,
                     *           "next_cursor": "WyJhIiwiYiJd"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            items: components["schemas"]["AuditEntry"][];
                            pagination: components["schemas"]["Pagination"];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /**
                 * @description Which page, from 1
                 * @example 1
                 */
                page?: number;
                /**
                 * @description Items on a page
                 * @example 20
                 */
                per_page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions, the last used ones first */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "user_agent": "curl/8.5.0",
                     *             "ip_address": "203.0.113.7",
                     *             "created_at": "2026-01-31T09:30:00.000Z",
                     *             "last_used_at": "2026-01-31T09:30:00.000Z",
                     *             "expires_at": "2026-01-31T09:30:00.000Z",
                     *             "current": true
                     *           }
                     *         ],
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 57,
                     *           "pages": 3,
                     *           "total_capped": true,
                     *           "next_cursor": "WyJhIiwiYiJd"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            items: components["schemas"]["Session"][];
                            pagination: components["schemas"]["Pagination"];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All others were ended */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done"
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message: string;
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The session
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session was ended */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done"
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message: string;
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SESSION_NOT_FOUND`: You have no such session; it may already have ended */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    listTenants: {
        parameters: {
            query?: {
                /**
                 * @description Which page, from 1
                 * @example 1
                 */
                page?: number;
                /**
                 * @description Items on a page
                 * @example 20
                 */
                per_page?: number;
                /**
                 * @description Also those that an admin may reactivate
                 * @example false
                 */
                include_inactive?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tenants, newest first */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "name": "Acme Corp",
                     *             "database_name": "tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29",
                     *             "is_active": true,
                     *             "status": "active",
                     *             "created_at": "2026-01-31T09:30:00.000Z",
                     *             "updated_at": "2026-01-31T09:30:00.000Z",
                     *             "role": "user",
                     *             "joined_at": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ],
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 57,
                     *           "pages": 3,
                     *           "total_capped": true,
                     *           "next_cursor": "WyJhIiwiYiJd"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            items: components["schemas"]["OwnTenant"][];
                            pagination: components["schemas"]["Pagination"];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    createTenant: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat: for 24 hours the same key and the same request give the same answer, without doing anything again. 1 to 255 characters of visible ASCII, such as a UUID; it belongs to the account.
                 * @example 6f1c2f0e-58a6-4a3c-9a7e-0b6f6f1f5d1e
                 */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme Corp"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: name
                     * @example Acme Corp
                     */
                    name: string;
                };
            };
        };
        responses: {
            /** @description The tenant was created */
            201: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    /**
                     * @description This answer was given before, to the same key
                     * @example true
                     */
                    "idempotency-replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "name": "Acme Corp",
                     *         "database_name": "tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29",
                     *         "is_active": true,
                     *         "status": "active",
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["Tenant"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_LIMIT_REACHED`: Your account has reached its limit of tenants; deleted ones count until they are removed for good
             *
             *     `IDEMPOTENCY_IN_PROGRESS`: A request with this Idempotency-Key is still running; try again shortly
             */
            409: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             *
             *     `IDEMPOTENCY_MISMATCH`: This Idempotency-Key was already used for a different request; use a new key
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    getTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "name": "Acme Corp",
                     *         "database_name": "tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29",
                     *         "is_active": true,
                     *         "status": "active",
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z",
                     *         "members": [
                     *           {
                     *             "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "email": "ada@example.com",
                     *             "first_name": "Ada",
                     *             "last_name": "Lovelace",
                     *             "role": "user",
                     *             "joined_at": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["TenantWithMembers"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    updateTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme Corp",
                 *       "is_active": true
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: name
                     * @example Acme Corp
                     */
                    name?: string;
                    /**
                     * @description false closes the tenant
                     * @example true
                     */
                    is_active?: boolean;
                };
            };
        };
        responses: {
            /** @description The changed tenant */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "name": "Acme Corp",
                     *         "database_name": "tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29",
                     *         "is_active": true,
                     *         "status": "active",
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["Tenant"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_PURGING`: This tenant is being removed for good and can no longer be changed */
            409: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    deleteTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant was deleted */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done"
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message: string;
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /**
                 * @description Which page, from 1
                 * @example 1
                 */
                page?: number;
                /**
                 * @description Items on a page
                 * @example 20
                 */
                per_page?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members, in the order in which they joined */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "email": "ada@example.com",
                     *             "first_name": "Ada",
                     *             "last_name": "Lovelace",
                     *             "role": "user",
                     *             "joined_at": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ],
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 57,
                     *           "pages": 3,
                     *           "total_capped": true,
                     *           "next_cursor": "WyJhIiwiYiJd"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            items: components["schemas"]["Member"][];
                            pagination: components["schemas"]["Pagination"];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    addMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "role": "user"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uuid
                     * @description Who; or name the email
                     * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                     */
                    user_id?: string;
                    /**
                     * Format: email
                     * @description Trimmed, composed (NFC) and lower-cased
                     * @example ada@example.com
                     */
                    email?: string;
                    /**
                     * @description A viewer reads, a user also writes documents, an admin also manages the tenant
                     * @example user
                     * @enum {string}
                     */
                    role: "admin" | "user" | "viewer";
                };
            };
        };
        responses: {
            /** @description The new member */
            201: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "email": "ada@example.com",
                     *         "first_name": "Ada",
                     *         "last_name": "Lovelace",
                     *         "role": "user",
                     *         "joined_at": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["Member"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `USER_NOT_FOUND`: No active account has this id or e-mail address; the person must register first
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `ALREADY_MEMBER`: This user is already a member; change the role instead
             *
             *     `MEMBER_LIMIT_REACHED`: The tenant has reached its limit of members; remove one first
             */
            409: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    changeRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The member
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "user"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description A viewer reads, a user also writes documents, an admin also manages the tenant
                     * @example user
                     * @enum {string}
                     */
                    role: "admin" | "user" | "viewer";
                };
            };
        };
        responses: {
            /** @description The member with the new role */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "email": "ada@example.com",
                     *         "first_name": "Ada",
                     *         "last_name": "Lovelace",
                     *         "role": "user",
                     *         "joined_at": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["Member"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `MEMBER_NOT_FOUND`: This user is not a member of the tenant; check the id
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `LAST_ADMIN`: The tenant would have no admin left; make another member an admin first */
            409: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The member
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The member was removed */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done"
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message: string;
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `MEMBER_NOT_FOUND`: This user is not a member of the tenant; check the id
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `LAST_ADMIN`: The tenant would have no admin left; make another member an admin first */
            409: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /**
                 * @description Which page, from 1
                 * @example 1
                 */
                page?: number;
                /**
                 * @description Items on a page
                 * @example 20
                 */
                per_page?: number;
                /**
                 * @description The `next_cursor` of the page before; goes with the same filters and sort only
                 * @example WyJhIiwiYiJd
                 */
                cursor?: string;
                /**
                 * @description Only entries of this action
                 * @example document.deleted
                 */
                action?: string;
                /**
                 * @description Not before this moment
                 * @example 2026-01-31T09:30:00.000Z
                 */
                from?: string;
                /**
                 * @description Not after this moment
                 * @example 2026-01-31T09:30:00.000Z
                 */
                to?: string;
                /**
                 * @description Only what this user did
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                user_id?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries, newest first */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "event_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "action": "member.role_changed",
                     *             "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "target": {
                     *               "type": "member",
                     *               "id": "0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a"
                     *             },
                     *             "details": {
                     *               "role": "viewer"
                     *             },
                     *             "ip": "203.0.113.7",
                     *             "timestamp": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ],
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 57,
                     *           "pages": 3,
                     *           "total_capped": true,
                     *           "next_cursor": "WyJhIiwiYiJd"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            items: components["schemas"]["AuditEntry"][];
                            pagination: components["schemas"]["Pagination"];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    getUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Exact at this moment */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "documents": 57,
                     *         "files": 42,
                     *         "bytes": 73400320,
                     *         "limits": {
                     *           "documents": 1000,
                     *           "bytes": 1000
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["Usage"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    listDocuments: {
        parameters: {
            query?: {
                /**
                 * @description Which page, from 1
                 * @example 1
                 */
                page?: number;
                /**
                 * @description Items on a page
                 * @example 20
                 */
                per_page?: number;
                /**
                 * @description The `next_cursor` of the page before; goes with the same filters and sort only
                 * @example WyJhIiwiYiJd
                 */
                cursor?: string;
                /**
                 * @description Part of the name, in any case
                 * @example report
                 */
                filename?: string;
                /**
                 * @description Only what this user uploaded
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                user_id?: string;
                /**
                 * @description Only documents of this type
                 * @example application/pdf
                 */
                mime_type?: string;
                /**
                 * @description Not created before this moment
                 * @example 2026-01-31T09:30:00.000Z
                 */
                created_from?: string;
                /**
                 * @description Not created after this moment
                 * @example 2026-01-31T09:30:00.000Z
                 */
                created_to?: string;
                /**
                 * @description By what, and with "-" the other way round
                 * @example -created_at
                 */
                sort?: "created_at" | "-created_at" | "filename" | "-filename";
            };
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of documents */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "filename": "report 2026.pdf",
                     *             "mime_type": "application/pdf",
                     *             "file_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "created_at": "2026-01-31T09:30:00.000Z",
                     *             "updated_at": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ],
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 57,
                     *           "pages": 3,
                     *           "total_capped": true,
                     *           "next_cursor": "WyJhIiwiYiJd"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            items: components["schemas"]["Document"][];
                            pagination: components["schemas"]["Pagination"];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    uploadDocument: {
        parameters: {
            query?: {
                /**
                 * @description The name; needed when the body is the file itself
                 * @example report 2026.pdf
                 */
                filename?: string;
            };
            header?: {
                /**
                 * @description Makes the request safe to repeat: for 24 hours the same key and the same request give the same answer, without doing anything again. 1 to 255 characters of visible ASCII, such as a UUID; it belongs to the account.
                 * @example 6f1c2f0e-58a6-4a3c-9a7e-0b6f6f1f5d1e
                 */
                "idempotency-key"?: string;
                /**
                 * @description The base64 of the MD5 of the body (RFC 1864); verified
                 * @example sZRqySSS0jR8YjW00mERhA==
                 */
                "content-md5"?: string;
                /**
                 * @description The SHA-256 of the body (RFC 9530); verified, as are Repr-Digest and the same fields of a part
                 * @example sha-256=:WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai5rf2vgM=:
                 */
                "content-digest"?: string;
            };
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The content
                     */
                    file: Blob;
                    /**
                     * Format: name
                     * @description Trimmed, and composed (NFC); needs a visible character, and anything but U+0000 may be in it
                     * @example report 2026.pdf
                     */
                    filename?: string;
                    /** @example application/pdf */
                    mime_type?: string;
                    /**
                     * @description Hexadecimal; verified
                     * @example b1946ac92492d2347c6235b4d2611184
                     */
                    md5?: string;
                };
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description The document was created */
            201: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    /**
                     * @description This answer was given before, to the same key
                     * @example true
                     */
                    "idempotency-replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "filename": "report 2026.pdf",
                     *         "mime_type": "application/pdf",
                     *         "file_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z",
                     *         "file": {
                     *           "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *           "md5_hash": "b1946ac92492d2347c6235b4d2611184",
                     *           "sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
                     *           "file_size": 6,
                     *           "s3_path": "tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184",
                     *           "verified_at": "2026-01-31T09:30:01.000Z",
                     *           "verification": "intact",
                     *           "detected_type": "application/pdf",
                     *           "created_at": "2026-01-31T09:30:00.000Z",
                     *           "updated_at": "2026-01-31T09:30:00.000Z"
                     *         },
                     *         "deduplicated": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["UploadedDocument"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             *
             *     `UPLOAD_ABORTED`: The connection closed before the upload was complete; send the file again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `IDEMPOTENCY_IN_PROGRESS`: A request with this Idempotency-Key is still running; try again shortly */
            409: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `FILE_TOO_LARGE`: The file is larger than this server accepts; send a smaller one
             *
             *     `QUOTA_EXCEEDED`: The tenant has reached its limit; delete documents or ask the operator for a higher limit
             */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `EMPTY_FILE`: The file is empty; send one with content
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             *
             *     `IDEMPOTENCY_MISMATCH`: This Idempotency-Key was already used for a different request; use a new key
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             *
             *     `UPLOADS_BUSY`: Too many uploads are waiting; try again shortly
             *
             *     `STORAGE_UNAVAILABLE`: The object storage is unavailable; try again shortly
             *
             *     `UPLOAD_INTERRUPTED`: The upload took too long and was abandoned; send the file again
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "filename": "report 2026.pdf",
                     *         "mime_type": "application/pdf",
                     *         "file_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z",
                     *         "file": {
                     *           "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *           "md5_hash": "b1946ac92492d2347c6235b4d2611184",
                     *           "sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
                     *           "file_size": 6,
                     *           "s3_path": "tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184",
                     *           "verified_at": "2026-01-31T09:30:01.000Z",
                     *           "verification": "intact",
                     *           "detected_type": "application/pdf",
                     *           "created_at": "2026-01-31T09:30:00.000Z",
                     *           "updated_at": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["DocumentWithFile"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `DOCUMENT_NOT_FOUND`: No such document; it may have been deleted
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    updateDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filename": "report 2026.pdf",
                 *       "mime_type": "application/pdf"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: name
                     * @description Trimmed, and composed (NFC); needs a visible character, and anything but U+0000 may be in it
                     * @example report 2026.pdf
                     */
                    filename?: string;
                    /** @example application/pdf */
                    mime_type?: string;
                };
            };
        };
        responses: {
            /** @description The changed document */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "filename": "report 2026.pdf",
                     *         "mime_type": "application/pdf",
                     *         "file_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z",
                     *         "file": {
                     *           "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *           "md5_hash": "b1946ac92492d2347c6235b4d2611184",
                     *           "sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
                     *           "file_size": 6,
                     *           "s3_path": "tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184",
                     *           "verified_at": "2026-01-31T09:30:01.000Z",
                     *           "verification": "intact",
                     *           "detected_type": "application/pdf",
                     *           "created_at": "2026-01-31T09:30:00.000Z",
                     *           "updated_at": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["DocumentWithFile"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `DOCUMENT_NOT_FOUND`: No such document; it may have been deleted
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    deleteDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document was deleted */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done"
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message: string;
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `DOCUMENT_NOT_FOUND`: No such document; it may have been deleted
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    downloadDocument: {
        parameters: {
            query?: {
                /**
                 * @description false: answer the URL as JSON
                 * @example true
                 */
                redirect?: boolean;
                /**
                 * @description Whether a browser saves or shows it
                 * @example attachment
                 */
                disposition?: "attachment" | "inline";
            };
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The URL */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "url": "https://documents.example.com/objects/tenants/…?signature=…",
                     *         "expires_at": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            /**
                             * @description Whoever has it may download
                             * @example https://documents.example.com/objects/tenants/…?signature=…
                             */
                            url: string;
                            /**
                             * Format: date-time
                             * @example 2026-01-31T09:30:00.000Z
                             */
                            expires_at: string;
                        };
                    };
                };
            };
            /** @description The URL is in the Location header */
            302: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    /**
                     * @description The pre-signed URL
                     * @example https://documents.example.com/objects/tenants/…?signature=…
                     */
                    location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `DOCUMENT_NOT_FOUND`: No such document; it may have been deleted
             *
             *     `FILE_NOT_FOUND`: No such file; it may have been deleted
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    getDocumentContent: {
        parameters: {
            query?: {
                /**
                 * @description Whether a browser saves or shows it
                 * @example attachment
                 */
                disposition?: "attachment" | "inline";
            };
            header?: {
                /**
                 * @description One range of bytes; what cannot be read is ignored, and the whole is sent
                 * @example bytes=0-1023
                 */
                range?: string;
                /**
                 * @description The range counts only while this is the ETag
                 * @example "5891b5b5"
                 */
                "if-range"?: string;
                /**
                 * @description 412 unless the ETag is one of these
                 * @example "5891b5b5"
                 */
                "if-match"?: string;
                /**
                 * @description 412 when something changed since; If-Match goes before it
                 * @example Sat, 31 Jan 2026 09:30:00 GMT
                 */
                "if-unmodified-since"?: string;
                /**
                 * @description The ETag of what the client has: 304 when it is still so
                 * @example "5891b5b5"
                 */
                "if-none-match"?: string;
                /**
                 * @description 304 when nothing changed since
                 * @example Sat, 31 Jan 2026 09:30:00 GMT
                 */
                "if-modified-since"?: string;
            };
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    /**
                     * @description Of the content: its SHA-256
                     * @example "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
                     */
                    etag?: string;
                    /**
                     * @description When the file was stored
                     * @example Sat, 31 Jan 2026 09:30:00 GMT
                     */
                    "last-modified"?: string;
                    /**
                     * @description To be kept, but asked about each time
                     * @example private, no-cache
                     */
                    "cache-control"?: string;
                    /**
                     * @description Ranges of bytes can be asked for
                     * @example bytes
                     */
                    "accept-ranges"?: string;
                    /**
                     * @description The name, encoded as RFC 6266 says
                     * @example attachment; filename="report 2026.pdf"
                     */
                    "content-disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "*/*": Blob;
                };
            };
            /** @description The range of bytes that was asked for */
            206: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    /**
                     * @description Of the content: its SHA-256
                     * @example "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
                     */
                    etag?: string;
                    /**
                     * @description When the file was stored
                     * @example Sat, 31 Jan 2026 09:30:00 GMT
                     */
                    "last-modified"?: string;
                    /**
                     * @description To be kept, but asked about each time
                     * @example private, no-cache
                     */
                    "cache-control"?: string;
                    /**
                     * @description Ranges of bytes can be asked for
                     * @example bytes
                     */
                    "accept-ranges"?: string;
                    /**
                     * @description The name, encoded as RFC 6266 says
                     * @example attachment; filename="report 2026.pdf"
                     */
                    "content-disposition"?: string;
                    /**
                     * @description Where they lie, and the size of the whole
                     * @example bytes 0-1023/73400320
                     */
                    "content-range"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "*/*": Blob;
                };
            };
            /** @description The client has them already */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    /**
                     * @description Of the content: its SHA-256
                     * @example "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
                     */
                    etag?: string;
                    /**
                     * @description When the file was stored
                     * @example Sat, 31 Jan 2026 09:30:00 GMT
                     */
                    "last-modified"?: string;
                    /**
                     * @description To be kept, but asked about each time
                     * @example private, no-cache
                     */
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `DOCUMENT_NOT_FOUND`: No such document; it may have been deleted
             *
             *     `FILE_NOT_FOUND`: No such file; it may have been deleted
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PRECONDITION_FAILED`: The current content does not satisfy If-Match or If-Unmodified-Since; fetch it again */
            412: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RANGE_NOT_SATISFIABLE`: The requested range lies outside the file; request one inside it */
            416: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             *
             *     `DOWNLOADS_BUSY`: Too many downloads are waiting; try again shortly
             *
             *     `STORAGE_UNAVAILABLE`: The object storage is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    headDocumentContent: {
        parameters: {
            query?: {
                /**
                 * @description Whether a browser saves or shows it
                 * @example attachment
                 */
                disposition?: "attachment" | "inline";
            };
            header?: {
                /**
                 * @description One range of bytes; what cannot be read is ignored, and the whole is sent
                 * @example bytes=0-1023
                 */
                range?: string;
                /**
                 * @description The range counts only while this is the ETag
                 * @example "5891b5b5"
                 */
                "if-range"?: string;
                /**
                 * @description 412 unless the ETag is one of these
                 * @example "5891b5b5"
                 */
                "if-match"?: string;
                /**
                 * @description 412 when something changed since; If-Match goes before it
                 * @example Sat, 31 Jan 2026 09:30:00 GMT
                 */
                "if-unmodified-since"?: string;
                /**
                 * @description The ETag of what the client has: 304 when it is still so
                 * @example "5891b5b5"
                 */
                "if-none-match"?: string;
                /**
                 * @description 304 when nothing changed since
                 * @example Sat, 31 Jan 2026 09:30:00 GMT
                 */
                "if-modified-since"?: string;
            };
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    /**
                     * @description Of the content: its SHA-256
                     * @example "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
                     */
                    etag?: string;
                    /**
                     * @description When the file was stored
                     * @example Sat, 31 Jan 2026 09:30:00 GMT
                     */
                    "last-modified"?: string;
                    /**
                     * @description To be kept, but asked about each time
                     * @example private, no-cache
                     */
                    "cache-control"?: string;
                    /**
                     * @description Ranges of bytes can be asked for
                     * @example bytes
                     */
                    "accept-ranges"?: string;
                    /**
                     * @description The name, encoded as RFC 6266 says
                     * @example attachment; filename="report 2026.pdf"
                     */
                    "content-disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "*/*": Blob;
                };
            };
            /** @description The client has them already */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    /**
                     * @description Of the content: its SHA-256
                     * @example "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
                     */
                    etag?: string;
                    /**
                     * @description When the file was stored
                     * @example Sat, 31 Jan 2026 09:30:00 GMT
                     */
                    "last-modified"?: string;
                    /**
                     * @description To be kept, but asked about each time
                     * @example private, no-cache
                     */
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `DOCUMENT_NOT_FOUND`: No such document; it may have been deleted
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PRECONDITION_FAILED`: The current content does not satisfy If-Match or If-Unmodified-Since; fetch it again */
            412: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    listFiles: {
        parameters: {
            query?: {
                /**
                 * @description Which page, from 1
                 * @example 1
                 */
                page?: number;
                /**
                 * @description Items on a page
                 * @example 20
                 */
                per_page?: number;
                /**
                 * @description The `next_cursor` of the page before; goes with the same filters and sort only
                 * @example WyJhIiwiYiJd
                 */
                cursor?: string;
                /**
                 * @description Only those that no document refers to
                 * @example false
                 */
                orphaned?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files, newest first */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "md5_hash": "b1946ac92492d2347c6235b4d2611184",
                     *             "sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
                     *             "file_size": 6,
                     *             "s3_path": "tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184",
                     *             "verified_at": "2026-01-31T09:30:01.000Z",
                     *             "verification": "intact",
                     *             "detected_type": "application/pdf",
                     *             "created_at": "2026-01-31T09:30:00.000Z",
                     *             "updated_at": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ],
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 57,
                     *           "pages": 3,
                     *           "total_capped": true,
                     *           "next_cursor": "WyJhIiwiYiJd"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            items: components["schemas"]["File"][];
                            pagination: components["schemas"]["Pagination"];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    getFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The file
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *         "md5_hash": "b1946ac92492d2347c6235b4d2611184",
                     *         "sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
                     *         "file_size": 6,
                     *         "s3_path": "tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184",
                     *         "verified_at": "2026-01-31T09:30:01.000Z",
                     *         "verification": "intact",
                     *         "detected_type": "application/pdf",
                     *         "created_at": "2026-01-31T09:30:00.000Z",
                     *         "updated_at": "2026-01-31T09:30:00.000Z",
                     *         "documents": [
                     *           {
                     *             "id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "filename": "report 2026.pdf",
                     *             "mime_type": "application/pdf",
                     *             "file_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "user_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "created_at": "2026-01-31T09:30:00.000Z",
                     *             "updated_at": "2026-01-31T09:30:00.000Z"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: components["schemas"]["FileWithDocuments"];
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `FILE_NOT_FOUND`: No such file; it may have been deleted
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    deleteFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant; one that is not yours answers like one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: string;
                /**
                 * @description The file
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file was deleted */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done"
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message: string;
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
             *
             *     `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
             */
            403: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
             *
             *     `FILE_NOT_FOUND`: No such file; it may have been deleted
             */
            404: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FILE_IN_USE`: Documents still refer to this file; delete them first */
            409: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
             *
             *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
             *
             *     `TENANT_BUSY`: All database connections are in use; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    produceDemoMessage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "topic": "demo.greetings",
                 *       "message": {
                 *         "hello": "world"
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Begins with "demo."
                     * @example demo.greetings
                     */
                    topic: string;
                    /**
                     * @description Any JSON
                     * @example {
                     *       "hello": "world"
                     *     }
                     */
                    message: unknown;
                };
            };
        };
        responses: {
            /** @description Kafka has the message */
            202: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "event_id": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            /**
                             * Format: uuid
                             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                             */
                            event_id: string;
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             *
             *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one */
            413: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
            415: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `VALIDATION_ERROR`: Some values are invalid; see details
             *
             *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
             */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             *
             *     `KAFKA_UNAVAILABLE`: Kafka is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    consumeDemoMessages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its state */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Done",
                     *       "data": {
                     *         "connected": true,
                     *         "assignments": [
                     *           {
                     *             "topic": "demo.greetings",
                     *             "partition": 0,
                     *             "lag": 0
                     *           }
                     *         ],
                     *         "handled": 18,
                     *         "failed": 0,
                     *         "messages": [
                     *           {
                     *             "topic": "demo.greetings",
                     *             "partition": 0,
                     *             "offset": 17,
                     *             "key": "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11",
                     *             "produced_at": "2026-01-31T09:30:00.000Z",
                     *             "value": {
                     *               "hello": "world"
                     *             }
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /**
                         * @description For people
                         * @example Done
                         */
                        message?: string;
                        data: {
                            /**
                             * @description Whether a broker could be reached a moment ago
                             * @example true
                             */
                            connected: boolean;
                            assignments: {
                                /** @example demo.greetings */
                                topic: string;
                                /** @example 0 */
                                partition: number;
                                /**
                                 * @description Messages that are not done; null: not known
                                 * @example 0
                                 */
                                lag: number | null;
                            }[];
                            /**
                             * @description Messages since the consumer started
                             * @example 18
                             */
                            handled: number;
                            /**
                             * @description Messages that were set aside as dead letters
                             * @example 0
                             */
                            failed: number;
                            /** @description The last 20, newest last */
                            messages: {
                                /** @example demo.greetings */
                                topic: string;
                                /** @example 0 */
                                partition: number;
                                /** @example 17 */
                                offset: number;
                                /** @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11 */
                                key: string | null;
                                /**
                                 * Format: date-time
                                 * @example 2026-01-31T09:30:00.000Z
                                 */
                                produced_at: string;
                                /**
                                 * @description The JSON of the message, or its text
                                 * @example {
                                 *       "hello": "world"
                                 *     }
                                 */
                                value: unknown;
                            }[];
                        };
                    };
                };
            };
            /**
             * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
             *
             *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
             */
            400: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NOT_AUTHENTICATED`: Send an access token as "Authorization: Bearer <token>"
             *
             *     `INVALID_TOKEN`: The token is not valid; log in again
             *
             *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
             *
             *     `TOKEN_REVOKED`: The session has ended; log in again
             */
            401: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request did not arrive in time; send it again */
            408: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `VALIDATION_ERROR`: Some values are invalid; see details */
            422: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_REQUESTS`: Too many requests; wait as many seconds as Retry-After says */
            429: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
            500: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             *
             *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
             */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    "retry-after": components["headers"]["retry-after"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
}
