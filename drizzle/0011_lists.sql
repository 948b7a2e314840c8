-- safe
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
ALTER TABLE "list_members" ADD CONSTRAINT "list_members_account_id_list_id_lists_account_id_id_fk" FOREIGN KEY ("account_id","list_id") REFERENCES "public"."lists"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "list_members" ADD CONSTRAINT "list_members_account_id_contact_id_contacts_account_id_id_fk" FOREIGN KEY ("account_id","contact_id") REFERENCES "public"."contacts"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lists" ADD CONSTRAINT "lists_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lists" ADD CONSTRAINT "lists_account_id_owner_id_users_account_id_id_fk" FOREIGN KEY ("account_id","owner_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "properties" ADD CONSTRAINT "properties_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "list_members_by_contact" ON "list_members" USING btree ("account_id","contact_id");--> statement-breakpoint
CREATE UNIQUE INDEX "lists_name" ON "lists" USING btree ("account_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "properties_name" ON "properties" USING btree ("account_id","object","name");