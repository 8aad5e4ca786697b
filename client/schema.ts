// Generated from openapi.yaml by `npm run openapi`; do not edit.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the name, version and links of the service
         * @description Clients that prefer text/html to JSON, such as browsers, get a page instead.
         */
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
        /** Check that the process answers */
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
         * Check that the API can serve requests
         * @description `degraded` means that requests are served, but events wait for Kafka, or the tenants of a database server other than the main one are not served. `process` is `down` while the process is overloaded or shutting down.
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
         * Get the metrics in the Prometheus text format
         * @description Send METRICS_TOKEN as the bearer token. If the operator has not set one, anyone can read the metrics.
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
        /**
         * Create an account
         * @description If the server sends mail, open the link that it mails you before you log in.
         */
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
         * Log in
         * @description A wrong password, an unknown account and a deactivated account give the same answer. After too many wrong passwords, log-ins are refused for a while, even with the right password. A device that sends its `device_token` can still log in, and existing sessions continue.
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
         * Refresh the tokens of a session
         * @description Send the refresh token in the body or as the bearer token. You get a new pair of tokens, and the old refresh token is used up. For 10 seconds you can repeat the request and get the same new refresh token. Any older refresh token ends the session. A session also ends at its maximum age (30 days by default), however often you refresh it.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation
         * @description With an account of the invited address: log in and send only `token`. Without one: send no access token, but a password and your names; the account is created, and you can log in.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm your e-mail address with the link from a mail
         * @description The link works for 24 hours. A log-in with an unconfirmed address sends another one.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a link to set a new password
         * @description The answer does not say whether the address has an account. An address gets at most 3 such mails an hour.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with the link from a mail
         * @description The link works once, for an hour. All your sessions end.
         */
        post: operations["resetPassword"];
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
         * Log out
         * @description Ends the session of the access token. Its access and refresh tokens stop working everywhere.
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
        /**
         * Get your account
         * @description With a key, you get its service account.
         */
        get: operations["getMe"];
        /**
         * Change your name
         * @description Fields you leave out stay as they are. You cannot change the e-mail address.
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
         * Change your password
         * @description Ends all your other sessions. A wrong password counts as a failed log-in.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete your account
         * @description Your documents and audit entries stay. If you are the last admin of tenants, `LAST_ADMIN` names them in `details`.
         */
        post: operations["deleteAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export everything stored about you */
        get: operations["exportAccount"];
        put?: never;
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
        /** List all your tenants, including inactive ones */
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
         * List your account activity (log-ins, password changes)
         * @description What you did inside a tenant is in the audit log of that tenant. Entries appear once the worker has processed their events, normally within a second. They are counted up to 10,000. The actions are `auth.…`, `session.…`, `user.…` and `access.refused`; `listAudit` explains them.
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
        /** List your sessions */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /** End all your other sessions */
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
         * End one of your sessions
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
        /** List your tenants, with your role in each */
        get: operations["listTenants"];
        put?: never;
        /**
         * Create a tenant
         * @description The tenant gets its own database, which is ready when you get the answer. You become its admin.
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
        /** Get a tenant and its members */
        get: operations["getTenant"];
        /**
         * Rename, deactivate or reactivate a tenant
         * @description Fields you leave out stay as they are. An inactive tenant is closed to all members. An admin can reactivate it, even after it was deleted, until an operator purges it. The name of its database never changes.
         */
        put: operations["updateTenant"];
        post?: never;
        /**
         * Delete a tenant
         * @description The tenant is closed to all members at once. An admin can reactivate it until an operator purges its data. Inactive tenants, and those that could not be made ready, can be deleted too.
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
        /** List the members of a tenant */
        get: operations["listMembers"];
        put?: never;
        /**
         * Add a member, or invite one
         * @description Send either `user_id`, to make an account a member at once, or `email`, which does the same as `invite`.
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
         * @description Only an admin can remove others. You can remove yourself, unless you are the last admin.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the open invitations of a tenant */
        get: operations["listInvitations"];
        put?: never;
        /**
         * Invite someone by e-mail address
         * @description The invitation works for 7 days. Inviting the address again renews it and sends another mail.
         */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/invitations/{invitation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraw an invitation */
        delete: operations["withdrawInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/service-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the service accounts of a tenant */
        get: operations["listServiceAccounts"];
        put?: never;
        /**
         * Create a service account
         * @description It becomes a member of the tenant. Next, create a key for it.
         */
        post: operations["createServiceAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/service-accounts/{service_account_id}": {
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
         * Delete a service account and its keys
         * @description Its documents and audit entries stay.
         */
        delete: operations["deleteServiceAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/service-accounts/{service_account_id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys of a service account
         * @description Keys stay in the list for 30 days after they were revoked or expired.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create a key of a service account
         * @description You get the key only in this answer: the server does not store it. Scopes narrow the role of the service account.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/service-accounts/{service_account_id}/keys/{key_id}": {
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
         * Revoke a key
         * @description Every process refuses it within a second.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the webhooks of a tenant */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Events from now on are sent to the URL, signed as Standard Webhooks describes. The answer has the secret, which you get only once. See the guide on webhooks for what a receiver must do.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a webhook */
        get: operations["getWebhook"];
        /**
         * Change, disable or enable a webhook
         * @description Fields you leave out stay as they are. A webhook whose deliveries failed is tried again at once. A webhook that you enable continues where it stopped, with the events that are still kept.
         */
        put: operations["updateWebhook"];
        post?: never;
        /** Delete a webhook */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/webhooks/{webhook_id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new secret for a webhook
         * @description For 24 hours, messages are also signed with the previous secret, so you have a day to update the receiver.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event to a webhook
         * @description Sends an event of the type `webhook.test` at once, and answers with the result. The event is not retried, and is not listed among the deliveries.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/webhooks/{webhook_id}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send all events since a given time again
         * @description For a receiver that lost events. All events logged since then are sent again, delivered or not; the receiver recognises those that it has by the header `webhook-id`.
         */
        post: operations["recoverWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries of a webhook
         * @description An event appears after its first attempt, and stays as long as events are kept. The total is counted up to 10,000.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/webhooks/{webhook_id}/deliveries/{event_id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event to a webhook again
         * @description The event gets all of its attempts again, delivered or not. A disabled webhook gets it once it is enabled.
         */
        post: operations["redeliverEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the exports of a tenant
         * @description Exports are remembered for a week; their archives are kept for 24 hours.
         */
        get: operations["listExports"];
        put?: never;
        /**
         * Ask for an export of a tenant
         * @description The worker writes all documents, files and members, as they are at one moment, to a tar archive. When it is ready, you get a mail, and the event `tenant.exported` is published. The archive is kept for 24 hours. One export is made at a time, and at most 3 are begun within 24 hours.
         */
        post: operations["createExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/exports/{export_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an export */
        get: operations["getExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/exports/{export_id}/download-url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a download URL for an export
         * @description Returns a pre-signed URL of the archive, which works without a token until it expires. The audit log records who got it.
         */
        post: operations["createExportUrl"];
        delete?: never;
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
         * List the audit log of a tenant
         * @description Entries appear once the worker has processed their events, normally within a second. They are counted up to 10,000. Actions:
         *
         *     - `user.registered`: an account was created
         *     - `user.updated`: a user changed their name; `previous` has the old values
         *     - `user.password_changed`: a user changed their password
         *     - `user.password_recovered`: a user set a new password with the link in a mail
         *     - `user.password_reset`: an operator reset a password
         *     - `user.email_verified`: a user opened the link that was sent to their address
         *     - `user.tenants_permitted`: an operator permitted an account to create tenants
         *     - `user.tenants_forbidden`: an operator withdrew that permission
         *     - `user.activated`: an operator reactivated an account
         *     - `user.deactivated`: an operator deactivated an account, so that it cannot log in
         *     - `user.deleted`: an account was deleted
         *     - `user.erased`: an operator erased a person
         *     - `user.operator_granted`: a user became an operator
         *     - `user.operator_revoked`: a user is no longer an operator
         *     - `auth.login`: a session began
         *     - `auth.logout`: a user logged out
         *     - `auth.token_reused`: a session ended because an old refresh token was used again
         *     - `auth.password_refused`: a wrong password was sent; `failures` counts them, and `blocked` says whether further ones are refused
         *     - `session.ended`: a user ended a session from another one; with `reason`, it ended to make room for a new one
         *     - `access.refused`: a request was refused with 403; one entry per minute and route, and the target is the route
         *     - `tenant.created`: a tenant was created
         *     - `tenant.updated`: a tenant was renamed; `previous_name` has the old name
         *     - `tenant.deactivated`: an admin deactivated a tenant
         *     - `tenant.reactivated`: an admin reactivated a tenant
         *     - `tenant.deleted`: a tenant was deleted
         *     - `tenant.limits_changed`: an operator changed the limits of a tenant; `previous` has the old ones
         *     - `tenant.imported`: an operator made the tenant from an export; `from` names the exported tenant
         *     - `tenant.moved`: an operator moved a tenant to another place; `server` is where it is now
         *     - `tenant.restored`: an operator restored the documents and files from an archive; `restored_to` is when it was made
         *     - `tenant.purged`: an operator purged a deleted tenant
         *     - `invitation.created`: an admin invited someone, or renewed an invitation
         *     - `invitation.withdrawn`: an admin withdrew an invitation
         *     - `member.added`: a member was added, or accepted an invitation (`invitation_id`)
         *     - `member.role_changed`: the role of a member changed
         *     - `member.removed`: a member was removed or left
         *     - `service_account.created`: a service account was created
         *     - `service_account.deleted`: a service account was deleted, with its keys
         *     - `api_key.created`: a key of a service account was created
         *     - `api_key.revoked`: a key of a service account was revoked
         *     - `webhook.created`: a webhook was created; `host` is the host of its URL
         *     - `webhook.updated`: a webhook was changed, disabled or enabled
         *     - `webhook.deleted`: a webhook was deleted
         *     - `webhook.secret_rotated`: a webhook got a new secret; the previous one works for another day
         *     - `webhook.recovered`: an admin had all events since a given time sent to a webhook again
         *     - `webhook.disabled`: a webhook was disabled because its receiver failed; `reason` is `gone` or `failing`
         *     - `document.created`: a document was uploaded
         *     - `document.updated`: the name, the type or own data of a document changed; `previous` has the old values
         *     - `document.deleted`: a document was deleted
         *     - `document.downloaded`: a user got the content of a document, a range of it, or a URL (`as`); one entry per document, user and hour, with `count`
         *     - `export.created`: an admin asked for an export of the tenant
         *     - `export.downloaded`: an admin got a URL of an export
         *     - `file.deleted`: a file was deleted
         *     - `file.damaged`: the storage does not hold the uploaded content
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
    "/api/tenants/{tenant_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the events of a tenant
         * @description You get each event once, in one order without gaps. Ask with `after`, keep `next_cursor`, and ask again: at once while `has_more` is true, otherwise after a while. Only admins see `audit.log` events, and `ip` in others; a key also needs the scope `audit:read`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream the events of a tenant as they happen
         * @description An endless stream of server-sent events: `id` is a cursor, `event` the type, `data` a `LoggedEvent`. The event `cursor` only says how far the stream has got. The stream ends when the access token expires, when you lose access to the tenant, or when the server stops: reconnect with `Last-Event-ID`, and nothing is missed or repeated. `Accept` must name `text/event-stream`. In browsers, use `fetch`: `EventSource` cannot send a token.
         */
        get: operations["streamEvents"];
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
        /** Get the usage and the limits of a tenant */
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
         * List the documents of a tenant
         * @description Use `cursor` instead of `page` to go deep: its cost does not grow. The total is exact without filters; with filters it is counted up to 10,000, and `total=false` saves the time to count. Filters can be combined; a document matches all of them.
         */
        get: operations["listDocuments"];
        put?: never;
        /**
         * Upload a document
         * @description Send multipart/form-data with the fields in any order, or the raw bytes with any other content type and `?filename=`.
         *
         *     **Name**: the field `filename`, or the query parameter, or the filename of the part. `filename*` is ignored (RFC 7578 §4.2).
         *
         *     **Type**: taken from the first of these that is present: `mime_type`, the Content-Type of the part or of the raw body, the first bytes of the content, the extension of the name. Otherwise it is application/octet-stream. application/x-www-form-urlencoded, the default of curl, is ignored. The charset of the Content-Type is stored and sent with the content.
         *
         *     **Own data**: `external_id`, `metadata` (JSON), `tags` (repeat it) and `folder` are fields of the form, or query parameters.
         *
         *     **Digests**: every digest you declare is verified: `md5`, Content-MD5, Content-Digest and Repr-Digest, of the request and of its parts. Encoded or partial content is refused.
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
        /** Get a document and its file */
        get: operations["getDocument"];
        /**
         * Change the name, the type or own data of a document
         * @description Each field replaces what was there, and fields you leave out stay as they are. The content and the owner never change.
         */
        put: operations["updateDocument"];
        post?: never;
        /**
         * Delete a document
         * @description Its file is deleted too, unless another document refers to it.
         */
        delete: operations["deleteDocument"];
        options?: never;
        head?: never;
        /**
         * Change parts of a document
         * @description A merge patch (RFC 7396): what you leave out stays as it is, also within `metadata`, and null removes a value.
         */
        patch: operations["patchDocument"];
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
         * Download a document
         * @description Redirects to a pre-signed URL of the content. The URL works without a token until it expires, even if you lose access in the meantime. A type that a browser could run is sent as application/octet-stream and as an attachment, even if you ask for `inline`.
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
    "/api/tenants/{tenant_id}/documents/{document_id}/download-url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a download URL for a document
         * @description Returns a pre-signed URL of the content. The URL works without a token until it expires, even if you lose access in the meantime. A type that a browser could run is sent as application/octet-stream and as an attachment, even if you ask for `inline`.
         */
        post: operations["createDownloadUrl"];
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
         * Get the content of a document
         * @description Sends the bytes through the API, for clients that cannot follow the redirect of `downloadDocument`. Ranges (one per request), ETags and conditional requests follow RFC 9110; the ETag is the SHA-256 of the content. A type that a browser could run is sent as application/octet-stream and as an attachment, even if you ask for `inline`.
         */
        get: operations["getDocumentContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * Get the headers of the content of a document
         * @description You get the headers of the answer to GET, without a body. `Range` is ignored.
         */
        head: operations["headDocumentContent"];
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/documents/by-external-id/{external_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a document by its external id */
        get: operations["getDocumentByExternalId"];
        /**
         * Create a document, or replace its own data
         * @description Send what you would send to `uploadDocument`, except raw JSON. If no document has the external id, one is created. If one has it, and the same content, its name, type, charset, metadata, tags and folder become what you send, or the defaults; so the request is safe to repeat. Other content is refused with `EXTERNAL_ID_TAKEN`. To change own data without the content, use `patchDocumentByExternalId`.
         */
        put: operations["putDocumentByExternalId"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change parts of a document, by its external id
         * @description Like `patchDocument`, for the document with this external id.
         */
        patch: operations["patchDocumentByExternalId"];
        trace?: never;
    };
    "/api/tenants/{tenant_id}/documents/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change or delete up to 1,000 documents
         * @description Each document has its own outcome, and gets the events and audit entries of a single change. All changes commit together, and each action is safe to repeat.
         */
        post: operations["changeDocumentsInBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/folders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the folders in a folder
         * @description A folder exists as long as documents are in it or below. `total` is the number of folders on the page, and `total_capped` says whether there may be more.
         */
        get: operations["listFolders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/folders/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move or rename a folder
         * @description Moves up to 1,000 documents of the folder and of those below it; each gets the events and the audit entry of a single change. While `more` is true, send the same request again. If `to` exists, the folders are merged.
         */
        post: operations["moveFolder"];
        delete?: never;
        options?: never;
        head?: never;
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
         * List the files of a tenant
         * @description Use `cursor` instead of `page` to go deep: its cost does not grow. The total is exact; orphaned files are counted up to 10,000.
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
        /**
         * Get a file and its documents
         * @description A key without the scope `documents:read` gets the file with an empty list of documents.
         */
        get: operations["getFile"];
        put?: never;
        post?: never;
        /**
         * Delete an orphaned file
         * @description You can delete a file only if no document refers to it.
         */
        delete: operations["deleteFile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your resumable and direct uploads
         * @description Your newest 100 in the tenant. Uploads that ended more than a day ago are forgotten.
         */
        get: operations["listUploads"];
        put?: never;
        /**
         * Create a resumable upload
         * @description The creation of tus 1.0, optionally with the first bytes as the body. Upload-Metadata needs `filename`, and may have `filetype`, `mime_type`, `md5`, `sha256`, `external_id`, `metadata`, `tags` (both as JSON) and `folder`, with the same meaning as for `uploadDocument`; other keys are ignored.
         */
        post: operations["createUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/uploads/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a resumable or direct upload
         * @description Shows the state of the upload, and which document was made of it.
         */
        get: operations["getUpload"];
        put?: never;
        /**
         * Send bytes of a resumable upload where PATCH is blocked
         * @description With `X-HTTP-Method-Override: PATCH`, the same as `writeUpload`. Without that header, you get 404.
         */
        post: operations["writeUploadByPost"];
        /**
         * Delete a resumable or direct upload
         * @description The termination of tus 1.0: removes the bytes that have arrived. A document that was made of the upload stays. An admin may also delete the uploads of others.
         */
        delete: operations["deleteUpload"];
        options?: never;
        /**
         * Get the offset from which a resumable upload continues
         * @description The HEAD of tus 1.0. Where other requests would get 429 or 5xx, this gets 423: try again.
         */
        head: operations["getUploadPosition"];
        /**
         * Send bytes of a resumable upload
         * @description The PATCH of tus 1.0. Bytes that arrived before the connection broke are saved, unless the request has a digest.
         */
        patch: operations["writeUpload"];
        trace?: never;
    };
    "/api/tenants/{tenant_id}/uploads/direct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a direct upload
         * @description Needs S3 as the storage: get the URLs of the parts from `listUploadParts`, PUT each part to its URL, in any order, and call `completeUpload`.
         */
        post: operations["createDirectUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/uploads/{upload_id}/parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the URLs of the parts of a direct upload
         * @description The URLs work for an hour at most. Asking for them keeps the upload from expiring.
         */
        get: operations["listUploadParts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant_id}/uploads/{upload_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete a direct upload
         * @description The server reads the content once, then makes the document; `getUpload` shows when it is done. Safe to repeat.
         */
        post: operations["completeUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the events of the installation
         * @description For operators, and services of the installation: events about tenants and accounts, and the audit entries of members. What happens inside a tenant is in the events of the tenant.
         */
        get: operations["listInstallationEvents"];
        put?: never;
        post?: never;
        delete?: never;
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
         * @description Kafka has acknowledged the message when you get the answer.
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
         * Get the state of the demo consumer and its last messages
         * @description The first call starts the consumer, which needs some seconds to join its group.
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
        AcceptInvitationRequest: {
            token: components["schemas"]["LinkToken"];
            password?: components["schemas"]["NewPassword"];
            first_name?: components["schemas"]["PersonName"];
            last_name?: components["schemas"]["PersonName"];
        };
        AcceptedInvitation: {
            user: components["schemas"]["User"];
            /**
             * Format: uuid
             * @description null: an operator invited you
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            tenant_id: string | null;
            role: components["schemas"]["Role"] | null;
        };
        AcceptedInvitationResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["AcceptedInvitation"];
        };
        AccountExport: {
            account: components["schemas"]["User"];
            sessions: components["schemas"]["Session"][];
            memberships: components["schemas"]["OwnTenant"][];
            /** @description Invitations to your address; empty unless it is verified */
            invitations: components["schemas"]["ExportedInvitation"][];
            /** @description Mails to your address; empty unless it is verified */
            mails: components["schemas"]["ExportedMail"][];
            audit_entries: components["schemas"]["AuditEntry"][];
            /** @description Your uploads; `s3_path` names the tenant */
            documents: components["schemas"]["DocumentWithFile"][];
        };
        AccountExportResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["AccountExport"];
        };
        /**
         * @description A person logs in; a service has keys
         * @example person
         * @enum {string}
         */
        AccountKind: "person" | "service";
        AddMemberRequest: {
            /**
             * Format: uuid
             * @description The account to add; leave it out if you send `email`
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id?: string;
            email?: components["schemas"]["Email"];
            role: components["schemas"]["Role"];
        };
        ApiKey: {
            /** @example 4fQ2vXcTz0mJb7KdLw9sRa */
            id: string;
            /** @example Production */
            name: string;
            scopes: string[];
            /**
             * @description The networks from which it can be used; null: any
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            networks: string[] | null;
            /**
             * Format: date-time
             * @description Null: it never expires
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: uuid
             * @description Null: an operator
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            created_by: string | null;
            /**
             * Format: date-time
             * @description Accurate to within about a minute; null: it was never used
             * @example 2026-01-31T09:30:00.000Z
             */
            last_used_at: string | null;
            /** @example 203.0.113.7 */
            last_ip: string | null;
            /**
             * Format: date-time
             * @description Null: it is not revoked
             * @example 2026-01-31T09:30:00.000Z
             */
            revoked_at: string | null;
        };
        ApiKeyPage: {
            items: components["schemas"]["ApiKey"][];
            pagination: components["schemas"]["Pagination"];
        };
        ApiKeyPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["ApiKeyPage"];
        };
        AuditEntry: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            event_id: string;
            /**
             * @description What was done; `listAudit` lists the actions
             * @example member.role_changed
             */
            action: string;
            /**
             * Format: uuid
             * @description The account that did it; null for an operator or an unknown caller
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string | null;
            target: components["schemas"]["AuditTarget"];
            /**
             * @description More about the action; the fields depend on it
             * @example {
             *       "role": "viewer"
             *     }
             */
            details: {
                [key: string]: unknown;
            };
            /**
             * @description The IP address of the caller; null for an operator
             * @example 203.0.113.7
             */
            ip: string | null;
            /**
             * @description What a service sent as X-On-Behalf-Of; null if nothing
             * @example user-42
             */
            on_behalf_of?: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            timestamp: string;
        };
        AuditEntryPage: {
            items: components["schemas"]["AuditEntry"][];
            pagination: components["schemas"]["Pagination"];
        };
        AuditEntryPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["AuditEntryPage"];
        };
        /** @description What the action changed or read */
        AuditTarget: {
            /** @example member */
            type: string;
            /** @example 0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a */
            id: string;
        };
        /**
         * @description `move` needs `folder`, `tag` and `untag` need `tags`, `set_metadata` needs `metadata`; a field that the action does not need is refused
         * @example tag
         * @enum {string}
         */
        BulkAction: "delete" | "move" | "tag" | "untag" | "set_metadata";
        /**
         * @description `unchanged`: there was nothing to change
         * @example done
         * @enum {string}
         */
        BulkOutcome: "done" | "unchanged" | "failed";
        BulkRequest: {
            /**
             * @description The ids of the documents
             * @example [
             *       "5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11"
             *     ]
             */
            ids: string[];
            action: components["schemas"]["BulkAction"];
            /**
             * Format: text
             * @description For `move`: the folder that the documents are moved to
             * @example /customers/17/
             */
            folder?: string;
            /**
             * @description For `tag` and `untag`: the tags to add or remove
             * @example [
             *       "invoice",
             *       "urgent"
             *     ]
             */
            tags?: string[];
            /**
             * @description For `set_metadata`: the values to set. Null removes a value; values you leave out stay
             * @example {
             *       "paid": true,
             *       "reminder": null
             *     }
             */
            metadata?: {
                [key: string]: (string | null) | number | boolean;
            };
        };
        BulkResult: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            outcome: components["schemas"]["BulkOutcome"];
            /**
             * @description Why it failed: `DOCUMENT_NOT_FOUND`, or `VALIDATION_ERROR` for too many tags or too much metadata
             * @example DOCUMENT_NOT_FOUND
             */
            code?: string;
            /**
             * @description Why it failed, in words for people
             * @example No such document; it may have been deleted
             */
            message?: string;
        };
        BulkResults: {
            /** @description One for each distinct id, in the order of the request */
            results: components["schemas"]["BulkResult"][];
        };
        BulkResultsResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["BulkResults"];
        };
        ChangePasswordRequest: {
            /**
             * Format: text
             * @example correct horse battery
             */
            current_password: string;
            new_password: components["schemas"]["NewPassword"];
        };
        ChangeRoleRequest: {
            role: components["schemas"]["Role"];
        };
        CreateKeyRequest: {
            /**
             * Format: name
             * @example Invoice import
             */
            name: string;
            /** @description What the key can be used for, within the role of its service account; by default, all scopes that exist now */
            scopes?: components["schemas"]["TenantScope"][];
            /** @description The networks from which the key can be used; any by default */
            networks?: string[];
            /**
             * Format: date-time
             * @description When the key expires, in the future; by default, it never does
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at?: string;
        };
        CreateServiceAccountRequest: {
            /**
             * Format: name
             * @example Invoice import
             */
            name: string;
            role: components["schemas"]["Role"];
        };
        CreateTenantRequest: {
            /**
             * Format: name
             * @example Acme Corp
             */
            name: string;
            /**
             * @description Services of the installation only: the database server of the tenant. By default, the open one with the most room
             * @example main
             */
            server?: string;
        };
        CreateWebhookRequest: {
            /**
             * @description Where events are sent with POST: https, a public address, and port 443, 80, or one from 1024. Redirects are not followed
             * @example https://app.example.com/hooks/strongroom
             */
            url: string;
            /**
             * @description Which events are sent; null: all
             * @example [
             *       "document.uploaded"
             *     ]
             */
            event_types?: components["schemas"]["WebhookEventType"][] | null;
            /**
             * Format: text
             * @description A note for people
             * @example Invoices to accounting
             */
            description?: string | null;
        };
        DeleteAccountRequest: {
            /**
             * Format: text
             * @example correct horse battery
             */
            password: string;
        };
        DemoAssignment: {
            /** @example demo.greetings */
            topic: string;
            /** @example 0 */
            partition: number;
            /**
             * @description Messages not handled yet; null if unknown
             * @example 0
             */
            lag: number | null;
        };
        DemoConsumption: {
            /**
             * @description Whether the consumer reached a broker recently
             * @example true
             */
            connected: boolean;
            assignments: components["schemas"]["DemoAssignment"][];
            /**
             * @description Messages handled since the consumer started
             * @example 18
             */
            handled: number;
            /**
             * @description Messages set aside as dead letters
             * @example 0
             */
            failed: number;
            /** @description The last 20 messages, newest last */
            messages: components["schemas"]["DemoMessage"][];
        };
        DemoConsumptionResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["DemoConsumption"];
        };
        DemoMessage: {
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
             * @description The message as JSON, or as text if it is not JSON
             * @example {
             *       "hello": "world"
             *     }
             */
            value: unknown;
        };
        DirectUpload: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /**
             * @description Bytes of each part; only the last may be smaller
             * @example 8388608
             */
            part_size: number;
            /**
             * @description How many parts the upload has
             * @example 3
             */
            parts_total: number;
            /**
             * Format: date-time
             * @description When it expires unless you ask for its parts again; null if it has ended
             * @example 2026-02-01T09:30:00.000Z
             */
            expires_at: string | null;
        };
        DirectUploadRequest: {
            /**
             * Format: name
             * @description The name of the document. Stored trimmed and in Unicode NFC. It needs a visible character and must not contain U+0000
             * @example report 2026.pdf
             */
            filename: string;
            /** @example application/pdf */
            mime_type?: string;
            /**
             * @description The MD5 of the whole content. The server verifies it
             * @example b1946ac92492d2347c6235b4d2611184
             */
            md5?: string;
            /**
             * @description The SHA-256 of the whole content. The server verifies it
             * @example 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
             */
            sha256?: string;
            /**
             * Format: text
             * @description What your product calls the document; unique within the tenant. Stored unchanged
             * @example invoice-2026-0042
             */
            external_id?: string;
            /**
             * @description Up to 64 values of your product; each is a text of up to 1,024 characters, a number or a Boolean. Names have 1 to 64 letters, digits, `_`, `.` and `-`. The whole object has at most 16 KiB
             * @example {
             *       "customer": "C-17",
             *       "amount": 99.5,
             *       "paid": true
             *     }
             */
            metadata?: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description Stored as a sorted set, each trimmed and in Unicode NFC
             * @example [
             *       "invoice",
             *       "urgent"
             *     ]
             */
            tags?: string[];
            /**
             * Format: text
             * @description An absolute path; `/` by default. Stored in Unicode NFC and with a slash at the end. It has at most 1,024 bytes; each name in it has at most 255 bytes and is neither `.` nor `..`
             * @example /customers/17/
             */
            folder?: string;
            /**
             * @description Bytes of the whole content
             * @example 20000000
             */
            length: number;
            /**
             * @description As the Content-Type of a file in a form: the type, if you leave out `mime_type`, and the charset
             * @example text/plain; charset=utf-8
             */
            content_type?: string;
        };
        DirectUploadResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["DirectUpload"];
        };
        /**
         * @default attachment
         * @enum {string}
         */
        Disposition: "attachment" | "inline";
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
             * @description The file with the content, which documents may share
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            file_id: string;
            /**
             * Format: uuid
             * @description The user who uploaded the document
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string;
            /**
             * @description Rises with every change. In quotes, it is the ETag
             * @example 3
             */
            revision: number;
            /**
             * @description What a service sent as X-On-Behalf-Of; null if nothing
             * @example user-42
             */
            on_behalf_of?: string | null;
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
             * @description What your product calls the document; null if it has not named it
             * @example invoice-2026-0042
             */
            external_id?: string | null;
            /**
             * @description The values that your product keeps with the document
             * @example {
             *       "customer": "C-17",
             *       "amount": 99.5,
             *       "paid": true
             *     }
             */
            metadata?: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description A sorted set
             * @example [
             *       "invoice",
             *       "urgent"
             *     ]
             */
            tags?: string[];
            /**
             * @description An absolute path that ends in a slash
             * @example /customers/17/
             */
            folder?: string;
        };
        DocumentPage: {
            items: components["schemas"]["Document"][];
            pagination: components["schemas"]["Pagination"];
        };
        DocumentPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["DocumentPage"];
        };
        DocumentResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["DocumentWithFile"];
        };
        /**
         * @default -created_at
         * @enum {string}
         */
        DocumentSort: "created_at" | "-created_at" | "filename" | "-filename";
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
             * @description The file with the content, which documents may share
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            file_id: string;
            /**
             * Format: uuid
             * @description The user who uploaded the document
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string;
            /**
             * @description Rises with every change. In quotes, it is the ETag
             * @example 3
             */
            revision: number;
            /**
             * @description What a service sent as X-On-Behalf-Of; null if nothing
             * @example user-42
             */
            on_behalf_of?: string | null;
            /**
             * @description What your product calls the document; null if it has not named it
             * @example invoice-2026-0042
             */
            external_id: string | null;
            /**
             * @description The values that your product keeps with the document
             * @example {
             *       "customer": "C-17",
             *       "amount": 99.5,
             *       "paid": true
             *     }
             */
            metadata: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description A sorted set
             * @example [
             *       "invoice",
             *       "urgent"
             *     ]
             */
            tags: string[];
            /**
             * @description An absolute path that ends in a slash
             * @example /customers/17/
             */
            folder: string;
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
            file: components["schemas"]["StoredFile"];
        };
        DownloadUrl: {
            /**
             * @description The pre-signed URL; anyone who has it can download the content
             * @example https://documents.example.com/objects/tenants/…?signature=…
             */
            url: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at: string;
        };
        DownloadUrlResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["DownloadUrl"];
        };
        /**
         * Format: mailbox
         * @example ada@example.com
         */
        Email: string;
        ErrorBody: {
            /**
             * @description Match on this: a code never changes its meaning. New codes may be added. `components.responses` lists them by status
             * @example VALIDATION_ERROR
             */
            code: string;
            /**
             * @description Says what to do next; the wording may change
             * @example Some values are invalid; see details
             */
            message: string;
            /** @description Which values are wrong */
            details?: components["schemas"]["ErrorDetail"][];
            /**
             * @description With `CURSOR_EXPIRED`: a cursor at the start of the events that are still kept
             * @example NWI3YzJhNTItNmYwYy00YzJlLTlmMGUtM2Y0YThkMWM3ZTExOjA
             */
            oldest_cursor?: string;
            /**
             * @description The same id as in the header `x-request-id`. Quote it when you report a problem
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            request_id: string;
            /**
             * @description The page that explains the error; sent if the operator has set PUBLIC_URL
             * @example https://documents.example.com/errors#VALIDATION_ERROR
             */
            documentation_url?: string;
        };
        ErrorDetail: {
            /**
             * @description A JSON pointer into the body, or "/" and the name of the parameter
             * @example /email
             */
            field: string;
            /**
             * @description What is wrong with the value
             * @example is required
             */
            message: string;
        };
        /** @description The request was refused, or it failed */
        ErrorResponse: {
            /** @example false */
            success: boolean;
            error: components["schemas"]["ErrorBody"];
        };
        /** @description Some events, in the order in which they happened */
        EventPage: {
            items: components["schemas"]["LoggedEvent"][];
            /**
             * @description Send it as `after` next time, even if there are no items: it skips events that were filtered out
             * @example NWI3YzJhNTItNmYwYy00YzJlLTlmMGUtM2Y0YThkMWM3ZTExOjE4
             */
            next_cursor: string;
            /**
             * @description Whether the log has more events now; if so, ask again at once
             * @example false
             */
            has_more: boolean;
        };
        EventPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["EventPage"];
        };
        Export: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string;
            state: components["schemas"]["ExportState"];
            /**
             * @description Bytes of the archive, once it is ready
             * @example 10485760
             */
            file_size: number | null;
            /**
             * @description The SHA-256 of the archive, once it is ready
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            sha256: string | null;
            /**
             * @description Documents in the archive
             * @example 57
             */
            documents: number | null;
            /**
             * @description Files in the archive
             * @example 42
             */
            files: number | null;
            /**
             * @description Files whose content was missing or damaged in the storage
             * @example 0
             */
            lost: number | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            finished_at: string | null;
            /**
             * Format: date-time
             * @description When the archive is removed
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at: string | null;
        };
        ExportPage: {
            items: components["schemas"]["Export"][];
            pagination: components["schemas"]["Pagination"];
        };
        ExportPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["ExportPage"];
        };
        ExportResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["Export"];
        };
        /**
         * @description `waiting`, `making`: the archive is not ready yet. `ready`: it can be downloaded until `expires_at`. `failed`: it could not be made. `expired`: it is no longer kept
         * @example ready
         * @enum {string}
         */
        ExportState: "waiting" | "making" | "ready" | "failed" | "expired";
        ExportedInvitation: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            tenant_id: string | null;
            role: components["schemas"]["Role"] | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            accepted_at: string | null;
        };
        ExportedMail: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example invitation */
            kind: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            sent_at: string | null;
        };
        FolderMoved: {
            /**
             * @description The number of documents that were moved
             * @example 1000
             */
            moved: number;
            /**
             * @description Whether there are more documents to move; if so, send the same request again
             * @example false
             */
            more: boolean;
        };
        FolderMovedResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["FolderMoved"];
        };
        ForgotPasswordRequest: {
            email: components["schemas"]["Email"];
        };
        Health: {
            status: components["schemas"]["HealthStatus"];
            checks: components["schemas"]["HealthChecks"];
        };
        HealthChecks: {
            database: components["schemas"]["HealthState"];
            tenant_servers: components["schemas"]["HealthState"];
            storage: components["schemas"]["HealthState"];
            kafka: components["schemas"]["HealthState"];
            process: components["schemas"]["HealthState"];
        };
        /** @enum {string} */
        HealthState: "up" | "down";
        /** @enum {string} */
        HealthStatus: "ready" | "degraded" | "unavailable";
        Invitation: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example ada@example.com */
            email: string;
            role: components["schemas"]["Role"];
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            invited_by: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at: string;
            /**
             * @description Only in the answer to `invite` and `addMember`, and only if no mail server is set up
             * @example q83vEjRWeJA
             */
            token?: string;
            /**
             * @description Only in the answer to `invite` and `addMember`, and only if no mail server is set up
             * @example https://app.example.com/account#token=q83vEjRWeJA&for=invitation
             */
            link?: string | null;
        };
        InvitationPage: {
            items: components["schemas"]["Invitation"][];
            pagination: components["schemas"]["Pagination"];
        };
        InvitationPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["InvitationPage"];
        };
        InvitationResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["Invitation"];
        };
        InviteRequest: {
            email: components["schemas"]["Email"];
            role: components["schemas"]["Role"];
        };
        /**
         * @description What follows `#token=` in the link
         * @example q83vEjRWeJA
         */
        LinkToken: string;
        ListedFolder: {
            /**
             * @description The path of the folder
             * @example /customers/17/
             */
            folder: string;
            /**
             * @description The number of documents in the folder and below, counted up to 1,000
             * @example 12
             */
            documents: number;
            /**
             * @description Present if there are more documents than were counted
             * @example true
             */
            documents_capped?: boolean;
        };
        ListedFolderPage: {
            items: components["schemas"]["ListedFolder"][];
            pagination: components["schemas"]["Pagination"];
        };
        ListedFolderPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["ListedFolderPage"];
        };
        Liveness: {
            /** @enum {string} */
            status: "live";
        };
        LoggedEvent: {
            /**
             * @description Send it as `after` to continue after this event
             * @example NWI3YzJhNTItNmYwYy00YzJlLTlmMGUtM2Y0YThkMWM3ZTExOjE4
             */
            cursor: string;
            /**
             * @description The number of the event in its log, from 1; events that you may not see are counted too
             * @example 18
             */
            position: number;
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            event_id: string;
            /**
             * @description What happened. Types may be added, so ignore those that you do not know
             * @example document.uploaded
             */
            event_type: string;
            /**
             * Format: uuid
             * @description The tenant; null if it concerns none
             * @example 0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a
             */
            tenant_id: string | null;
            /**
             * Format: uuid
             * @description The account that caused it; null: an operator, or the system itself
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            timestamp: string;
            /**
             * @description The fields depend on the type; new ones may be added
             * @example {
             *       "document_id": "9d2f7c61-8f6b-4d0e-a1c7-2b5e8f3a6d90",
             *       "filename": "report 2026.pdf"
             *     }
             */
            data: {
                [key: string]: unknown;
            };
        };
        LoginRequest: {
            email: components["schemas"]["Email"];
            /**
             * Format: text
             * @example correct horse battery
             */
            password: string;
            /**
             * @description From an earlier log-in on this device
             * @example q83vEjRWeJA.device
             */
            device_token?: string;
        };
        Member: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string;
            kind: components["schemas"]["AccountKind"];
            /**
             * @description Null for a service
             * @example ada@example.com
             */
            email: string | null;
            /** @example Ada */
            first_name: string;
            /** @example Lovelace */
            last_name: string;
            role: components["schemas"]["Role"];
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            joined_at: string;
        };
        MemberPage: {
            items: components["schemas"]["Member"][];
            pagination: components["schemas"]["Pagination"];
        };
        MemberPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["MemberPage"];
        };
        MemberResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["Member"];
        };
        MessageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message: string;
        };
        MetadataFilter: {
            [key: string]: string;
        };
        MoveFolderRequest: {
            /**
             * Format: text
             * @description The folder to move, with all folders below it
             * @example /customers/17/
             */
            from: string;
            /**
             * Format: text
             * @description The new path of the folder; it must not be inside `from`
             * @example /customers/17/
             */
            to: string;
        };
        NewApiKey: {
            /** @example 4fQ2vXcTz0mJb7KdLw9sRa */
            id: string;
            /** @example Production */
            name: string;
            scopes: string[];
            /**
             * @description The networks from which it can be used; null: any
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            networks: string[] | null;
            /**
             * Format: date-time
             * @description Null: it never expires
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: uuid
             * @description Null: an operator
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            created_by: string | null;
            /**
             * Format: date-time
             * @description Accurate to within about a minute; null: it was never used
             * @example 2026-01-31T09:30:00.000Z
             */
            last_used_at: string | null;
            /** @example 203.0.113.7 */
            last_ip: string | null;
            /**
             * Format: date-time
             * @description Null: it is not revoked
             * @example 2026-01-31T09:30:00.000Z
             */
            revoked_at: string | null;
            /**
             * @description Send it as `Authorization: Bearer …`. You get it only in this answer
             * @example srk_4fQ2vXcTz0mJb7KdLw9sRa_…
             */
            key: string;
        };
        NewApiKeyResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["NewApiKey"];
        };
        /**
         * Format: mailbox
         * @description Stored trimmed, in lower case and in Unicode NFC
         * @example ada@example.com
         */
        NewEmail: string;
        /**
         * Format: text
         * @description At least 8 characters and at most 256 bytes. Unicode forms and kinds of spaces make no difference. Common passwords, and those made of your name or e-mail address, are refused
         * @example correct horse battery
         */
        NewPassword: string;
        NewSession: {
            /**
             * @description Send it as `Authorization: Bearer …`
             * @example eyJhbGciOiJIUzI1NiJ9.e30.signature
             */
            access_token: string;
            /**
             * @description Use it once, to refresh the session
             * @example q83vEjRWeJA.signature
             */
            refresh_token: string;
            token_type: components["schemas"]["TokenType"];
            /**
             * @description The lifetime of the access token in seconds
             * @example 900
             */
            expires_in: number;
            /**
             * @description Keep it for the next log-in on this device
             * @example q83vEjRWeJA.device
             */
            device_token: string;
            user: components["schemas"]["User"];
            /** @description Your newest 100 active tenants */
            tenants: components["schemas"]["OwnTenant"][];
        };
        NewSessionResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["NewSession"];
        };
        NewWebhook: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example https://app.example.com/hooks/strongroom */
            url: string;
            /**
             * @description Which events are sent; null: all
             * @example [
             *       "document.uploaded"
             *     ]
             */
            event_types: string[] | null;
            /**
             * @description A note for people
             * @example Invoices to accounting
             */
            description: string | null;
            /**
             * @description Whether events are sent
             * @example true
             */
            enabled: boolean;
            /**
             * @description Why the server disabled it. `gone`: the receiver answered 410. `failing`: every attempt failed for five days
             * @example failing
             */
            disabled_reason: string | null;
            /**
             * Format: date-time
             * @description When the attempts began to fail; null: the last attempt succeeded
             * @example 2026-01-31T09:30:00.000Z
             */
            failing_since: string | null;
            /**
             * Format: date-time
             * @description Until then, messages are also signed with the previous secret; null: there was none
             * @example 2026-01-31T09:30:00.000Z
             */
            previous_until: string | null;
            /**
             * Format: uuid
             * @description The account that created it
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            created_by: string | null;
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
             * @description Verifies the signatures (Standard Webhooks). You get it only in this answer
             * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
             */
            secret: string;
        };
        NewWebhookResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["NewWebhook"];
        };
        NotReady: {
            status?: components["schemas"]["HealthStatus"];
            checks?: components["schemas"]["HealthChecks"];
            /** @example false */
            success?: boolean;
            error?: components["schemas"]["ErrorBody"];
        };
        OwnTenant: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example Acme Corp */
            name: string;
            /**
             * @description The database of its documents
             * @example tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29
             */
            database_name: string;
            /**
             * @description If false, no member can use it
             * @example true
             */
            is_active: boolean;
            status: components["schemas"]["TenantStatus"];
            /**
             * @description Rises with every change. In quotes, it is the ETag
             * @example 3
             */
            revision: number;
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
            role: components["schemas"]["Role"];
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            joined_at: string;
        };
        OwnTenantPage: {
            items: components["schemas"]["OwnTenant"][];
            pagination: components["schemas"]["Pagination"];
        };
        OwnTenantPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["OwnTenantPage"];
        };
        Pagination: {
            /** @example 1 */
            page: number;
            /** @example 20 */
            per_page: number;
            /**
             * @description The number of items on all pages
             * @example 57
             */
            total: number;
            /** @example 3 */
            pages: number;
            /**
             * @description Present if there may be more items than were counted
             * @example true
             */
            total_capped?: boolean;
            /**
             * @description Send it as `cursor` to get the next page; null on the last page, and in lists without cursors
             * @example WyJhIiwiYiJd
             */
            next_cursor: string | null;
        };
        PatchDocumentRequest: {
            /**
             * Format: name
             * @description The name of the document. Stored trimmed and in Unicode NFC. It needs a visible character and must not contain U+0000
             * @example report 2026.pdf
             */
            filename?: string;
            /** @example application/pdf */
            mime_type?: string;
            /**
             * Format: text
             * @description What your product calls the document; unique within the tenant. Stored unchanged
             * @example invoice-2026-0042
             */
            external_id?: string | null;
            /**
             * @description The values to set. Null removes a value; values you leave out stay
             * @example {
             *       "paid": true,
             *       "reminder": null
             *     }
             */
            metadata?: {
                [key: string]: (string | null) | number | boolean;
            } | null;
            /**
             * @description Stored as a sorted set, each trimmed and in Unicode NFC
             * @example [
             *       "invoice",
             *       "urgent"
             *     ]
             */
            tags?: string[] | null;
            /**
             * Format: text
             * @description An absolute path; `/` by default. Stored in Unicode NFC and with a slash at the end. It has at most 1,024 bytes; each name in it has at most 255 bytes and is neither `.` nor `..`
             * @example /customers/17/
             */
            folder?: string | null;
        };
        /**
         * Format: name
         * @example Ada
         */
        PersonName: string;
        ProduceDemoMessageRequest: {
            /**
             * @description A topic whose name begins with "demo."
             * @example demo.greetings
             */
            topic: string;
            /**
             * @description Any JSON value
             * @example {
             *       "hello": "world"
             *     }
             */
            message: unknown;
        };
        PublishedMessage: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            event_id: string;
        };
        PublishedMessageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["PublishedMessage"];
        };
        RecoverWebhookRequest: {
            /**
             * Format: date-time
             * @description Events logged at or after this time are sent again
             * @example 2026-01-31T09:30:00.000Z
             */
            since: string;
        };
        RefreshRequest: {
            /** @example q83vEjRWeJA.signature */
            refresh_token?: string;
        };
        RegisterRequest: {
            email: components["schemas"]["NewEmail"];
            password: components["schemas"]["NewPassword"];
            first_name: components["schemas"]["PersonName"];
            last_name: components["schemas"]["PersonName"];
        };
        ResetPasswordRequest: {
            token: components["schemas"]["LinkToken"];
            password: components["schemas"]["NewPassword"];
        };
        ResumableUpload: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            kind: components["schemas"]["UploadKind"];
            /** @example report 2026.pdf */
            filename: string;
            state: components["schemas"]["UploadState"];
            /**
             * @description Bytes that have been saved; 0 while a direct upload is open
             * @example 3
             */
            offset: number;
            /**
             * @description Bytes of the whole content; null if not declared yet
             * @example 6
             */
            length: number | null;
            /**
             * @description The error code of a failed upload
             * @example CHECKSUM_MISMATCH
             */
            error: string | null;
            /**
             * Format: uuid
             * @description The document that was made of the upload
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            document_id: string | null;
            /**
             * Format: date-time
             * @description When an open upload expires unless more bytes arrive
             * @example 2026-02-01T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
        };
        ResumableUploadResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["ResumableUpload"];
        };
        /**
         * @description A viewer reads documents, a user also writes them, an admin also manages the tenant
         * @example user
         * @enum {string}
         */
        Role: "admin" | "user" | "viewer";
        Service: {
            /** @example Strongroom */
            name: string;
            /** @example 0.2.0 */
            version: string;
            /**
             * @description The documentation for people; missing with DOCS=off
             * @example /docs
             */
            docs?: string;
            /**
             * @description The description for programs (OpenAPI); missing with DOCS=off
             * @example /openapi.json
             */
            openapi?: string;
            /**
             * @description What each error code means
             * @example /errors
             */
            errors: string;
            /**
             * @description The readiness check
             * @example /health/ready
             */
            health: string;
        };
        ServiceAccount: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example Invoice import */
            name: string;
            /** @description Its role in this tenant; null if it was removed from the members */
            role: components["schemas"]["Role"] | null;
            /**
             * @description If false, its keys do not work
             * @example true
             */
            is_active: boolean;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            created_by: string | null;
        };
        ServiceAccountPage: {
            items: components["schemas"]["ServiceAccount"][];
            pagination: components["schemas"]["Pagination"];
        };
        ServiceAccountPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["ServiceAccountPage"];
        };
        ServiceAccountResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["ServiceAccount"];
        };
        ServiceResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["Service"];
        };
        Session: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /**
             * @description The User-Agent of the log-in
             * @example curl/8.5.0
             */
            user_agent: string | null;
            /**
             * @description The IP address that last used the session
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
             * @description When the session was last used, to within about a minute
             * @example 2026-01-31T09:30:00.000Z
             */
            last_used_at: string;
            /**
             * Format: date-time
             * @description When the session ends unless you refresh it
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at: string;
            /**
             * @description Whether this is the session that sent the request
             * @example true
             */
            current: boolean;
        };
        SessionPage: {
            items: components["schemas"]["Session"][];
            pagination: components["schemas"]["Pagination"];
        };
        SessionPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["SessionPage"];
        };
        StoredFile: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /**
             * @description The MD5 of the content, in hexadecimal
             * @example b1946ac92492d2347c6235b4d2611184
             */
            md5_hash: string;
            /**
             * @description The SHA-256 of the content, in hexadecimal
             * @example 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
             */
            sha256: string;
            /**
             * @description The size in bytes
             * @example 6
             */
            file_size: number;
            /**
             * @description The key of the content in the object storage
             * @example tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184
             */
            s3_path: string;
            /**
             * Format: date-time
             * @description When the worker last read the stored content in full; null if it has not yet
             * @example 2026-01-31T09:30:01.000Z
             */
            verified_at: string | null;
            /** @description What the worker found; null if it has not read the content yet */
            verification: components["schemas"]["Verification"] | null;
            /**
             * @description The MIME type detected from the content; null if none was detected
             * @example application/pdf
             */
            detected_type: string | null;
            /**
             * @description Rises with every change. In quotes, it is the ETag
             * @example 3
             */
            revision: number;
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
        StoredFilePage: {
            items: components["schemas"]["StoredFile"][];
            pagination: components["schemas"]["Pagination"];
        };
        StoredFilePageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["StoredFilePage"];
        };
        StoredFileResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["StoredFileWithDocuments"];
        };
        StoredFileWithDocuments: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /**
             * @description The MD5 of the content, in hexadecimal
             * @example b1946ac92492d2347c6235b4d2611184
             */
            md5_hash: string;
            /**
             * @description The SHA-256 of the content, in hexadecimal
             * @example 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
             */
            sha256: string;
            /**
             * @description The size in bytes
             * @example 6
             */
            file_size: number;
            /**
             * @description The key of the content in the object storage
             * @example tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184
             */
            s3_path: string;
            /**
             * Format: date-time
             * @description When the worker last read the stored content in full; null if it has not yet
             * @example 2026-01-31T09:30:01.000Z
             */
            verified_at: string | null;
            /** @description What the worker found; null if it has not read the content yet */
            verification: components["schemas"]["Verification"] | null;
            /**
             * @description The MIME type detected from the content; null if none was detected
             * @example application/pdf
             */
            detected_type: string | null;
            /**
             * @description Rises with every change. In quotes, it is the ETag
             * @example 3
             */
            revision: number;
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
            /** @description The newest 100 documents with this content; none if your key lacks `documents:read` */
            documents: components["schemas"]["Document"][];
        };
        Tenant: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example Acme Corp */
            name: string;
            /**
             * @description The database of its documents
             * @example tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29
             */
            database_name: string;
            /**
             * @description If false, no member can use it
             * @example true
             */
            is_active: boolean;
            status: components["schemas"]["TenantStatus"];
            /**
             * @description Rises with every change. In quotes, it is the ETag
             * @example 3
             */
            revision: number;
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
        TenantResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["Tenant"];
        };
        /**
         * @example documents:read
         * @enum {string}
         */
        TenantScope: "tenants:read" | "tenants:write" | "usage:read" | "members" | "members:write" | "documents:read" | "documents:write" | "files:read" | "files:write" | "audit:read" | "events:read" | "exports" | "webhooks";
        /**
         * @description The state of the database of the tenant. `failed`: it could not be created within an hour. `purging`: an operator is removing the tenant for good
         * @example active
         * @enum {string}
         */
        TenantStatus: "provisioning" | "active" | "failed" | "purging";
        TenantWithMembers: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example Acme Corp */
            name: string;
            /**
             * @description The database of its documents
             * @example tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29
             */
            database_name: string;
            /**
             * @description If false, no member can use it
             * @example true
             */
            is_active: boolean;
            status: components["schemas"]["TenantStatus"];
            /**
             * @description Rises with every change. In quotes, it is the ETag
             * @example 3
             */
            revision: number;
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
            /** @description The first 100 members */
            members: components["schemas"]["Member"][];
        };
        TenantWithMembersResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["TenantWithMembers"];
        };
        TokenPair: {
            /**
             * @description Send it as `Authorization: Bearer …`
             * @example eyJhbGciOiJIUzI1NiJ9.e30.signature
             */
            access_token: string;
            /**
             * @description Use it once, to refresh the session
             * @example q83vEjRWeJA.signature
             */
            refresh_token: string;
            token_type: components["schemas"]["TokenType"];
            /**
             * @description The lifetime of the access token in seconds
             * @example 900
             */
            expires_in: number;
        };
        TokenPairResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["TokenPair"];
        };
        /** @enum {string} */
        TokenType: "Bearer";
        UpdateAccountRequest: {
            first_name?: components["schemas"]["PersonName"];
            last_name?: components["schemas"]["PersonName"];
        };
        UpdateDocumentRequest: {
            /**
             * Format: name
             * @description The name of the document. Stored trimmed and in Unicode NFC. It needs a visible character and must not contain U+0000
             * @example report 2026.pdf
             */
            filename?: string;
            /** @example application/pdf */
            mime_type?: string;
            /**
             * Format: text
             * @description What your product calls the document; unique within the tenant. Stored unchanged
             * @example invoice-2026-0042
             */
            external_id?: string | null;
            /**
             * @description Up to 64 values of your product; each is a text of up to 1,024 characters, a number or a Boolean. Names have 1 to 64 letters, digits, `_`, `.` and `-`. The whole object has at most 16 KiB
             * @example {
             *       "customer": "C-17",
             *       "amount": 99.5,
             *       "paid": true
             *     }
             */
            metadata?: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description Stored as a sorted set, each trimmed and in Unicode NFC
             * @example [
             *       "invoice",
             *       "urgent"
             *     ]
             */
            tags?: string[];
            /**
             * Format: text
             * @description An absolute path; `/` by default. Stored in Unicode NFC and with a slash at the end. It has at most 1,024 bytes; each name in it has at most 255 bytes and is neither `.` nor `..`
             * @example /customers/17/
             */
            folder?: string;
        };
        UpdateTenantRequest: {
            /**
             * Format: name
             * @example Acme Corp
             */
            name?: string;
            /**
             * @description Send false to close the tenant, and true to open it again
             * @example true
             */
            is_active?: boolean;
        };
        UpdateWebhookRequest: {
            /**
             * @description Where events are sent with POST: https, a public address, and port 443, 80, or one from 1024. Redirects are not followed
             * @example https://app.example.com/hooks/strongroom
             */
            url?: string;
            /**
             * @description Which events are sent; null: all
             * @example [
             *       "document.uploaded"
             *     ]
             */
            event_types?: components["schemas"]["WebhookEventType"][] | null;
            /**
             * Format: text
             * @description A note for people
             * @example Invoices to accounting
             */
            description?: string | null;
            /**
             * @description Send false to stop deliveries, and true to continue where they stopped
             * @example true
             */
            enabled?: boolean;
        };
        UploadForm: {
            /**
             * Format: binary
             * @description The content
             */
            file: Blob;
            /**
             * Format: name
             * @description The name of the document. Stored trimmed and in Unicode NFC. It needs a visible character and must not contain U+0000
             * @example report 2026.pdf
             */
            filename?: string;
            /** @example application/pdf */
            mime_type?: string;
            /**
             * @description The MD5 of the content in hexadecimal. The server verifies it
             * @example b1946ac92492d2347c6235b4d2611184
             */
            md5?: string;
            /**
             * Format: text
             * @description What your product calls the document; unique within the tenant. Stored unchanged
             * @example invoice-2026-0042
             */
            external_id?: string;
            /**
             * @description Up to 64 values of your product; each is a text of up to 1,024 characters, a number or a Boolean. Names have 1 to 64 letters, digits, `_`, `.` and `-`. The whole object has at most 16 KiB
             * @example {
             *       "customer": "C-17",
             *       "amount": 99.5,
             *       "paid": true
             *     }
             */
            metadata?: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description Stored as a sorted set, each trimmed and in Unicode NFC
             * @example [
             *       "invoice",
             *       "urgent"
             *     ]
             */
            tags?: string[];
            /**
             * Format: text
             * @description An absolute path; `/` by default. Stored in Unicode NFC and with a slash at the end. It has at most 1,024 bytes; each name in it has at most 255 bytes and is neither `.` nor `..`
             * @example /customers/17/
             */
            folder?: string;
        };
        /**
         * @description `tus`: the API takes the bytes. `direct`: the storage takes them
         * @example tus
         * @enum {string}
         */
        UploadKind: "tus" | "direct";
        UploadPart: {
            /** @example 1 */
            number: number;
            /**
             * @description The exact number of bytes that the storage accepts at the URL
             * @example 8388608
             */
            size: number;
            /**
             * @description Whether the storage has it already
             * @example false
             */
            stored: boolean;
            /**
             * @description The URL to PUT the bytes to, without a token; anyone who has it can do so
             * @example https://s3.example.com/strongroom/tenants/…?partNumber=1&X-Amz-Signature=…
             */
            url: string;
        };
        UploadParts: {
            /**
             * @description How many parts the upload has
             * @example 3
             */
            parts_total: number;
            /**
             * Format: date-time
             * @description When the URLs expire; ask for new ones then
             * @example 2026-01-31T09:30:00.000Z
             */
            expires_at: string;
            parts: components["schemas"]["UploadPart"][];
        };
        UploadPartsResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["UploadParts"];
        };
        /**
         * @description `open`: takes bytes. `finishing`: all bytes have arrived, and the document is being made. `done`: there is a document. `failed`: see `error`
         * @example open
         * @enum {string}
         */
        UploadState: "open" | "finishing" | "done" | "failed";
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
             * @description The file with the content, which documents may share
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            file_id: string;
            /**
             * Format: uuid
             * @description The user who uploaded the document
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            user_id: string;
            /**
             * @description Rises with every change. In quotes, it is the ETag
             * @example 3
             */
            revision: number;
            /**
             * @description What a service sent as X-On-Behalf-Of; null if nothing
             * @example user-42
             */
            on_behalf_of?: string | null;
            /**
             * @description What your product calls the document; null if it has not named it
             * @example invoice-2026-0042
             */
            external_id: string | null;
            /**
             * @description The values that your product keeps with the document
             * @example {
             *       "customer": "C-17",
             *       "amount": 99.5,
             *       "paid": true
             *     }
             */
            metadata: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description A sorted set
             * @example [
             *       "invoice",
             *       "urgent"
             *     ]
             */
            tags: string[];
            /**
             * @description An absolute path that ends in a slash
             * @example /customers/17/
             */
            folder: string;
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
            file: components["schemas"]["StoredFile"];
            /**
             * @description Whether the tenant already had this content, so that it was not stored again
             * @example false
             */
            deduplicated: boolean;
        };
        UploadedDocumentResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["UploadedDocument"];
        };
        UploadsResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["ResumableUpload"][];
        };
        Usage: {
            /**
             * @description The number of documents
             * @example 57
             */
            documents: number;
            /**
             * @description The number of files
             * @example 42
             */
            files: number;
            /**
             * @description The total size of all files in bytes; equal content counts once
             * @example 73400320
             */
            bytes: number;
            limits: components["schemas"]["UsageLimits"];
        };
        UsageLimits: {
            /**
             * @description The limit; null if there is none
             * @example 1000
             */
            documents: number | null;
            /**
             * @description The limit; null if there is none
             * @example 1000
             */
            bytes: number | null;
        };
        UsageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["Usage"];
        };
        User: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            kind: components["schemas"]["AccountKind"];
            /**
             * @description Null for a service
             * @example ada@example.com
             */
            email: string | null;
            /** @example Ada */
            first_name: string;
            /** @example Lovelace */
            last_name: string;
            /**
             * @description If false, the account cannot log in
             * @example true
             */
            is_active: boolean;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            email_verified_at: string | null;
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
        UserResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["User"];
        };
        /**
         * @description `intact`: the stored bytes are those uploaded. `damaged`: they differ. `missing`: there are no stored bytes
         * @enum {string}
         */
        Verification: "intact" | "damaged" | "missing";
        VerifyEmailRequest: {
            token: components["schemas"]["LinkToken"];
        };
        Webhook: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            id: string;
            /** @example https://app.example.com/hooks/strongroom */
            url: string;
            /**
             * @description Which events are sent; null: all
             * @example [
             *       "document.uploaded"
             *     ]
             */
            event_types: string[] | null;
            /**
             * @description A note for people
             * @example Invoices to accounting
             */
            description: string | null;
            /**
             * @description Whether events are sent
             * @example true
             */
            enabled: boolean;
            /**
             * @description Why the server disabled it. `gone`: the receiver answered 410. `failing`: every attempt failed for five days
             * @example failing
             */
            disabled_reason: string | null;
            /**
             * Format: date-time
             * @description When the attempts began to fail; null: the last attempt succeeded
             * @example 2026-01-31T09:30:00.000Z
             */
            failing_since: string | null;
            /**
             * Format: date-time
             * @description Until then, messages are also signed with the previous secret; null: there was none
             * @example 2026-01-31T09:30:00.000Z
             */
            previous_until: string | null;
            /**
             * Format: uuid
             * @description The account that created it
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            created_by: string | null;
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
        WebhookDelivery: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            event_id: string;
            /**
             * @description Null: the event is no longer kept
             * @example document.uploaded
             */
            event_type: string | null;
            /**
             * @description The position of the event in the log of the tenant
             * @example 18
             */
            position: number;
            state: components["schemas"]["WebhookDeliveryState"];
            /** @example 1 */
            attempts: number;
            /**
             * Format: date-time
             * @description When the next attempt is due; null: there is none
             * @example 2026-01-31T09:30:00.000Z
             */
            due_at: string | null;
            /**
             * @description The HTTP status; null: there was no answer
             * @example 200
             */
            status: number | null;
            /**
             * @description Why there was no answer
             * @example the connection was refused
             */
            error: string | null;
            /**
             * @description The first kilobyte of the answer; always null if the operator has allowed private networks
             * @example ok
             */
            response: string | null;
            /**
             * @description Milliseconds that the last attempt took
             * @example 82
             */
            duration_ms: number | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
        };
        /** @enum {string} */
        WebhookDeliveryFilter: "waiting" | "delivered" | "failed";
        WebhookDeliveryPage: {
            items: components["schemas"]["WebhookDelivery"][];
            pagination: components["schemas"]["Pagination"];
        };
        WebhookDeliveryPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["WebhookDeliveryPage"];
        };
        /**
         * @description `waiting`: an attempt failed, and another follows. `delivered`: the answer was 2xx. `failed`: there are no more attempts
         * @enum {string}
         */
        WebhookDeliveryState: "waiting" | "delivered" | "failed";
        /** @enum {string} */
        WebhookEventType: "document.uploaded" | "document.updated" | "document.deleted" | "tenant.exported" | "tenant.restored" | "audit.log";
        WebhookPage: {
            items: components["schemas"]["Webhook"][];
            pagination: components["schemas"]["Pagination"];
        };
        WebhookPageResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["WebhookPage"];
        };
        WebhookResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["Webhook"];
        };
        WebhookTest: {
            /**
             * Format: uuid
             * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
             */
            event_id: string;
            /**
             * @description Whether the answer was 2xx
             * @example true
             */
            delivered: boolean;
            /**
             * @description The HTTP status; null: there was no answer
             * @example 200
             */
            status: number | null;
            /**
             * @description Why there was no answer
             * @example the connection was refused
             */
            error: string | null;
            /**
             * @description The first kilobyte of the answer; always null if the operator has allowed private networks
             * @example ok
             */
            response: string | null;
            /**
             * @description Milliseconds that the attempt took
             * @example 82
             */
            duration_ms: number;
        };
        WebhookTestResponse: {
            /** @example true */
            success: boolean;
            /** @example Done */
            message?: string;
            data: components["schemas"]["WebhookTest"];
        };
    };
    responses: {
        /**
         * @description `MALFORMED_REQUEST`: The request could not be parsed; check its syntax
         *
         *     `CLIENT_GONE`: The connection closed before the request was complete; send it again
         *
         *     `CONTENT_RANGE_NOT_SUPPORTED`: Partial uploads are not supported; send the whole content without Content-Range
         *
         *     `UPLOAD_ABORTED`: The connection closed before the upload was complete; send the file again
         */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `NOT_AUTHENTICATED`: Send an access token or a key as "Authorization: Bearer <token>"
         *
         *     `INVALID_TOKEN`: The token or key is not valid; log in again, or use another key
         *
         *     `TOKEN_EXPIRED`: The token has expired; refresh it or log in again
         *
         *     `TOKEN_REVOKED`: The session has ended; log in again
         *
         *     `TOKEN_REUSED`: This refresh token was already used, so its session has ended; log in again
         *
         *     `INVALID_CREDENTIALS`: Wrong e-mail address or password; check both and try again
         */
        Unauthorized: {
            headers: {
                "www-authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `INSUFFICIENT_ROLE`: Your role in this tenant does not allow this; ask one of its admins
         *
         *     `INSUFFICIENT_SCOPE`: This key lacks a scope that the operation needs; use one that has it
         *
         *     `PERSONS_ONLY`: Keys cannot do this; log in as a person and send the access token
         *
         *     `TENANT_INACTIVE`: This tenant is inactive; one of its admins can reactivate it
         *
         *     `REGISTRATION_CLOSED`: Accounts are created by invitation only; ask for one
         *
         *     `EMAIL_NOT_VERIFIED`: Open the link in the mail that was sent to this address, then log in again
         *
         *     `TENANT_CREATION_DENIED`: Your account may not create tenants; ask the operator
         *
         *     `WRONG_ACCOUNT`: The invitation is for another e-mail address; log in with the account of that address
         */
        Forbidden: {
            headers: {
                "www-authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `TENANT_NOT_FOUND`: No such tenant, or you are not a member of it; check the id
         *
         *     `USER_NOT_FOUND`: No active account has this id; invite the person by e-mail address
         *
         *     `MEMBER_NOT_FOUND`: This user is not a member of the tenant; check the id
         *
         *     `SESSION_NOT_FOUND`: You have no such session; it may already have ended
         *
         *     `INVITATION_NOT_FOUND`: No such open invitation; it may have been accepted, or have expired
         *
         *     `SERVICE_ACCOUNT_NOT_FOUND`: The tenant has no such service account; check the id
         *
         *     `KEY_NOT_FOUND`: The service account has no such key; it may already have been revoked
         *
         *     `WEBHOOK_NOT_FOUND`: The tenant has no such webhook; check the id
         *
         *     `EXPORT_NOT_FOUND`: The tenant has no such export; list its exports to see all of them
         *
         *     `DELIVERY_NOT_FOUND`: This event was never sent to the webhook, or is no longer kept
         *
         *     `DOCUMENT_NOT_FOUND`: No such document; it may have been deleted
         *
         *     `FILE_NOT_FOUND`: No such file; it may have been deleted
         *
         *     `UPLOAD_NOT_FOUND`: You have no such upload; it may have expired
         */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `NOT_ACCEPTABLE`: This endpoint sends a stream of events; name text/event-stream in the Accept header */
        NotAcceptable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `EXTERNAL_ID_TAKEN`: Another document of the tenant has this external id; see details
         *
         *     `EMAIL_TAKEN`: An account with this e-mail address already exists; log in instead
         *
         *     `ALREADY_MEMBER`: This user is already a member; change the role instead
         *
         *     `LAST_ADMIN`: The tenant would be left without a person as admin; make another person an admin first
         *
         *     `TENANT_PURGING`: This tenant is being removed for good and can no longer be changed
         *
         *     `FILE_IN_USE`: Documents still refer to this file; delete them first
         *
         *     `TENANT_LIMIT_REACHED`: Your account has reached its limit of tenants; deleted ones count until they are removed for good
         *
         *     `TOO_MANY_KEYS`: The service account has reached its limit of keys; revoke one first
         *
         *     `TOO_MANY_WEBHOOKS`: The tenant has reached its limit of webhooks; delete one first
         *
         *     `TOO_MANY_EXPORTS`: An export is being made, or the tenant has reached its daily limit; use an existing export, or try again later
         *
         *     `EXPORT_NOT_READY`: The export has no archive to download; check its state
         *
         *     `EXPORT_TOO_LARGE`: The tenant stores too much to be exported here; ask the operator for an export
         *
         *     `MEMBER_LIMIT_REACHED`: The tenant has reached its limit of members; remove one first
         *
         *     `INVITATION_LIMIT_REACHED`: The tenant has made too many invitations within a day; try again tomorrow
         *
         *     `IDEMPOTENCY_IN_PROGRESS`: A request with this Idempotency-Key is still running; try again shortly
         *
         *     `OFFSET_MISMATCH`: Upload-Offset is not the current offset of the upload; send HEAD and continue from the offset it returns
         *
         *     `PARTS_MISSING`: Some parts have not arrived; send those in details, then complete the upload again
         *
         *     `DIRECT_UPLOAD_UNAVAILABLE`: The storage of this server does not support direct uploads; use a resumable upload, or send the file in one request
         */
        Conflict: {
            headers: {
                "retry-after": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `UPLOAD_GONE`: This upload has ended and takes no more bytes; create a new one
         *
         *     `CURSOR_EXPIRED`: The events after this cursor are no longer kept; read the current state, then continue from oldest_cursor
         *
         *     `INVITATION_EXPIRED`: The invitation was used or withdrawn, or has expired; ask for a new one
         *
         *     `LINK_EXPIRED`: The link was used or has expired; ask for a new one
         */
        Gone: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `TUS_VERSION_UNSUPPORTED`: Send "Tus-Resumable: 1.0.0", the only version this server supports
         *
         *     `PRECONDITION_FAILED`: The current version does not satisfy If-Match or If-Unmodified-Since; fetch it again
         */
        PreconditionFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `BODY_TOO_LARGE`: The request body is too large; send a smaller one
         *
         *     `FILE_TOO_LARGE`: The file is larger than this server accepts; send a smaller one
         *
         *     `QUOTA_EXCEEDED`: The tenant has reached its limit; delete documents or ask the operator for a higher limit
         */
        ContentTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `UNSUPPORTED_MEDIA_TYPE`: This endpoint does not accept the Content-Type of the request body; see the API documentation */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `RANGE_NOT_SATISFIABLE`: The requested range lies outside the file; request one inside it */
        RangeNotSatisfiable: {
            headers: {
                "content-range": components["headers"]["UnsatisfiedRange"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `VALIDATION_ERROR`: Some values are invalid; see details
         *
         *     `URL_REFUSED`: Events cannot be sent to this URL; see details
         *
         *     `EMPTY_FILE`: The file is empty; send one with content
         *
         *     `CHECKSUM_MISMATCH`: The received bytes do not match the declared digest; send them again
         *
         *     `WRONG_PASSWORD`: The current password is wrong; try again
         *
         *     `WEAK_PASSWORD`: This password is easy to guess; choose another one
         *
         *     `IDEMPOTENCY_MISMATCH`: This Idempotency-Key was already used for a different request; use a new key
         */
        Unprocessable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `UPLOAD_LOCKED`: The state of the upload is unknown at the moment; try again shortly */
        Locked: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `TOO_MANY_REQUESTS`: Too many requests; wait for the seconds in Retry-After
         *
         *     `TOO_MANY_FAILURES`: Too many wrong passwords for this account or from this network; wait for the seconds in Retry-After
         */
        TooManyRequests: {
            headers: {
                "retry-after": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `CHUNK_MISMATCH`: The received bytes do not match Upload-Checksum; send them again */
        ChunkMismatch: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `INTERNAL_ERROR`: Something went wrong on our side; quote the request_id when you report it */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `TENANT_NOT_READY`: The tenant is still being prepared; try again shortly
         *
         *     `TENANT_NEWER`: The tenant has been migrated to a newer version than this server runs; try again shortly
         *
         *     `SERVERS_FULL`: No database server has room for another tenant; try again later, or ask the operator
         *
         *     `TENANT_MOVING`: The tenant is being moved to another server; try again shortly
         *
         *     `TENANT_BUSY`: All database connections are in use; try again shortly
         *
         *     `DATABASE_UNAVAILABLE`: The database is unavailable; try again shortly
         *
         *     `STORAGE_UNAVAILABLE`: The object storage is unavailable; try again shortly
         *
         *     `KAFKA_UNAVAILABLE`: Kafka is unavailable; try again shortly
         *
         *     `UPLOAD_INTERRUPTED`: The upload took too long and was abandoned; send the file again
         *
         *     `AUTH_BUSY`: Too many passwords or keys are being checked; try again shortly
         *
         *     `UPLOADS_BUSY`: Too many uploads are waiting; try again shortly
         *
         *     `DOWNLOADS_BUSY`: Too many downloads are waiting; try again shortly
         *
         *     `TOO_MANY_STREAMS`: Too many streams are open; try again shortly, or poll the feed
         *
         *     `EVENTS_NOT_READY`: The event log begins once all servers run this version; try again shortly
         *
         *     `OVERLOADED`: The server is overloaded; try again shortly
         *
         *     `SHUTTING_DOWN`: The server is restarting; try again shortly
         */
        Unavailable: {
            headers: {
                "retry-after": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description `METHOD_NOT_ALLOWED` (405): This path does not support this method; the Allow header lists the methods it supports
         *
         *     `REQUEST_TIMEOUT` (408): The request did not arrive in time; send it again
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
                allow: components["headers"]["Allow"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: {
        /**
         * @description Only entries with this action
         * @example document.deleted
         */
        Action: string;
        /**
         * @description A cursor: only events after it. `latest`: only events after this request. Without it, you get events from the oldest that is kept
         * @example latest
         */
        After: string;
        /**
         * @description The SHA-256 of the body (RFC 9530). The server verifies it, and Repr-Digest, and the same headers of a part
         * @example sha-256=:WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai5rf2vgM=:
         */
        ContentDigest: string;
        /**
         * @description The MD5 of the body in base64 (RFC 1864). The server verifies it
         * @example sZRqySSS0jR8YjW00mERhA==
         */
        ContentMd5: string;
        /**
         * @description The `next_cursor` of the previous page. Keep the filters and the sort order the same
         * @example WyJhIiwiYiJd
         */
        Cursor: string;
        /** @description Whether a browser saves the content (`attachment`) or shows it (`inline`) */
        Disposition: components["schemas"]["Disposition"];
        /**
         * @description The id of the document
         * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
         */
        DocumentId: string;
        /**
         * @description The id of the export
         * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
         */
        ExportId: string;
        /**
         * @description What your product calls the document; unique within the tenant. Stored unchanged
         * @example invoice-2026-0042
         */
        ExternalId: string;
        /**
         * @description The id of the file
         * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
         */
        FileId: string;
        /**
         * @description The name of the document; required if the body is the raw bytes
         * @example report 2026.pdf
         */
        Filename: string;
        /**
         * @description An absolute path; `/` by default. Stored in Unicode NFC and with a slash at the end. It has at most 1,024 bytes; each name in it has at most 255 bytes and is neither `.` nor `..`
         * @example /customers/17/
         */
        Folder: string;
        /**
         * @description Only entries at or after this time
         * @example 2026-01-31T09:30:00.000Z
         */
        From: string;
        /**
         * @description Makes the request safe to repeat. For 24 hours, the same key with the same request gives the same answer and has no further effect. Use 1 to 255 visible ASCII characters, such as a UUID. Keys of different accounts are independent.
         * @example 6f1c2f0e-58a6-4a3c-9a7e-0b6f6f1f5d1e
         */
        IdempotencyKey: string;
        /**
         * @description Answer 412 unless the ETag is one of these. `*` stands for any
         * @example "3"
         */
        IfMatch: string;
        /**
         * @description Answer 304 if the content has not changed since this date
         * @example Sat, 31 Jan 2026 09:30:00 GMT
         */
        IfModifiedSince: string;
        /**
         * @description The ETags you have. Answer 304 if one of them is still current
         * @example "5891b5b5"
         */
        IfNoneMatch: string;
        /**
         * @description Apply the range only if this is still the ETag
         * @example "5891b5b5"
         */
        IfRange: string;
        /**
         * @description Answer 412 if the content changed after this date. Ignored when If-Match is sent
         * @example Sat, 31 Jan 2026 09:30:00 GMT
         */
        IfUnmodifiedSince: string;
        /**
         * @description The maximum number of events to return
         * @example 100
         */
        Limit: number;
        /**
         * @description The metadata as a JSON object. Longer metadata fits only into a form
         * @example {"customer":"C-17"}
         */
        Metadata: string;
        /**
         * @description Only what a service did on behalf of this user of its product
         * @example user-42
         */
        OnBehalfOf: string;
        /**
         * @description The page number, starting at 1
         * @example 1
         */
        Page: number;
        /**
         * @description The number of items per page
         * @example 20
         */
        PerPage: number;
        /**
         * @description One range of bytes. An invalid range is ignored, and you get the whole content
         * @example bytes=0-1023
         */
        Range: string;
        /**
         * @description The id of the service account
         * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
         */
        ServiceAccountId: string;
        /**
         * @description Stored as a sorted set, each trimmed and in Unicode NFC
         * @example [
         *       "invoice",
         *       "urgent"
         *     ]
         */
        Tags: string[];
        /**
         * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
         * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
         */
        TenantId: string;
        /**
         * @description Only entries at or before this time
         * @example 2026-01-31T09:30:00.000Z
         */
        To: string;
        /**
         * @description The version of tus; required
         * @example 1.0.0
         */
        TusResumable: string;
        /**
         * @description Only events of these types, separated by commas
         * @example document.uploaded,document.deleted
         */
        Types: string;
        /**
         * @description An algorithm, and the digest of this body in Base64
         * @example md5 sZRqySSS0jR8YjW00mERhA==
         */
        UploadChecksum: string;
        /**
         * @description The id of the upload
         * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
         */
        UploadId: string;
        /**
         * @description Bytes of the whole content
         * @example 6
         */
        UploadLength: string;
        /**
         * @description Where these bytes start; required
         * @example 3
         */
        UploadOffset: string;
        /**
         * @description The id of the account that is a member
         * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
         */
        UserId: string;
        /**
         * @description The id of the webhook
         * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
         */
        WebhookId: string;
        /**
         * @description For services: the user of your product for whom you act, in 1 to 255 printable characters. It grants nothing
         * @example user-42
         */
        XOnBehalfOf: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description You can request ranges of bytes
         * @example bytes
         */
        AcceptRanges: string;
        /**
         * @description You may keep the content, but revalidate it before each use
         * @example private, no-cache
         */
        CacheControl: string;
        /**
         * @description The filename, encoded as RFC 6266 requires
         * @example attachment; filename="report 2026.pdf"
         */
        ContentDisposition: string;
        /**
         * @description The new document, if this request completed the upload and no more work is needed
         * @example /api/tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/documents/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a
         */
        ContentLocation: string;
        /**
         * @description The version that you got; send it as `If-Match`
         * @example "3"
         */
        Etag: string;
        /** @description Present if this answer repeats an earlier one to the same key */
        IdempotencyReplayed: "true";
        /**
         * @description When the file was stored
         * @example Sat, 31 Jan 2026 09:30:00 GMT
         */
        LastModified: string;
        /**
         * @description The URL of the next page, as `<…>; rel="next"` (RFC 8288); absent on the last page
         * @example </api/tenants?page=2>; rel="next"
         */
        Link: string;
        /**
         * @description When the upload expires unless more bytes arrive
         * @example Sun, 01 Feb 2026 09:30:00 GMT
         */
        UploadExpires: string;
        /**
         * @description Bytes that have been saved
         * @example 3
         */
        UploadOffset: string;
        /**
         * @description Try again after this many seconds
         * @example 1
         */
        RetryAfter: number;
        /**
         * @description What is wrong with the token or key, or which scope it lacks (RFC 6750)
         * @example Bearer realm="strongroom", error="invalid_token"
         */
        WwwAuthenticate: string;
        /**
         * @description The size of the content, in bytes
         * @example bytes *\/1048576
         */
        UnsatisfiedRange: string;
        /**
         * @description With 405: the methods that the path supports
         * @example GET, HEAD, OPTIONS
         */
        Allow: string;
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            422: components["responses"]["Unprocessable"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
            /** @description The process answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            400: components["responses"]["BadRequest"];
            422: components["responses"]["Unprocessable"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
            /** @description The API can serve requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
            422: components["responses"]["Unprocessable"];
            500: components["responses"]["InternalError"];
            /**
             * @description The API cannot serve requests. Or:
             *
             *     `OVERLOADED`: The server is overloaded; try again shortly
             *
             *     `SHUTTING_DOWN`: The server is restarting; try again shortly
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotReady"];
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
            /** @description The metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["Unprocessable"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
                "application/json": components["schemas"]["RegisterRequest"];
            };
        };
        responses: {
            /** @description The new account */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description A new session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewSessionResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description The new tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPairResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptInvitationRequest"];
            };
        };
        responses: {
            /** @description You are a member */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedInvitationResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmailRequest"];
            };
        };
        responses: {
            /** @description The address is confirmed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgotPasswordRequest"];
            };
        };
        responses: {
            /** @description If the address has an account, and the server can send mail, a link is on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPasswordRequest"];
            };
        };
        responses: {
            /** @description The password is set */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
            /** @description The session has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
            /** @description Your account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
                "application/json": components["schemas"]["UpdateAccountRequest"];
            };
        };
        responses: {
            /** @description Your changed account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
                "application/json": components["schemas"]["ChangePasswordRequest"];
            };
        };
        responses: {
            /** @description The password is changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeleteAccountRequest"];
            };
        };
        responses: {
            /** @description The account is deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    exportAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your data */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountExportResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listMyTenants: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
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
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnTenantPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listMyAudit: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
                /**
                 * @description The `next_cursor` of the previous page. Keep the filters and the sort order the same
                 * @example WyJhIiwiYiJd
                 */
                cursor?: components["parameters"]["Cursor"];
                /**
                 * @description Only entries with this action
                 * @example document.deleted
                 */
                action?: components["parameters"]["Action"];
                /**
                 * @description Only entries at or after this time
                 * @example 2026-01-31T09:30:00.000Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description Only entries at or before this time
                 * @example 2026-01-31T09:30:00.000Z
                 */
                to?: components["parameters"]["To"];
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
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions, the most recently used first */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
            /** @description The other sessions have ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the session
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listTenants: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
                /** @description Include inactive tenants, which an admin can reactivate */
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
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnTenantPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    createTenant: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat. For 24 hours, the same key with the same request gives the same answer and has no further effect. Use 1 to 255 visible ASCII characters, such as a UUID. Keys of different accounts are independent.
                 * @example 6f1c2f0e-58a6-4a3c-9a7e-0b6f6f1f5d1e
                 */
                "idempotency-key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTenantRequest"];
            };
        };
        responses: {
            /** @description The new tenant */
            201: {
                headers: {
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantWithMembersResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    updateTenant: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateTenantRequest"];
            };
        };
        responses: {
            /** @description The changed tenant */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    deleteTenant: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant is deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members, in the order they joined */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    addMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
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
                "application/json": components["schemas"]["AddMemberRequest"];
            };
        };
        responses: {
            /** @description The new member */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberResponse"];
                };
            };
            /** @description The invitation */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    changeRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the account that is a member
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeRoleRequest"];
            };
        };
        responses: {
            /** @description The member with the new role */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the account that is a member
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The member is removed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of open invitations, oldest first */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InviteRequest"];
            };
        };
        responses: {
            /** @description The invitation */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    withdrawInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the invitation
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                invitation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link does not work any more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listServiceAccounts: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of service accounts, oldest first */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccountPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    createServiceAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateServiceAccountRequest"];
            };
        };
        responses: {
            /** @description The new service account */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccountResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    deleteServiceAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the service account
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                service_account_id: components["parameters"]["ServiceAccountId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service account is deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the service account
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                service_account_id: components["parameters"]["ServiceAccountId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys, newest first */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the service account
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                service_account_id: components["parameters"]["ServiceAccountId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKeyRequest"];
            };
        };
        responses: {
            /** @description The new key */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKeyResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the service account
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                service_account_id: components["parameters"]["ServiceAccountId"];
                /**
                 * @description The id of the key
                 * @example 4fQ2vXcTz0mJb7KdLw9sRa
                 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key is revoked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of webhooks, oldest first */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookRequest"];
            };
        };
        responses: {
            /** @description The new webhook */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhookResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the webhook
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the webhook
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWebhookRequest"];
            };
        };
        responses: {
            /** @description The changed webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the webhook
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook is deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the webhook
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook with its new secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhookResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the webhook
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result of the attempt */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTestResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    recoverWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the webhook
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoverWebhookRequest"];
            };
        };
        responses: {
            /** @description The events will be sent */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
                /** @description Only deliveries in this state */
                state?: components["schemas"]["WebhookDeliveryFilter"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the webhook
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries, newest event first */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    redeliverEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the webhook
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                webhook_id: components["parameters"]["WebhookId"];
                /**
                 * @description The id of the event
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event will be sent */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listExports: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of exports, newest first */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    createExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export, which is not ready yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the export
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                export_id: components["parameters"]["ExportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    createExportUrl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the export
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                export_id: components["parameters"]["ExportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pre-signed URL */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadUrlResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
                /**
                 * @description The `next_cursor` of the previous page. Keep the filters and the sort order the same
                 * @example WyJhIiwiYiJd
                 */
                cursor?: components["parameters"]["Cursor"];
                /**
                 * @description Only entries with this action
                 * @example document.deleted
                 */
                action?: components["parameters"]["Action"];
                /**
                 * @description Only entries at or after this time
                 * @example 2026-01-31T09:30:00.000Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description Only entries at or before this time
                 * @example 2026-01-31T09:30:00.000Z
                 */
                to?: components["parameters"]["To"];
                /**
                 * @description Only actions of this user
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                user_id?: string;
                /**
                 * @description Only what a service did on behalf of this user of its product
                 * @example user-42
                 */
                on_behalf_of?: components["parameters"]["OnBehalfOf"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries, newest first */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /**
                 * @description A cursor: only events after it. `latest`: only events after this request. Without it, you get events from the oldest that is kept
                 * @example latest
                 */
                after?: components["parameters"]["After"];
                /**
                 * @description Only events of these types, separated by commas
                 * @example document.uploaded,document.deleted
                 */
                types?: components["parameters"]["Types"];
                /**
                 * @description The maximum number of events to return
                 * @example 100
                 */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The next events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /**
                 * @description A cursor: only events after it. `latest`: only events after this request. Without it, you get events from the oldest that is kept
                 * @example latest
                 */
                after?: components["parameters"]["After"];
                /**
                 * @description Only events of these types, separated by commas
                 * @example document.uploaded,document.deleted
                 */
                types?: components["parameters"]["Types"];
            };
            header?: {
                /**
                 * @description For a client that reconnects: the last `id` that it received. It takes precedence over `after`
                 * @example NWI3YzJhNTItNmYwYy00YzJlLTlmMGUtM2Y0YThkMWM3ZTExOjE4
                 */
                "last-event-id"?: string;
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events, as long as the client reads them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The current usage; it is exact */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listDocuments: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
                /**
                 * @description The `next_cursor` of the previous page. Keep the filters and the sort order the same
                 * @example WyJhIiwiYiJd
                 */
                cursor?: components["parameters"]["Cursor"];
                /**
                 * @description Whether to count the items. If not, there are at least `total` items, and `total_capped` says whether there may be more
                 * @example true
                 */
                total?: boolean;
                /**
                 * @description Only documents whose name contains this; upper and lower case are the same
                 * @example report
                 */
                filename?: string;
                /**
                 * @description Only documents uploaded by this user
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                user_id?: string;
                /**
                 * @description Only what a service did on behalf of this user of its product
                 * @example user-42
                 */
                on_behalf_of?: components["parameters"]["OnBehalfOf"];
                /**
                 * @description Only documents of this MIME type
                 * @example application/pdf
                 */
                mime_type?: string;
                /**
                 * @description Only documents created at or after this time
                 * @example 2026-01-31T09:30:00.000Z
                 */
                created_from?: string;
                /**
                 * @description Only documents created at or before this time
                 * @example 2026-01-31T09:30:00.000Z
                 */
                created_to?: string;
                /**
                 * @description Only the document with this external id
                 * @example invoice-2026-0042
                 */
                external_id?: string;
                /**
                 * @description Only documents with this tag; repeat it to ask for documents that have all of several tags
                 * @example [
                 *       "invoice"
                 *     ]
                 */
                tag?: string[];
                /**
                 * @description Only documents with this value in their metadata, such as `metadata[customer]=C-17`: a text that equals it, or a number or Boolean that JSON writes like this
                 * @example {
                 *       "customer": "C-17"
                 *     }
                 */
                metadata?: components["schemas"]["MetadataFilter"];
                /**
                 * @description Only documents directly in this folder
                 * @example /customers/17/
                 */
                folder?: string;
                /**
                 * @description Only documents in this folder or in any folder below it
                 * @example /customers/17/
                 */
                folder_prefix?: string;
                /**
                 * @description The names of the fields that you need, separated by commas; the others are left out, except those that every document has (id, filename, mime_type, file_id, user_id, revision, created_at, updated_at)
                 * @example filename,tags
                 */
                fields?: string;
                /** @description The sort order; "-" means descending */
                sort?: components["schemas"]["DocumentSort"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of documents */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    uploadDocument: {
        parameters: {
            query?: {
                /**
                 * @description The name of the document; required if the body is the raw bytes
                 * @example report 2026.pdf
                 */
                filename?: components["parameters"]["Filename"];
                /**
                 * @description What your product calls the document; unique within the tenant. Stored unchanged
                 * @example invoice-2026-0042
                 */
                external_id?: string;
                /**
                 * @description The metadata as a JSON object. Longer metadata fits only into a form
                 * @example {"customer":"C-17"}
                 */
                metadata?: components["parameters"]["Metadata"];
                /**
                 * @description Stored as a sorted set, each trimmed and in Unicode NFC
                 * @example [
                 *       "invoice",
                 *       "urgent"
                 *     ]
                 */
                tags?: components["parameters"]["Tags"];
                /**
                 * @description An absolute path; `/` by default. Stored in Unicode NFC and with a slash at the end. It has at most 1,024 bytes; each name in it has at most 255 bytes and is neither `.` nor `..`
                 * @example /customers/17/
                 */
                folder?: components["parameters"]["Folder"];
            };
            header?: {
                /**
                 * @description Makes the request safe to repeat. For 24 hours, the same key with the same request gives the same answer and has no further effect. Use 1 to 255 visible ASCII characters, such as a UUID. Keys of different accounts are independent.
                 * @example 6f1c2f0e-58a6-4a3c-9a7e-0b6f6f1f5d1e
                 */
                "idempotency-key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description For services: the user of your product for whom you act, in 1 to 255 printable characters. It grants nothing
                 * @example user-42
                 */
                "x-on-behalf-of"?: components["parameters"]["XOnBehalfOf"];
                /**
                 * @description The MD5 of the body in base64 (RFC 1864). The server verifies it
                 * @example sZRqySSS0jR8YjW00mERhA==
                 */
                "content-md5"?: components["parameters"]["ContentMd5"];
                /**
                 * @description The SHA-256 of the body (RFC 9530). The server verifies it, and Repr-Digest, and the same headers of a part
                 * @example sha-256=:WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai5rf2vgM=:
                 */
                "content-digest"?: components["parameters"]["ContentDigest"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["UploadForm"];
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description The new document */
            201: {
                headers: {
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedDocumentResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    updateDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateDocumentRequest"];
            };
        };
        responses: {
            /** @description The changed document */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    deleteDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document is deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    patchDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchDocumentRequest"];
                "application/merge-patch+json": components["schemas"]["PatchDocumentRequest"];
            };
        };
        responses: {
            /** @description The changed document */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    downloadDocument: {
        parameters: {
            query?: {
                /**
                 * @deprecated
                 * @description Leave it out, or use `createDownloadUrl`. With false, you get the URL as JSON. Works until 2027-06-01 at least
                 * @example true
                 */
                redirect?: boolean;
                /** @description Whether a browser saves the content (`attachment`) or shows it (`inline`) */
                disposition?: components["parameters"]["Disposition"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The content, if your client follows the redirect; the URL as JSON with `redirect=false` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                    "application/json": components["schemas"]["DownloadUrlResponse"];
                };
            };
            /** @description A redirect to the pre-signed URL */
            302: {
                headers: {
                    /**
                     * @description The pre-signed URL
                     * @example https://documents.example.com/objects/tenants/…?signature=…
                     */
                    location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    createDownloadUrl: {
        parameters: {
            query?: {
                /** @description Whether a browser saves the content (`attachment`) or shows it (`inline`) */
                disposition?: components["parameters"]["Disposition"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pre-signed URL */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadUrlResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getDocumentContent: {
        parameters: {
            query?: {
                /** @description Whether a browser saves the content (`attachment`) or shows it (`inline`) */
                disposition?: components["parameters"]["Disposition"];
            };
            header?: {
                /**
                 * @description One range of bytes. An invalid range is ignored, and you get the whole content
                 * @example bytes=0-1023
                 */
                range?: components["parameters"]["Range"];
                /**
                 * @description Apply the range only if this is still the ETag
                 * @example "5891b5b5"
                 */
                "if-range"?: components["parameters"]["IfRange"];
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
                /**
                 * @description Answer 412 if the content changed after this date. Ignored when If-Match is sent
                 * @example Sat, 31 Jan 2026 09:30:00 GMT
                 */
                "if-unmodified-since"?: components["parameters"]["IfUnmodifiedSince"];
                /**
                 * @description The ETags you have. Answer 304 if one of them is still current
                 * @example "5891b5b5"
                 */
                "if-none-match"?: components["parameters"]["IfNoneMatch"];
                /**
                 * @description Answer 304 if the content has not changed since this date
                 * @example Sat, 31 Jan 2026 09:30:00 GMT
                 */
                "if-modified-since"?: components["parameters"]["IfModifiedSince"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole content */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    "last-modified": components["headers"]["LastModified"];
                    "cache-control": components["headers"]["CacheControl"];
                    "accept-ranges": components["headers"]["AcceptRanges"];
                    "content-disposition": components["headers"]["ContentDisposition"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                    "*/*": Blob;
                };
            };
            /** @description The requested range of bytes */
            206: {
                headers: {
                    etag: components["headers"]["Etag"];
                    "last-modified": components["headers"]["LastModified"];
                    "cache-control": components["headers"]["CacheControl"];
                    "accept-ranges": components["headers"]["AcceptRanges"];
                    "content-disposition": components["headers"]["ContentDisposition"];
                    /**
                     * @description The position of the range, and the total size
                     * @example bytes 0-1023/73400320
                     */
                    "content-range"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                    "*/*": Blob;
                };
            };
            /** @description The content you have is current */
            304: {
                headers: {
                    etag: components["headers"]["Etag"];
                    "last-modified": components["headers"]["LastModified"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    headDocumentContent: {
        parameters: {
            query?: {
                /** @description Whether a browser saves the content (`attachment`) or shows it (`inline`) */
                disposition?: components["parameters"]["Disposition"];
            };
            header?: {
                /**
                 * @description One range of bytes. An invalid range is ignored, and you get the whole content
                 * @example bytes=0-1023
                 */
                range?: components["parameters"]["Range"];
                /**
                 * @description Apply the range only if this is still the ETag
                 * @example "5891b5b5"
                 */
                "if-range"?: components["parameters"]["IfRange"];
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
                /**
                 * @description Answer 412 if the content changed after this date. Ignored when If-Match is sent
                 * @example Sat, 31 Jan 2026 09:30:00 GMT
                 */
                "if-unmodified-since"?: components["parameters"]["IfUnmodifiedSince"];
                /**
                 * @description The ETags you have. Answer 304 if one of them is still current
                 * @example "5891b5b5"
                 */
                "if-none-match"?: components["parameters"]["IfNoneMatch"];
                /**
                 * @description Answer 304 if the content has not changed since this date
                 * @example Sat, 31 Jan 2026 09:30:00 GMT
                 */
                "if-modified-since"?: components["parameters"]["IfModifiedSince"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the document
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                document_id: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole content */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    "last-modified": components["headers"]["LastModified"];
                    "cache-control": components["headers"]["CacheControl"];
                    "accept-ranges": components["headers"]["AcceptRanges"];
                    "content-disposition": components["headers"]["ContentDisposition"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                    "*/*": Blob;
                };
            };
            /** @description The content you have is current */
            304: {
                headers: {
                    etag: components["headers"]["Etag"];
                    "last-modified": components["headers"]["LastModified"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getDocumentByExternalId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description What your product calls the document; unique within the tenant. Stored unchanged
                 * @example invoice-2026-0042
                 */
                external_id: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    putDocumentByExternalId: {
        parameters: {
            query?: {
                /**
                 * @description The name of the document; required if the body is the raw bytes
                 * @example report 2026.pdf
                 */
                filename?: components["parameters"]["Filename"];
                /**
                 * @description The metadata as a JSON object. Longer metadata fits only into a form
                 * @example {"customer":"C-17"}
                 */
                metadata?: components["parameters"]["Metadata"];
                /**
                 * @description Stored as a sorted set, each trimmed and in Unicode NFC
                 * @example [
                 *       "invoice",
                 *       "urgent"
                 *     ]
                 */
                tags?: components["parameters"]["Tags"];
                /**
                 * @description An absolute path; `/` by default. Stored in Unicode NFC and with a slash at the end. It has at most 1,024 bytes; each name in it has at most 255 bytes and is neither `.` nor `..`
                 * @example /customers/17/
                 */
                folder?: components["parameters"]["Folder"];
            };
            header?: {
                /**
                 * @description For services: the user of your product for whom you act, in 1 to 255 printable characters. It grants nothing
                 * @example user-42
                 */
                "x-on-behalf-of"?: components["parameters"]["XOnBehalfOf"];
                /**
                 * @description The MD5 of the body in base64 (RFC 1864). The server verifies it
                 * @example sZRqySSS0jR8YjW00mERhA==
                 */
                "content-md5"?: components["parameters"]["ContentMd5"];
                /**
                 * @description The SHA-256 of the body (RFC 9530). The server verifies it, and Repr-Digest, and the same headers of a part
                 * @example sha-256=:WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai5rf2vgM=:
                 */
                "content-digest"?: components["parameters"]["ContentDigest"];
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
                /**
                 * @description With `*`: answer 412 if a document has the external id. Anything else is ignored
                 * @example *
                 */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description What your product calls the document; unique within the tenant. Stored unchanged
                 * @example invoice-2026-0042
                 */
                external_id: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["UploadForm"];
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description The changed document */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedDocumentResponse"];
                };
            };
            /** @description The new document */
            201: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedDocumentResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    patchDocumentByExternalId: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description What your product calls the document; unique within the tenant. Stored unchanged
                 * @example invoice-2026-0042
                 */
                external_id: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchDocumentRequest"];
                "application/merge-patch+json": components["schemas"]["PatchDocumentRequest"];
            };
        };
        responses: {
            /** @description The changed document */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    changeDocumentsInBulk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkRequest"];
            };
        };
        responses: {
            /** @description The outcome of each document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResultsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listFolders: {
        parameters: {
            query?: {
                /**
                 * @description The folder whose folders are listed
                 * @example /customers/17/
                 */
                parent?: string;
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
                /**
                 * @description The `next_cursor` of the previous page. Keep the filters and the sort order the same
                 * @example WyJhIiwiYiJd
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of folders, in the order of their bytes */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedFolderPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    moveFolder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveFolderRequest"];
            };
        };
        responses: {
            /** @description The documents, or 1,000 of them, were moved */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FolderMovedResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listFiles: {
        parameters: {
            query?: {
                /**
                 * @description The page number, starting at 1
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The number of items per page
                 * @example 20
                 */
                per_page?: components["parameters"]["PerPage"];
                /**
                 * @description The `next_cursor` of the previous page. Keep the filters and the sort order the same
                 * @example WyJhIiwiYiJd
                 */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only files that no document refers to */
                orphaned?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files, newest first */
            200: {
                headers: {
                    link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredFilePageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the file
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                file_id: components["parameters"]["FileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    etag: components["headers"]["Etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredFileResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    deleteFile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 412 unless the ETag is one of these. `*` stands for any
                 * @example "3"
                 */
                "if-match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the file
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                file_id: components["parameters"]["FileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listUploads: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your uploads, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    createUpload: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version of tus; required
                 * @example 1.0.0
                 */
                "tus-resumable"?: components["parameters"]["TusResumable"];
                /**
                 * @description Bytes of the whole content
                 * @example 6
                 */
                "upload-length"?: components["parameters"]["UploadLength"];
                /**
                 * @description 1: a later PATCH declares the length
                 * @example 1
                 */
                "upload-defer-length"?: string;
                /**
                 * @description Pairs of a key and a value in Base64, separated by commas
                 * @example filename cmVwb3J0IDIwMjYucGRm,filetype YXBwbGljYXRpb24vcGRm
                 */
                "upload-metadata"?: string;
                /**
                 * @description An algorithm, and the digest of this body in Base64
                 * @example md5 sZRqySSS0jR8YjW00mERhA==
                 */
                "upload-checksum"?: components["parameters"]["UploadChecksum"];
                /**
                 * @description Makes the request safe to repeat. For 24 hours, the same key with the same request gives the same answer and has no further effect. Use 1 to 255 visible ASCII characters, such as a UUID. Keys of different accounts are independent.
                 * @example 6f1c2f0e-58a6-4a3c-9a7e-0b6f6f1f5d1e
                 */
                "idempotency-key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": Blob;
            };
        };
        responses: {
            /** @description The upload was created */
            201: {
                headers: {
                    "upload-offset": components["headers"]["UploadOffset"];
                    "upload-expires": components["headers"]["UploadExpires"];
                    /**
                     * @description The path of the upload
                     * @example /api/tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/uploads/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a
                     */
                    location?: string;
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            460: components["responses"]["ChunkMismatch"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the upload
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                upload_id: components["parameters"]["UploadId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResumableUploadResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    writeUploadByPost: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version of tus; required
                 * @example 1.0.0
                 */
                "tus-resumable"?: components["parameters"]["TusResumable"];
                /**
                 * @description Where these bytes start; required
                 * @example 3
                 */
                "upload-offset"?: components["parameters"]["UploadOffset"];
                /**
                 * @description Bytes of the whole content
                 * @example 6
                 */
                "upload-length"?: components["parameters"]["UploadLength"];
                /**
                 * @description An algorithm, and the digest of this body in Base64
                 * @example md5 sZRqySSS0jR8YjW00mERhA==
                 */
                "upload-checksum"?: components["parameters"]["UploadChecksum"];
                /**
                 * @description PATCH; required
                 * @example PATCH
                 */
                "x-http-method-override"?: string;
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the upload
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                upload_id: components["parameters"]["UploadId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": Blob;
            };
        };
        responses: {
            /** @description The bytes are saved */
            204: {
                headers: {
                    "upload-offset": components["headers"]["UploadOffset"];
                    "upload-expires": components["headers"]["UploadExpires"];
                    "content-location": components["headers"]["ContentLocation"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            460: components["responses"]["ChunkMismatch"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    deleteUpload: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version of tus; required
                 * @example 1.0.0
                 */
                "tus-resumable"?: components["parameters"]["TusResumable"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the upload
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                upload_id: components["parameters"]["UploadId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload is deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    getUploadPosition: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version of tus; required
                 * @example 1.0.0
                 */
                "tus-resumable"?: components["parameters"]["TusResumable"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the upload
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                upload_id: components["parameters"]["UploadId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the upload, in the headers */
            200: {
                headers: {
                    "upload-offset": components["headers"]["UploadOffset"];
                    "upload-expires": components["headers"]["UploadExpires"];
                    /**
                     * @description Bytes of the whole content
                     * @example 6
                     */
                    "upload-length"?: string;
                    /**
                     * @description Pairs of a key and a value in Base64, separated by commas
                     * @example filename cmVwb3J0IDIwMjYucGRm,filetype YXBwbGljYXRpb24vcGRm
                     */
                    "upload-metadata"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["Unprocessable"];
            423: components["responses"]["Locked"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    writeUpload: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version of tus; required
                 * @example 1.0.0
                 */
                "tus-resumable"?: components["parameters"]["TusResumable"];
                /**
                 * @description Where these bytes start; required
                 * @example 3
                 */
                "upload-offset"?: components["parameters"]["UploadOffset"];
                /**
                 * @description Bytes of the whole content
                 * @example 6
                 */
                "upload-length"?: components["parameters"]["UploadLength"];
                /**
                 * @description An algorithm, and the digest of this body in Base64
                 * @example md5 sZRqySSS0jR8YjW00mERhA==
                 */
                "upload-checksum"?: components["parameters"]["UploadChecksum"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the upload
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                upload_id: components["parameters"]["UploadId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": Blob;
            };
        };
        responses: {
            /** @description The bytes are saved */
            204: {
                headers: {
                    "upload-offset": components["headers"]["UploadOffset"];
                    "upload-expires": components["headers"]["UploadExpires"];
                    "content-location": components["headers"]["ContentLocation"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            460: components["responses"]["ChunkMismatch"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    createDirectUpload: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat. For 24 hours, the same key with the same request gives the same answer and has no further effect. Use 1 to 255 visible ASCII characters, such as a UUID. Keys of different accounts are independent.
                 * @example 6f1c2f0e-58a6-4a3c-9a7e-0b6f6f1f5d1e
                 */
                "idempotency-key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description For services: the user of your product for whom you act, in 1 to 255 printable characters. It grants nothing
                 * @example user-42
                 */
                "x-on-behalf-of"?: components["parameters"]["XOnBehalfOf"];
            };
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DirectUploadRequest"];
            };
        };
        responses: {
            /** @description The new upload */
            201: {
                headers: {
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectUploadResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listUploadParts: {
        parameters: {
            query?: {
                /**
                 * @description The number of the first part to return
                 * @example 1
                 */
                from?: number;
                /**
                 * @description The maximum number of parts to return
                 * @example 100
                 */
                count?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the upload
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                upload_id: components["parameters"]["UploadId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The parts, by their numbers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPartsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    completeUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                tenant_id: components["parameters"]["TenantId"];
                /**
                 * @description The id of the upload
                 * @example 5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11
                 */
                upload_id: components["parameters"]["UploadId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All parts are there, and the document is being made */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResumableUploadResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
    listInstallationEvents: {
        parameters: {
            query?: {
                /**
                 * @description A cursor: only events after it. `latest`: only events after this request. Without it, you get events from the oldest that is kept
                 * @example latest
                 */
                after?: components["parameters"]["After"];
                /**
                 * @description Only events of these types, separated by commas
                 * @example document.uploaded,document.deleted
                 */
                types?: components["parameters"]["Types"];
                /**
                 * @description The maximum number of events to return
                 * @example 100
                 */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The next events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
                "application/json": components["schemas"]["ProduceDemoMessageRequest"];
            };
        };
        responses: {
            /** @description Kafka has the message */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedMessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
            /** @description The state of the consumer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DemoConsumptionResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Refused"];
        };
    };
}
