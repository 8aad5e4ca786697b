ALTER TABLE "files" ADD COLUMN "lease_owner" uuid;--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "lease_until" timestamp(3) with time zone;