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
CREATE TABLE "task_emails" (
	"account_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"content" jsonb,
	"recipient" text NOT NULL,
	"requested_by_id" uuid NOT NULL,
	"requested_at" timestamp(3) with time zone NOT NULL,
	"next_at" timestamp(3) with time zone,
	"server_reply" text,
	"settled_at" timestamp(3) with time zone,
	"untold_since" timestamp(3) with time zone,
	CONSTRAINT "task_emails_account_id_task_id_pk" PRIMARY KEY("account_id","task_id"),
	CONSTRAINT "task_emails_next" CHECK (("task_emails"."next_at" is not null) = ("task_emails"."state" = 'deferred'))
);
--> statement-breakpoint
ALTER TABLE "bulk_enrollment_items" ADD COLUMN "source" jsonb;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD COLUMN "source_id" text;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "source_id" text;--> statement-breakpoint
ALTER TABLE "contact_opens" ADD CONSTRAINT "contact_opens_account_id_contact_id_contacts_account_id_id_fk" FOREIGN KEY ("account_id","contact_id") REFERENCES "public"."contacts"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_opens" ADD CONSTRAINT "contact_opens_account_id_enrollment_id_enrollments_account_id_id_fk" FOREIGN KEY ("account_id","enrollment_id") REFERENCES "public"."enrollments"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_emails" ADD CONSTRAINT "task_emails_account_id_task_id_tasks_account_id_id_fk" FOREIGN KEY ("account_id","task_id") REFERENCES "public"."tasks"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_emails" ADD CONSTRAINT "task_emails_account_id_requested_by_id_users_account_id_id_fk" FOREIGN KEY ("account_id","requested_by_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contact_opens_by_contact" ON "contact_opens" USING btree ("account_id","contact_id","automatic","opened_at");--> statement-breakpoint
CREATE INDEX "task_emails_untold" ON "task_emails" USING btree ("untold_since") WHERE untold_since is not null;