-- Constant defaults are kept beside the table, so that no row is written. All of these texts are compared by their
-- bytes: as ranges of an index, and as sorted sets.
ALTER TABLE "documents" ADD COLUMN "external_id" varchar(255) COLLATE "C";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "metadata" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "tags" text[] COLLATE "C" DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "folder" text COLLATE "C" DEFAULT '/' NOT NULL;--> statement-breakpoint
ALTER TABLE "upload_sessions" ADD COLUMN "own_data" jsonb;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_external_id" CHECK ("documents"."external_id" <> '') NOT VALID;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_metadata" CHECK ("documents"."metadata" = '{}'
  or jsonb_typeof("documents"."metadata") = 'object' and octet_length("documents"."metadata"::text) <= 16384
  and jsonb_array_length(jsonb_path_query_array("documents"."metadata", '$.keyvalue()')) <= 64) NOT VALID;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_tags" CHECK (cardinality("documents"."tags") <= 50) NOT VALID;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_folder" CHECK ("documents"."folder" like '/%'
  and "documents"."folder" like '%/' and octet_length("documents"."folder") <= 1024) NOT VALID;--> statement-breakpoint
-- Nothing but the unique index keeps two documents from having one external id, and on a large table it is built after
-- the migration. Until it is, no document gets one.
CREATE FUNCTION require_unique_external_ids() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('documents_external_id') AND indisvalid) THEN
    RAISE EXCEPTION 'documents_external_id is not built' USING ERRCODE = 'SRIDX';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER documents_external_id_unique BEFORE INSERT OR UPDATE OF external_id ON "documents" FOR EACH ROW
  WHEN (NEW.external_id IS NOT NULL)
  EXECUTE FUNCTION require_unique_external_ids();
--> statement-breakpoint
-- With the new columns, which answers show.
CREATE OR REPLACE TRIGGER documents_revised BEFORE UPDATE ON "documents" FOR EACH ROW
  WHEN ((OLD.filename, OLD.mime_type, OLD.charset, OLD.file_id, OLD.user_id, OLD.on_behalf_of, OLD.external_id,
      OLD.metadata, OLD.tags, OLD.folder, OLD.created_at, OLD.updated_at)
    IS DISTINCT FROM (NEW.filename, NEW.mime_type, NEW.charset, NEW.file_id, NEW.user_id, NEW.on_behalf_of,
      NEW.external_id, NEW.metadata, NEW.tags, NEW.folder, NEW.created_at, NEW.updated_at))
  EXECUTE FUNCTION raise_revision();
--> statement-breakpoint
-- As the schema has it. What was inserted meanwhile is merged by the next vacuum.
ALTER INDEX IF EXISTS "documents_filename_trigram" SET (fastupdate = off);
