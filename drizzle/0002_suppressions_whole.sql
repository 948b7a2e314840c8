-- safe
ALTER TABLE "suppressions" ADD COLUMN "id" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "created_by" jsonb DEFAULT '{"kind":"system"}'::jsonb NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "suppressions_id" ON "suppressions" USING btree ("account_id","id");--> statement-breakpoint
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_reason" CHECK ("suppressions"."reason" in ('marked_as_spam', 'unsubscribed', 'unsubscribed_personal', 'blocked', 'blocked_domain', 'bounced'));