DROP INDEX "documents_mime_type";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "charset" varchar(20);--> statement-breakpoint
CREATE INDEX "documents_media_type" ON "documents" USING btree (lower("mime_type"),"created_at","id");