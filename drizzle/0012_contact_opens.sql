-- safe
CREATE TABLE "contact_opens" (
	"account_id" uuid NOT NULL,
	"event_id" text NOT NULL,
	"contact_id" uuid NOT NULL,
	"enrollment_id" uuid,
	"opened_at" timestamp(3) with time zone NOT NULL,
	"automatic" boolean NOT NULL,
	CONSTRAINT "contact_opens_account_id_event_id_pk" PRIMARY KEY("account_id","event_id")
);
--> statement-breakpoint
ALTER TABLE "contact_opens" ADD CONSTRAINT "contact_opens_account_id_contact_id_contacts_account_id_id_fk" FOREIGN KEY ("account_id","contact_id") REFERENCES "public"."contacts"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_opens" ADD CONSTRAINT "contact_opens_account_id_enrollment_id_enrollments_account_id_id_fk" FOREIGN KEY ("account_id","enrollment_id") REFERENCES "public"."enrollments"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contact_opens_by_contact" ON "contact_opens" USING btree ("account_id","contact_id","automatic","opened_at");