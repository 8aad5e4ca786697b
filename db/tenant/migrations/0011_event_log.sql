CREATE TABLE "event_cursors" (
	"consumer" varchar(50) PRIMARY KEY NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"leased_by" uuid,
	"leased_until" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "event_state" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"epoch" uuid DEFAULT gen_random_uuid() NOT NULL,
	"last" bigint DEFAULT 0 NOT NULL,
	"published" bigint DEFAULT 0 NOT NULL,
	"pruned" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "event_state_one_row" CHECK ("event_state"."id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"position" bigint PRIMARY KEY NOT NULL,
	"event_id" uuid NOT NULL,
	"event_type" varchar(100) NOT NULL,
	"tenant_id" uuid,
	"user_id" uuid,
	"timestamp" timestamp(3) with time zone NOT NULL,
	"data" jsonb NOT NULL,
	"logged_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events_refused" (
	"position" bigint NOT NULL,
	"consumer" varchar(50) NOT NULL,
	"error" text NOT NULL,
	"since" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"retry" boolean DEFAULT false NOT NULL,
	CONSTRAINT "events_refused_position_consumer_pk" PRIMARY KEY("position","consumer")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"endpoint_id" uuid NOT NULL,
	"position" bigint NOT NULL,
	"event_id" uuid NOT NULL,
	"state" varchar(10) NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp(3) with time zone,
	"status" integer,
	"error" varchar(500),
	"duration_ms" integer,
	"response" varchar(1024),
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_deliveries_endpoint_id_position_pk" PRIMARY KEY("endpoint_id","position"),
	CONSTRAINT "webhook_deliveries_state" CHECK ("webhook_deliveries"."state" in ('waiting', 'delivered', 'failed'))
);
--> statement-breakpoint
INSERT INTO "event_state" DEFAULT VALUES;
-- The indexes that belong to this are built while the tables are in use: see db/indexes.
