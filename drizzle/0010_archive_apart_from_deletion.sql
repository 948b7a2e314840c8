-- breaking
ALTER TABLE "sequences" ADD COLUMN "deleted_at" timestamp(3) with time zone;--> statement-breakpoint
-- Until now "archived_at" said when a sequence was deleted.
UPDATE "sequences" SET "deleted_at" = "archived_at", "archived_at" = NULL WHERE "archived_at" IS NOT NULL;
