-- safe
ALTER TABLE "accounts" ADD COLUMN "recipient_domain_per_day" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "company_per_day" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "max_sequences" integer DEFAULT 5000 NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "ramp_start_per_day" integer;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "ramp_increase_per_day" integer;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "ramp_started_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "send_slots" ADD COLUMN "recipient_domain" text;--> statement-breakpoint
ALTER TABLE "send_slots" ADD COLUMN "company_id" uuid;--> statement-breakpoint
ALTER TABLE "send_slots" ADD CONSTRAINT "send_slots_account_id_company_id_companies_account_id_id_fk" FOREIGN KEY ("account_id","company_id") REFERENCES "public"."companies"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "send_slots_by_recipient_domain" ON "send_slots" USING btree ("account_id","recipient_domain","at") WHERE recipient_domain is not null and state <> 'freed';--> statement-breakpoint
CREATE INDEX "send_slots_by_company" ON "send_slots" USING btree ("account_id","company_id","at") WHERE company_id is not null and state <> 'freed';