-- The indexes that belong to this are built while the tables are in use: see db/indexes.
ALTER TABLE "audit_log" ADD COLUMN "counts" jsonb;
