-- safe
CREATE TABLE "installation" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	CONSTRAINT "installation_only" CHECK ("installation"."only")
);
--> statement-breakpoint
INSERT INTO "installation" DEFAULT VALUES;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD COLUMN "late_from" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "late_from" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "task_emails" ADD COLUMN "late_from" timestamp(3) with time zone;--> statement-breakpoint
CREATE INDEX "bulk_enrollments_by_lateness" ON "bulk_enrollments" USING btree (greatest(confirmed_at, late_from)) WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "enrollments_by_lateness" ON "enrollments" USING btree (greatest(coalesce(next_at, paused_until), late_from)) WHERE state in ('scheduled', 'active', 'waiting_task', 'paused') and coalesce(next_at, paused_until) is not null;--> statement-breakpoint
CREATE INDEX "task_emails_by_lateness" ON "task_emails" USING btree (greatest(coalesce(next_at, requested_at), late_from)) WHERE state in ('sending', 'deferred');