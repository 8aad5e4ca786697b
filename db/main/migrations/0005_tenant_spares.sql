CREATE TABLE "tenant_spares" (
	"database_name" varchar(63) PRIMARY KEY NOT NULL,
	"template" varchar(63) NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
