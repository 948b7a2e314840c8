-- safe
ALTER TABLE "events" ADD COLUMN "contact_id" uuid;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "enrollment_id" uuid;--> statement-breakpoint
CREATE INDEX "events_in_order" ON "events" USING btree ("account_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "events_by_contact" ON "events" USING btree ("account_id","contact_id","occurred_at");--> statement-breakpoint
CREATE INDEX "events_by_enrollment" ON "events" USING btree ("account_id","enrollment_id","occurred_at");