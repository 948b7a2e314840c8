-- safe
ALTER TABLE "enrollments" ADD COLUMN "wanted_clock_ms" integer;