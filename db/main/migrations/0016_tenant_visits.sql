CREATE TABLE "tenant_visits" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"changed_at" timestamp(3) with time zone NOT NULL,
	"due_at" timestamp(3) with time zone NOT NULL,
	"claimed_by" uuid,
	"waiting_events" bigint DEFAULT 0 NOT NULL,
	"oldest_event_at" timestamp(3) with time zone,
	"refused_events" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "dirty_tenants" ADD COLUMN "look_at" timestamp(3) with time zone DEFAULT now() NOT NULL;
--> statement-breakpoint
-- What the last release left to its next sweep.
INSERT INTO "tenant_visits" ("tenant_id", "changed_at", "due_at")
SELECT "id", "created_at", now() FROM "tenants";
