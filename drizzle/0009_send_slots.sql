-- safe
CREATE TABLE "send_slots" (
	"account_id" uuid NOT NULL,
	"enrollment_id" uuid NOT NULL,
	"step_id" text NOT NULL,
	"mailbox_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"minute" timestamp(3) with time zone NOT NULL,
	"place" integer NOT NULL,
	"pace_id" uuid,
	"state" text NOT NULL,
	"held_by" text,
	CONSTRAINT "send_slots_account_id_enrollment_id_step_id_pk" PRIMARY KEY("account_id","enrollment_id","step_id")
);
--> statement-breakpoint
CREATE TABLE "slot_frontiers" (
	"account_id" uuid NOT NULL,
	"mailbox_id" uuid NOT NULL,
	"wish" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"from_at" timestamp(3) with time zone NOT NULL,
	"until_at" timestamp(3) with time zone NOT NULL,
	"held_by" text NOT NULL,
	CONSTRAINT "slot_frontiers_account_id_mailbox_id_wish_pk" PRIMARY KEY("account_id","mailbox_id","wish")
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "mailbox_per_minute" integer DEFAULT 10 NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "mailbox_per_day" integer DEFAULT 1000 NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "user_per_day" integer DEFAULT 500 NOT NULL;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "per_minute" integer;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "per_day" integer;--> statement-breakpoint
ALTER TABLE "send_slots" ADD CONSTRAINT "send_slots_account_id_enrollment_id_enrollments_account_id_id_fk" FOREIGN KEY ("account_id","enrollment_id") REFERENCES "public"."enrollments"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "send_slots" ADD CONSTRAINT "send_slots_account_id_mailbox_id_mailboxes_account_id_id_fk" FOREIGN KEY ("account_id","mailbox_id") REFERENCES "public"."mailboxes"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "send_slots" ADD CONSTRAINT "send_slots_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slot_frontiers" ADD CONSTRAINT "slot_frontiers_account_id_mailbox_id_mailboxes_account_id_id_fk" FOREIGN KEY ("account_id","mailbox_id") REFERENCES "public"."mailboxes"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slot_frontiers" ADD CONSTRAINT "slot_frontiers_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "send_slots_place" ON "send_slots" USING btree ("account_id","mailbox_id","minute","place") WHERE state <> 'freed';--> statement-breakpoint
CREATE INDEX "send_slots_by_mailbox" ON "send_slots" USING btree ("account_id","mailbox_id","at") WHERE state <> 'freed';--> statement-breakpoint
CREATE INDEX "send_slots_by_user" ON "send_slots" USING btree ("account_id","user_id","at") WHERE state <> 'freed';--> statement-breakpoint
CREATE INDEX "send_slots_by_pace" ON "send_slots" USING btree ("account_id","pace_id","at") WHERE pace_id is not null and state <> 'freed';--> statement-breakpoint
CREATE INDEX "send_slots_freed" ON "send_slots" USING btree ("account_id","user_id") WHERE state = 'freed';--> statement-breakpoint
CREATE INDEX "slot_frontiers_by_user" ON "slot_frontiers" USING btree ("account_id","user_id");