-- Keys of objects are ASCII, and storages list them in the order of their bytes; in the same order, rows and objects
-- can be compared side by side. Only the indexes are made anew.
ALTER TABLE "files" ALTER COLUMN "s3_path" TYPE varchar(500) COLLATE "C";
--> statement-breakpoint
ALTER TABLE "pending_objects" ALTER COLUMN "s3_path" TYPE varchar(500) COLLATE "C";
