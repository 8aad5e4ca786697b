ALTER TABLE "tenant_moves" ADD COLUMN "restore_id" uuid;--> statement-breakpoint
ALTER TABLE "tenant_moves" ADD COLUMN "restores_to" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "tenant_moves" ADD CONSTRAINT "tenant_moves_restore" CHECK (("tenant_moves"."restore_id" is null) = ("tenant_moves"."restores_to" is null)) NOT VALID;