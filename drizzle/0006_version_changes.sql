-- safe
ALTER TABLE "enrollments" ADD COLUMN "version_changed_at" timestamp(3) with time zone;