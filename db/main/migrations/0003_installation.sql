CREATE TABLE "installation" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"tenancy_strategy" varchar(20) NOT NULL,
	CONSTRAINT "installation_one_row" CHECK ("installation"."id"),
	CONSTRAINT "installation_tenancy_strategy" CHECK ("installation"."tenancy_strategy" in ('database', 'schema'))
);
--> statement-breakpoint
-- Tenants that are here already have databases of their own.
INSERT INTO "installation" ("tenancy_strategy") SELECT 'database' WHERE EXISTS (SELECT FROM "tenants");
