CREATE TABLE "upload_sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"ip" varchar(45) NOT NULL,
	"on_behalf_of" varchar(255),
	"kind" varchar(10) NOT NULL,
	"s3_path" varchar(500) NOT NULL,
	"filename" varchar(255) NOT NULL,
	"mime_type" varchar(100),
	"charset" varchar(20),
	"metadata" text,
	"md5" char(32),
	"sha256" char(64),
	"upload_length" bigint,
	"upload_offset" bigint DEFAULT 0 NOT NULL,
	"part_size" bigint NOT NULL,
	"multipart_id" text,
	"epoch" integer DEFAULT 0 NOT NULL,
	"writer" uuid,
	"unclean" boolean DEFAULT false NOT NULL,
	"state" varchar(10) DEFAULT 'open' NOT NULL,
	"error" varchar(50),
	"document_id" uuid,
	"lease_owner" uuid,
	"lease_until" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp(3) with time zone,
	CONSTRAINT "upload_sessions_s3_path_unique" UNIQUE("s3_path"),
	CONSTRAINT "upload_sessions_kind" CHECK ("upload_sessions"."kind" in ('tus', 'direct')),
	CONSTRAINT "upload_sessions_state" CHECK ("upload_sessions"."state" in ('open', 'finishing', 'done', 'failed')),
	CONSTRAINT "upload_sessions_offset" CHECK ("upload_sessions"."upload_offset" between 0 and "upload_sessions"."upload_length")
);
--> statement-breakpoint
CREATE TABLE "upload_tails" (
	"session_id" uuid NOT NULL,
	"at" bigint NOT NULL,
	"bytes" bytea NOT NULL,
	CONSTRAINT "upload_tails_session_id_at_pk" PRIMARY KEY("session_id","at")
);
--> statement-breakpoint
ALTER TABLE "upload_tails" ADD CONSTRAINT "upload_tails_session_id_upload_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."upload_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- What is uploaded is mostly compressed already.
ALTER TABLE "upload_tails" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;
