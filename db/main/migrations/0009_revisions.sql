ALTER TABLE "tenants" ADD COLUMN "revision" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
CREATE FUNCTION "raise_revision"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.revision := OLD.revision + 1;
	RETURN NEW;
END
$$;
--> statement-breakpoint
-- These are the columns that answers show; a new one of them belongs here too.
CREATE TRIGGER "tenants_revised" BEFORE UPDATE ON "tenants" FOR EACH ROW
	WHEN ((OLD.name, OLD.database_name, OLD.is_active, OLD.status, OLD.created_at, OLD.updated_at)
		IS DISTINCT FROM (NEW.name, NEW.database_name, NEW.is_active, NEW.status, NEW.created_at, NEW.updated_at))
	EXECUTE FUNCTION "raise_revision"();
