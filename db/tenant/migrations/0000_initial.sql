CREATE TABLE "documents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	"filename" varchar(255) NOT NULL,
	"mime_type" varchar(100) NOT NULL,
	"file_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "documents_filename" CHECK ("documents"."filename" <> '')
);
--> statement-breakpoint
CREATE TABLE "files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	"md5_hash" char(32) NOT NULL,
	"sha256" char(64) NOT NULL,
	"file_size" bigint NOT NULL,
	"s3_path" varchar(500) NOT NULL,
	"verified_at" timestamp(3) with time zone,
	CONSTRAINT "files_s3_path_unique" UNIQUE("s3_path"),
	CONSTRAINT "files_content" UNIQUE("md5_hash","sha256","file_size"),
	CONSTRAINT "files_md5_hash" CHECK ("files"."md5_hash" ~ '^[0-9a-f]{32}$'),
	CONSTRAINT "files_sha256" CHECK ("files"."sha256" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "files_file_size" CHECK ("files"."file_size" > 0)
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"event_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "outbox_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_type" varchar(100) NOT NULL,
	"tenant_id" uuid,
	"user_id" uuid,
	"timestamp" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"data" jsonb NOT NULL,
	"published_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "pending_objects" (
	"s3_path" varchar(500) PRIMARY KEY NOT NULL,
	"state" varchar(10) NOT NULL,
	"deadline" timestamp(3) with time zone NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pending_objects_state" CHECK ("pending_objects"."state" in ('upload', 'delete'))
);
--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "documents_file" ON "documents" USING btree ("file_id");--> statement-breakpoint
CREATE INDEX "documents_user_filename" ON "documents" USING btree ("user_id","filename");--> statement-breakpoint
CREATE INDEX "documents_filename" ON "documents" USING btree ("filename","id");--> statement-breakpoint
CREATE INDEX "documents_created" ON "documents" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "files_created" ON "files" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "outbox" USING btree ("sequence") WHERE "outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "pending_objects_deadline" ON "pending_objects" USING btree ("deadline");