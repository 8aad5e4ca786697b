CREATE TABLE "idempotency_keys" (
	"user_id" uuid NOT NULL,
	"operation" varchar(50) NOT NULL,
	"key" varchar(255) NOT NULL,
	"owner" uuid NOT NULL,
	"claimed_until" timestamp(3) with time zone NOT NULL,
	"fingerprint" char(64),
	"result" jsonb,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_operation_key_pk" PRIMARY KEY("user_id","operation","key")
);
--> statement-breakpoint
CREATE TABLE "usage" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"documents" bigint DEFAULT 0 NOT NULL,
	"files" bigint DEFAULT 0 NOT NULL,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"max_documents" bigint,
	"max_bytes" bigint,
	CONSTRAINT "usage_one_row" CHECK ("usage"."id")
);
--> statement-breakpoint
CREATE TABLE "usage_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "usage_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"documents" bigint NOT NULL,
	"files" bigint NOT NULL,
	"bytes" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "verification" varchar(10);--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "detected_type" varchar(100);--> statement-breakpoint
CREATE INDEX "idempotency_keys_expiry" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "documents_mime_type" ON "documents" USING btree ("mime_type","created_at","id");--> statement-breakpoint
CREATE INDEX "documents_filename_trigram" ON "documents" USING gin ("filename" public.gin_trgm_ops);--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_verification" CHECK ("files"."verification" in ('intact', 'damaged', 'missing'));