-- The index that takes its place is built while the table is in use, as all indexes are: see db/indexes.
DROP INDEX "documents_mime_type";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "charset" varchar(20);
