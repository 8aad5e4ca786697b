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
CREATE TABLE "webhook_endpoints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"url" varchar(2048) NOT NULL,
	"event_types" jsonb,
	"description" varchar(255),
	"enabled" boolean DEFAULT true NOT NULL,
	"disabled_reason" varchar(50),
	"secret_sealed" "bytea" NOT NULL,
	"previous_sealed" "bytea",
	"previous_until" timestamp(3) with time zone,
	"cursor" bigint NOT NULL,
	"cursor_epoch" uuid NOT NULL,
	"due_at" timestamp(3) with time zone,
	"wakes" bigint DEFAULT 0 NOT NULL,
	"leased_by" uuid,
	"leased_until" timestamp(3) with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamp(3) with time zone,
	"created_by" uuid,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_endpoints_event_types" CHECK (jsonb_typeof("webhook_endpoints"."event_types") = 'array')
);
--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "events_logged_since" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
INSERT INTO "event_state" DEFAULT VALUES;
-- The indexes that belong to this are built while the tables are in use: see db/indexes.
