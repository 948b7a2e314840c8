-- safe
ALTER TABLE "enrollments" ADD COLUMN "paused_until" timestamp(3) with time zone;