CREATE TABLE "servers" (
	"name" varchar(32) PRIMARY KEY NOT NULL,
	"strategy" varchar(20) NOT NULL,
	"state" varchar(20) DEFAULT 'open' NOT NULL,
	"max_tenants" integer,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "servers_strategy" CHECK ("servers"."strategy" in ('database', 'schema')),
	CONSTRAINT "servers_state" CHECK ("servers"."state" in ('open', 'draining', 'closed')),
	CONSTRAINT "servers_max_tenants" CHECK ("servers"."max_tenants" >= 0)
);
--> statement-breakpoint
-- The server of the main database; all tenants that exist are there.
INSERT INTO "servers" ("name", "strategy")
	SELECT 'main', coalesce((SELECT "tenancy_strategy" FROM "installation"), 'database');
--> statement-breakpoint
CREATE TABLE "tenant_moves" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"from_server" varchar(32) NOT NULL,
	"from_place" varchar(63) NOT NULL,
	"to_server" varchar(32) NOT NULL,
	"to_place" varchar(63) NOT NULL,
	"state" varchar(20) NOT NULL,
	"owner" uuid,
	"lease_until" timestamp(3) with time zone,
	"drop_after" timestamp(3) with time zone,
	"error" varchar(1000),
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tenant_moves_state" CHECK ("tenant_moves"."state" in ('copying', 'closing', 'switched', 'aborting'))
);
--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "uid" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "tenant_spares" ADD COLUMN "server" varchar(32) DEFAULT 'main' NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "server" varchar(32) DEFAULT 'main' NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "generation" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "tenant_moves" ADD CONSTRAINT "tenant_moves_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_moves" ADD CONSTRAINT "tenant_moves_from_server_servers_name_fk" FOREIGN KEY ("from_server") REFERENCES "public"."servers"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_moves" ADD CONSTRAINT "tenant_moves_to_server_servers_name_fk" FOREIGN KEY ("to_server") REFERENCES "public"."servers"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_spares" ADD CONSTRAINT "tenant_spares_server_servers_name_fk" FOREIGN KEY ("server") REFERENCES "public"."servers"("name") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_server_servers_name_fk" FOREIGN KEY ("server") REFERENCES "public"."servers"("name") ON DELETE no action ON UPDATE no action NOT VALID;
