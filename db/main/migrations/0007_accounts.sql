ALTER TABLE "audit_log" ADD COLUMN "counts" jsonb;--> statement-breakpoint
CREATE INDEX "audit_log_timestamp" ON "audit_log" USING btree ("timestamp");--> statement-breakpoint
CREATE INDEX "users_email_composed" ON "users" USING btree (normalize("email", NFC));--> statement-breakpoint
CREATE INDEX "users_bcrypt_cost" ON "users" USING btree (substr("password_hash", 5, 2)) WHERE "users"."password_hash" like '$2%';