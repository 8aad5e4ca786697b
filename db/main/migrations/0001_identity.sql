CREATE TABLE "audit_log" (
	"event_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"user_id" uuid,
	"action" varchar(100) NOT NULL,
	"target" jsonb NOT NULL,
	"details" jsonb NOT NULL,
	"ip" varchar(45),
	"timestamp" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "password_failures" (
	"subject" varchar(64) PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"since" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "deleted_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "user_agent" varchar(255);--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "ip_address" varchar(45);--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "last_used_at" timestamp(3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_log_tenant" ON "audit_log" USING btree ("tenant_id","timestamp","event_id");--> statement-breakpoint
CREATE INDEX "audit_log_user" ON "audit_log" USING btree ("user_id","timestamp","event_id") WHERE "audit_log"."tenant_id" is null;--> statement-breakpoint
CREATE INDEX "password_failures_since" ON "password_failures" USING btree ("since");--> statement-breakpoint
-- Every process keeps what the rows below say in memory, and is told here when one of them says something else,
-- whoever changed it. Names only: a payload over 8,000 bytes would make the change itself fail.
CREATE FUNCTION "notify_access_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('strongroom_access', tg_argv[0]
		|| coalesce(':' || (to_jsonb(old) ->> tg_argv[1]), '')
		|| coalesce(':' || (to_jsonb(old) ->> tg_argv[2]), ''));
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "users_access_changed" AFTER UPDATE ON "users" FOR EACH ROW
	WHEN (old.is_active IS DISTINCT FROM new.is_active OR old.id <> new.id)
	EXECUTE FUNCTION "notify_access_change"('user', 'id');
--> statement-breakpoint
CREATE TRIGGER "users_access_removed" AFTER DELETE ON "users" FOR EACH ROW
	EXECUTE FUNCTION "notify_access_change"('user', 'id');
--> statement-breakpoint
-- Not for refreshes, of which there are many: NOTIFY makes commits queue up.
CREATE TRIGGER "token_families_access_changed" AFTER UPDATE ON "token_families" FOR EACH ROW
	WHEN (old.revoked_at IS DISTINCT FROM new.revoked_at OR old.user_id <> new.user_id OR old.id <> new.id)
	EXECUTE FUNCTION "notify_access_change"('session', 'id');
--> statement-breakpoint
CREATE TRIGGER "token_families_access_removed" AFTER DELETE ON "token_families" FOR EACH ROW
	EXECUTE FUNCTION "notify_access_change"('session', 'id');
--> statement-breakpoint
CREATE TRIGGER "members_access_changed" AFTER UPDATE ON "user_tenant_associations" FOR EACH ROW
	WHEN (old.* IS DISTINCT FROM new.*)
	EXECUTE FUNCTION "notify_access_change"('member', 'user_id', 'tenant_id');
--> statement-breakpoint
CREATE TRIGGER "members_access_removed" AFTER DELETE ON "user_tenant_associations" FOR EACH ROW
	EXECUTE FUNCTION "notify_access_change"('member', 'user_id', 'tenant_id');
--> statement-breakpoint
CREATE TRIGGER "tenants_access_changed" AFTER UPDATE ON "tenants" FOR EACH ROW
	WHEN (old.* IS DISTINCT FROM new.*)
	EXECUTE FUNCTION "notify_access_change"('tenant', 'id');
--> statement-breakpoint
CREATE TRIGGER "tenants_access_removed" AFTER DELETE ON "tenants" FOR EACH ROW
	EXECUTE FUNCTION "notify_access_change"('tenant', 'id');
--> statement-breakpoint
CREATE TRIGGER "users_truncated" AFTER TRUNCATE ON "users"
	EXECUTE FUNCTION "notify_access_change"('everything');
--> statement-breakpoint
CREATE TRIGGER "token_families_truncated" AFTER TRUNCATE ON "token_families"
	EXECUTE FUNCTION "notify_access_change"('everything');
--> statement-breakpoint
CREATE TRIGGER "members_truncated" AFTER TRUNCATE ON "user_tenant_associations"
	EXECUTE FUNCTION "notify_access_change"('everything');
--> statement-breakpoint
CREATE TRIGGER "tenants_truncated" AFTER TRUNCATE ON "tenants"
	EXECUTE FUNCTION "notify_access_change"('everything');
