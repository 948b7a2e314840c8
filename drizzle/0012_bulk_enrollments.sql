-- safe
CREATE TABLE "bulk_enrollment_items" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"bulk_id" uuid NOT NULL,
	"index" integer NOT NULL,
	"contact_id" uuid NOT NULL,
	"overrides" jsonb NOT NULL,
	"state" text NOT NULL,
	"refusal" jsonb,
	"enrollment_id" uuid,
	"first_send_at" timestamp(3) with time zone,
	"settled_at" timestamp(3) with time zone,
	CONSTRAINT "bulk_enrollment_items_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "bulk_enrollment_items_enrolled" CHECK (("bulk_enrollment_items"."enrollment_id" is not null) = ("bulk_enrollment_items"."state" = 'enrolled'))
);
--> statement-breakpoint
CREATE TABLE "bulk_enrollments" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"sequence_id" uuid NOT NULL,
	"sequence_version" integer,
	"state" text NOT NULL,
	"sender_id" uuid NOT NULL,
	"mailbox_id" uuid,
	"task_assignee_id" uuid,
	"source" text NOT NULL,
	"on_limit" text NOT NULL,
	"defaults" jsonb NOT NULL,
	"version" integer NOT NULL,
	"created_by_id" uuid NOT NULL,
	"confirmed_by_id" uuid,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"confirmed_at" timestamp(3) with time zone,
	"ended_at" timestamp(3) with time zone,
	"untold_since" timestamp(3) with time zone,
	CONSTRAINT "bulk_enrollments_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "bulk_enrollments_ended" CHECK (("bulk_enrollments"."ended_at" is null) = ("bulk_enrollments"."state" in ('draft', 'running')))
);
--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "bulk_id" uuid;--> statement-breakpoint
ALTER TABLE "bulk_enrollment_items" ADD CONSTRAINT "bulk_enrollment_items_account_id_bulk_id_bulk_enrollments_account_id_id_fk" FOREIGN KEY ("account_id","bulk_id") REFERENCES "public"."bulk_enrollments"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_enrollment_items" ADD CONSTRAINT "bulk_enrollment_items_account_id_contact_id_contacts_account_id_id_fk" FOREIGN KEY ("account_id","contact_id") REFERENCES "public"."contacts"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_enrollment_items" ADD CONSTRAINT "bulk_enrollment_items_account_id_enrollment_id_enrollments_account_id_id_fk" FOREIGN KEY ("account_id","enrollment_id") REFERENCES "public"."enrollments"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD CONSTRAINT "bulk_enrollments_account_id_sequence_id_sequences_account_id_id_fk" FOREIGN KEY ("account_id","sequence_id") REFERENCES "public"."sequences"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD CONSTRAINT "bulk_enrollments_account_id_sequence_id_sequence_version_sequence_versions_account_id_sequence_id_version_fk" FOREIGN KEY ("account_id","sequence_id","sequence_version") REFERENCES "public"."sequence_versions"("account_id","sequence_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD CONSTRAINT "bulk_enrollments_account_id_sender_id_users_account_id_id_fk" FOREIGN KEY ("account_id","sender_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD CONSTRAINT "bulk_enrollments_account_id_mailbox_id_mailboxes_account_id_id_fk" FOREIGN KEY ("account_id","mailbox_id") REFERENCES "public"."mailboxes"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD CONSTRAINT "bulk_enrollments_account_id_task_assignee_id_users_account_id_id_fk" FOREIGN KEY ("account_id","task_assignee_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD CONSTRAINT "bulk_enrollments_account_id_created_by_id_users_account_id_id_fk" FOREIGN KEY ("account_id","created_by_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD CONSTRAINT "bulk_enrollments_account_id_confirmed_by_id_users_account_id_id_fk" FOREIGN KEY ("account_id","confirmed_by_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_enrollment_items_by_index" ON "bulk_enrollment_items" USING btree ("account_id","bulk_id","index");--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_enrollment_items_one_per_contact" ON "bulk_enrollment_items" USING btree ("account_id","bulk_id","contact_id") WHERE state <> 'removed';--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_enrollment_items_one_per_enrollment" ON "bulk_enrollment_items" USING btree ("account_id","enrollment_id");--> statement-breakpoint
CREATE INDEX "bulk_enrollment_items_by_state" ON "bulk_enrollment_items" USING btree ("account_id","bulk_id","state","index");--> statement-breakpoint
CREATE INDEX "bulk_enrollment_items_by_contact" ON "bulk_enrollment_items" USING btree ("account_id","contact_id");--> statement-breakpoint
CREATE INDEX "bulk_enrollments_by_sequence" ON "bulk_enrollments" USING btree ("account_id","sequence_id","id");--> statement-breakpoint
CREATE INDEX "bulk_enrollments_untold" ON "bulk_enrollments" USING btree ("untold_since") WHERE untold_since is not null;--> statement-breakpoint
ALTER TABLE "enrollments" ADD CONSTRAINT "enrollments_account_id_bulk_id_bulk_enrollments_account_id_id_fk" FOREIGN KEY ("account_id","bulk_id") REFERENCES "public"."bulk_enrollments"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "enrollments_by_bulk" ON "enrollments" USING btree ("account_id","bulk_id") WHERE bulk_id is not null;