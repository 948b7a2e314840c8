-- safe
ALTER TABLE "task_emails" ADD COLUMN "rule" text;--> statement-breakpoint
ALTER TABLE "task_reminders" ADD COLUMN "message_id" text;