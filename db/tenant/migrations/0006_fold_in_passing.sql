-- Every list and every reading of the usage adds up the changes since the last fold. So whoever writes the hundredth
-- folds them, unless somebody holds the row: nobody waits for it, and there are never many more. Otherwise as before.
CREATE OR REPLACE FUNCTION count_usage() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  sign integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
  of_files boolean := TG_TABLE_NAME = 'files';
  changed_documents bigint := 0;
  changed_files bigint := 0;
  changed_bytes bigint := 0;
  change bigint;
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
    VALUES (sign * changed_documents, sign * changed_files, sign * changed_bytes) RETURNING id INTO change;
  IF change % 100 = 0 THEN
    PERFORM FROM usage FOR UPDATE SKIP LOCKED;
    IF FOUND THEN PERFORM fold_usage(); END IF;
  END IF;
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
