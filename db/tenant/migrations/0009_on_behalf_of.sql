ALTER TABLE "documents" ADD COLUMN "on_behalf_of" varchar(255);
--> statement-breakpoint
-- With the new column, which answers show.
CREATE OR REPLACE TRIGGER documents_revised BEFORE UPDATE ON "documents" FOR EACH ROW
  WHEN ((OLD.filename, OLD.mime_type, OLD.charset, OLD.file_id, OLD.user_id, OLD.on_behalf_of, OLD.created_at,
      OLD.updated_at)
    IS DISTINCT FROM (NEW.filename, NEW.mime_type, NEW.charset, NEW.file_id, NEW.user_id, NEW.on_behalf_of,
      NEW.created_at, NEW.updated_at))
  EXECUTE FUNCTION raise_revision();
