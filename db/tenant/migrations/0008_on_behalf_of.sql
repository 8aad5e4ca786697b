ALTER TABLE "documents" ADD COLUMN "on_behalf_of" varchar(255);
