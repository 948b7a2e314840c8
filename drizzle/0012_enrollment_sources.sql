-- safe
ALTER TABLE "bulk_enrollment_items" ADD COLUMN "source" jsonb;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD COLUMN "source_id" text;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "source_id" text;