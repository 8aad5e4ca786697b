CREATE TABLE "tenant_migrations" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"version" bigint,
	"error" varchar(1000),
	"attempted_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tenant_migrations" ADD CONSTRAINT "tenant_migrations_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;