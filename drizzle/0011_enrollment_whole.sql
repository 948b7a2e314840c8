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
CREATE TABLE "list_members" (
	"account_id" uuid NOT NULL,
	"list_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"added_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "list_members_account_id_list_id_contact_id_pk" PRIMARY KEY("account_id","list_id","contact_id")
);
--> statement-breakpoint
CREATE TABLE "lists" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"owner_id" uuid,
	"filter" jsonb,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "lists_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "lists_kind" CHECK ("lists"."kind" in ('static', 'active')),
	CONSTRAINT "lists_filter" CHECK (("lists"."kind" = 'active') = ("lists"."filter" is not null))
);
--> statement-breakpoint
CREATE TABLE "properties" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"object" text NOT NULL,
	"name" text NOT NULL,
	"label" text NOT NULL,
	"type" text NOT NULL,
	"options" jsonb NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "properties_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "properties_object" CHECK ("properties"."object" in ('contact', 'company')),
	CONSTRAINT "properties_type" CHECK ("properties"."type" in ('text', 'number', 'boolean', 'date', 'enumeration'))
);
--> statement-breakpoint
CREATE TABLE "sending_pauses" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"sequence_id" uuid,
	"user_id" uuid,
	"paused_at" timestamp(3) with time zone NOT NULL,
	"paused_by_id" uuid,
	CONSTRAINT "sending_pauses_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "sending_pauses_one_each" UNIQUE NULLS NOT DISTINCT("account_id","sequence_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "user_absences" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"first_on" date NOT NULL,
	"last_on" date NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "user_absences_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "user_absences_order" CHECK ("user_absences"."first_on" <= "user_absences"."last_on")
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "recipient_domain_per_day" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "company_per_day" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "max_sequences" integer DEFAULT 5000 NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "bulk_id" uuid;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "overrides" jsonb;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "start_step_id" text;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "steps_before_start" jsonb;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "first_step_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "enrollments" ADD COLUMN "paused_until" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "ramp_start_per_day" integer;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "ramp_increase_per_day" integer;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "ramp_started_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "send_slots" ADD COLUMN "recipient_domain" text;--> statement-breakpoint
ALTER TABLE "send_slots" ADD COLUMN "company_id" uuid;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deactivated_at" timestamp(3) with time zone;--> statement-breakpoint
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
ALTER TABLE "list_members" ADD CONSTRAINT "list_members_account_id_list_id_lists_account_id_id_fk" FOREIGN KEY ("account_id","list_id") REFERENCES "public"."lists"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "list_members" ADD CONSTRAINT "list_members_account_id_contact_id_contacts_account_id_id_fk" FOREIGN KEY ("account_id","contact_id") REFERENCES "public"."contacts"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lists" ADD CONSTRAINT "lists_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lists" ADD CONSTRAINT "lists_account_id_owner_id_users_account_id_id_fk" FOREIGN KEY ("account_id","owner_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "properties" ADD CONSTRAINT "properties_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_pauses" ADD CONSTRAINT "sending_pauses_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_pauses" ADD CONSTRAINT "sending_pauses_account_id_sequence_id_sequences_account_id_id_fk" FOREIGN KEY ("account_id","sequence_id") REFERENCES "public"."sequences"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_pauses" ADD CONSTRAINT "sending_pauses_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_pauses" ADD CONSTRAINT "sending_pauses_account_id_paused_by_id_users_account_id_id_fk" FOREIGN KEY ("account_id","paused_by_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_absences" ADD CONSTRAINT "user_absences_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_enrollment_items_by_index" ON "bulk_enrollment_items" USING btree ("account_id","bulk_id","index");--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_enrollment_items_one_per_contact" ON "bulk_enrollment_items" USING btree ("account_id","bulk_id","contact_id") WHERE state <> 'removed';--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_enrollment_items_one_per_enrollment" ON "bulk_enrollment_items" USING btree ("account_id","enrollment_id");--> statement-breakpoint
CREATE INDEX "bulk_enrollment_items_by_state" ON "bulk_enrollment_items" USING btree ("account_id","bulk_id","state","index");--> statement-breakpoint
CREATE INDEX "bulk_enrollment_items_by_contact" ON "bulk_enrollment_items" USING btree ("account_id","contact_id");--> statement-breakpoint
CREATE INDEX "bulk_enrollments_by_sequence" ON "bulk_enrollments" USING btree ("account_id","sequence_id","id");--> statement-breakpoint
CREATE INDEX "bulk_enrollments_untold" ON "bulk_enrollments" USING btree ("untold_since") WHERE untold_since is not null;--> statement-breakpoint
CREATE INDEX "list_members_by_contact" ON "list_members" USING btree ("account_id","contact_id");--> statement-breakpoint
CREATE UNIQUE INDEX "lists_name" ON "lists" USING btree ("account_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "properties_name" ON "properties" USING btree ("account_id","object","name");--> statement-breakpoint
CREATE INDEX "user_absences_by_user" ON "user_absences" USING btree ("account_id","user_id","first_on");--> statement-breakpoint
ALTER TABLE "enrollments" ADD CONSTRAINT "enrollments_account_id_bulk_id_bulk_enrollments_account_id_id_fk" FOREIGN KEY ("account_id","bulk_id") REFERENCES "public"."bulk_enrollments"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "send_slots" ADD CONSTRAINT "send_slots_account_id_company_id_companies_account_id_id_fk" FOREIGN KEY ("account_id","company_id") REFERENCES "public"."companies"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "enrollments_by_bulk" ON "enrollments" USING btree ("account_id","bulk_id") WHERE bulk_id is not null;--> statement-breakpoint
CREATE INDEX "send_slots_by_recipient_domain" ON "send_slots" USING btree ("account_id","recipient_domain","at") WHERE recipient_domain is not null and state <> 'freed';--> statement-breakpoint
CREATE INDEX "send_slots_by_company" ON "send_slots" USING btree ("account_id","company_id","at") WHERE company_id is not null and state <> 'freed';