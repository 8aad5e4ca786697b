-- A constant default is kept beside the table, so that no row is written.
ALTER TABLE "files" ADD COLUMN "revision" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "revision" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
CREATE FUNCTION raise_revision() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- These are the columns that answers show, or that decide how content is sent; a new one of them belongs here too.
CREATE TRIGGER files_revised BEFORE UPDATE ON "files" FOR EACH ROW
  WHEN ((OLD.md5_hash, OLD.sha256, OLD.file_size, OLD.s3_path, OLD.verified_at, OLD.verification, OLD.detected_type,
      OLD.created_at, OLD.updated_at)
    IS DISTINCT FROM (NEW.md5_hash, NEW.sha256, NEW.file_size, NEW.s3_path, NEW.verified_at, NEW.verification,
      NEW.detected_type, NEW.created_at, NEW.updated_at))
  EXECUTE FUNCTION raise_revision();
--> statement-breakpoint
CREATE TRIGGER documents_revised BEFORE UPDATE ON "documents" FOR EACH ROW
  WHEN ((OLD.filename, OLD.mime_type, OLD.charset, OLD.file_id, OLD.user_id, OLD.created_at, OLD.updated_at)
    IS DISTINCT FROM (NEW.filename, NEW.mime_type, NEW.charset, NEW.file_id, NEW.user_id, NEW.created_at,
      NEW.updated_at))
  EXECUTE FUNCTION raise_revision();
