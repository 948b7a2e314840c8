-- safe
ALTER TABLE "sequences" ADD COLUMN "archived_at" timestamp(3) with time zone;