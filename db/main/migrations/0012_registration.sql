-- The indexes that belong to this are built while the tables are in use: see db/indexes.
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"email" varchar(255) NOT NULL,
	"role" varchar(50),
	"may_create_tenants" boolean DEFAULT false NOT NULL,
	"invited_by" uuid,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"accepted_at" timestamp(3) with time zone,
	CONSTRAINT "invitations_role" CHECK ("invitations"."role" in ('admin', 'user', 'viewer')),
	CONSTRAINT "invitations_role_in_tenant" CHECK (("invitations"."role" is null) = ("invitations"."tenant_id" is null))
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"recipient" varchar(255) NOT NULL,
	"kind" varchar(20) NOT NULL,
	"subject_id" uuid NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp(3) with time zone,
	"sent_at" timestamp(3) with time zone,
	"error" varchar(500),
	CONSTRAINT "mails_kind" CHECK ("mails"."kind" in ('invitation', 'address', 'password'))
);
--> statement-breakpoint
-- Accounts that exist count as verified, so that setting up mail locks nobody out. The default fills them in without
-- rewriting the table.
ALTER TABLE "users" ADD COLUMN "email_verified_at" timestamp(3) with time zone DEFAULT now();--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "email_verified_at" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "may_create_tenants" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;
