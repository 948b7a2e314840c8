-- safe
ALTER TABLE "accounts" ADD COLUMN "working_days" text[] DEFAULT '{"monday","tuesday","wednesday","thursday","friday"}' NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "placeholders_are_values" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "wanted_clock_ms" integer;