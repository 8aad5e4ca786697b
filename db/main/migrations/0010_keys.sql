CREATE TABLE "api_keys" (
	"id" char(22) PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"name" varchar(100) NOT NULL,
	"hash" "bytea" NOT NULL,
	"scopes" jsonb NOT NULL,
	"networks" jsonb,
	"expires_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	"last_used_at" timestamp(3) with time zone,
	"last_ip" varchar(45),
	"revoked_at" timestamp(3) with time zone,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash"),
	CONSTRAINT "api_keys_scopes" CHECK (jsonb_typeof("api_keys"."scopes") = 'array'),
	CONSTRAINT "api_keys_networks" CHECK (jsonb_typeof("api_keys"."networks") = 'array')
);
--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "email" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "password_hash" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "on_behalf_of" varchar(255);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "kind" varchar(10) DEFAULT 'person' NOT NULL;
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "owner_tenant_id" uuid;
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "operator" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action NOT VALID;
--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_owner_tenant_id_tenants_id_fk" FOREIGN KEY ("owner_tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action NOT VALID;
--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_kind" CHECK (case "users"."kind"
        when 'person' then "users"."email" is not null and "users"."owner_tenant_id" is null
        when 'service' then "users"."email" is null and "users"."password_hash" is null and not "users"."operator"
        else false end) NOT VALID;
--> statement-breakpoint
-- What a process knows of keys says whose service they belong to, so it begins again.
CREATE TRIGGER "users_ownership_changed" AFTER UPDATE ON "users" FOR EACH ROW
	WHEN (old.kind IS DISTINCT FROM new.kind OR old.owner_tenant_id IS DISTINCT FROM new.owner_tenant_id)
	EXECUTE FUNCTION "notify_access_change"('everything');
--> statement-breakpoint
-- A key takes the place of a session. Not for `last_used_at`, which is written often: NOTIFY makes commits queue up.
CREATE TRIGGER "api_keys_access_changed" AFTER UPDATE ON "api_keys" FOR EACH ROW
	WHEN ((old.id, old.user_id, old.hash, old.scopes, old.networks, old.expires_at, old.revoked_at)
		IS DISTINCT FROM (new.id, new.user_id, new.hash, new.scopes, new.networks, new.expires_at, new.revoked_at))
	EXECUTE FUNCTION "notify_access_change"('session', 'id');
--> statement-breakpoint
CREATE TRIGGER "api_keys_access_removed" AFTER DELETE ON "api_keys" FOR EACH ROW
	EXECUTE FUNCTION "notify_access_change"('session', 'id');
--> statement-breakpoint
CREATE TRIGGER "api_keys_truncated" AFTER TRUNCATE ON "api_keys"
	EXECUTE FUNCTION "notify_access_change"('everything');
