CREATE TABLE "idempotency_keys" (
	"user_id" uuid NOT NULL,
	"operation" varchar(50) NOT NULL,
	"key" varchar(255) NOT NULL,
	"owner" uuid NOT NULL,
	"claimed_until" timestamp(3) with time zone NOT NULL,
	"fingerprint" char(64),
	"result" jsonb,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"tenant_id" uuid NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_operation_key_pk" PRIMARY KEY("user_id","operation","key")
);
--> statement-breakpoint
CREATE INDEX "idempotency_keys_expiry" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_tenant" ON "idempotency_keys" USING btree ("tenant_id");