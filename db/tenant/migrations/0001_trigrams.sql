-- Trusted since PostgreSQL 13: the owner of a database may create it. It belongs to the database, not to a schema
-- of a tenant, so it is in "public" by name.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
