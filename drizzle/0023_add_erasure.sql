-- breaking
ALTER TABLE "email_sends" ADD COLUMN "raw_sha256" text;--> statement-breakpoint
ALTER TABLE "email_sends" ADD COLUMN "text_erased_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "erased_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "erased_at" timestamp(3) with time zone;--> statement-breakpoint
CREATE INDEX "email_sends_with_text" ON "email_sends" USING btree ("account_id","mailbox_id","reserved_at") WHERE text_erased_at is null or subject <> '';--> statement-breakpoint
UPDATE "task_reminders" SET "smtp_reply" = btrim(concat_ws(' ', substring("smtp_reply" from '^\d{3}'), substring("smtp_reply" from '^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})(?:\s|$)'))) WHERE "smtp_reply" IS NOT NULL;
