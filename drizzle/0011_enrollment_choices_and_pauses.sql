-- safe
ALTER TABLE "enrollments" ADD COLUMN "overrides" jsonb;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "start_step_id" text;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "steps_before_start" jsonb;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "first_step_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "paused_until" timestamp(3) with time zone;