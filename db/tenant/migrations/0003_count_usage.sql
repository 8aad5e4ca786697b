-- The functions find their tables where the migration made them, whatever search_path a session has.

-- Adds the changes to the row and forgets them. Whoever holds the row's lock is the only one to fold.
CREATE FUNCTION fold_usage() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM FROM usage FOR UPDATE;
  -- A statement of its own: it sees what was committed while the lock was awaited.
  WITH folded AS (
    DELETE FROM usage_changes RETURNING documents, files, bytes
  ), sums AS (
    SELECT sum(documents) AS documents, sum(files) AS files, sum(bytes) AS bytes FROM folded HAVING count(*) > 0
  )
  UPDATE usage SET documents = usage.documents + sums.documents, files = usage.files + sums.files,
    bytes = usage.bytes + sums.bytes
  FROM sums;
END $$;
--> statement-breakpoint
-- Counts anew. Rows and the changes that tell of them commit together, so one statement sees both or neither.
CREATE FUNCTION recount_usage() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM FROM usage FOR UPDATE;
  WITH forgotten AS (
    DELETE FROM usage_changes
  ), stored AS (
    SELECT count(*) AS files, coalesce(sum(file_size), 0) AS bytes FROM files
  )
  UPDATE usage SET documents = (SELECT count(*) FROM documents), files = stored.files, bytes = stored.bytes
  FROM stored;
END $$;
--> statement-breakpoint
-- Runs at the end of every statement that adds or removes documents or files. Without a limit it appends a row;
-- with one it counts under the lock of the row in "usage", which is the last lock that a statement takes.
-- strongroom.max_documents and .max_bytes are the limits that the settings give, for tenants without their own.
CREATE FUNCTION count_usage() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  sign integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
  of_files boolean := TG_TABLE_NAME = 'files';
  changed_documents bigint := 0;
  changed_files bigint := 0;
  changed_bytes bigint := 0;
  most bigint;
  present bigint;
BEGIN
  IF of_files THEN
    SELECT count(*), coalesce(sum(file_size), 0) INTO changed_files, changed_bytes FROM changed;
  ELSE
    SELECT count(*) INTO changed_documents FROM changed;
  END IF;
  IF changed_documents + changed_files = 0 THEN RETURN NULL; END IF;
  INSERT INTO usage_changes (documents, files, bytes)
    VALUES (sign * changed_documents, sign * changed_files, sign * changed_bytes);
  IF sign < 0 THEN RETURN NULL; END IF;

  SELECT nullif(CASE WHEN of_files
    THEN coalesce(max_bytes, nullif(current_setting('strongroom.max_bytes', true), '')::bigint)
    ELSE coalesce(max_documents, nullif(current_setting('strongroom.max_documents', true), '')::bigint) END, -1)
  INTO most FROM usage;
  IF most IS NULL THEN RETURN NULL; END IF;
  PERFORM fold_usage();
  SELECT CASE WHEN of_files THEN bytes ELSE documents END INTO present FROM usage;
  IF present > most THEN
    RAISE EXCEPTION USING ERRCODE = 'SRQTA', MESSAGE = CASE WHEN of_files THEN 'bytes' ELSE 'documents' END;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER documents_added AFTER INSERT ON "documents" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_usage();
--> statement-breakpoint
CREATE TRIGGER documents_removed AFTER DELETE ON "documents" REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_usage();
--> statement-breakpoint
CREATE TRIGGER files_added AFTER INSERT ON "files" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_usage();
--> statement-breakpoint
CREATE TRIGGER files_removed AFTER DELETE ON "files" REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_usage();
--> statement-breakpoint
-- After the triggers, whose creation has locked out whoever would write meanwhile.
INSERT INTO "usage" ("documents", "files", "bytes")
  SELECT (SELECT count(*) FROM "documents"), count(*), coalesce(sum("file_size"), 0) FROM "files";
