-- safe
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
ALTER TABLE "users" ADD COLUMN "deactivated_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "sending_pauses" ADD CONSTRAINT "sending_pauses_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_pauses" ADD CONSTRAINT "sending_pauses_account_id_sequence_id_sequences_account_id_id_fk" FOREIGN KEY ("account_id","sequence_id") REFERENCES "public"."sequences"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_pauses" ADD CONSTRAINT "sending_pauses_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_pauses" ADD CONSTRAINT "sending_pauses_account_id_paused_by_id_users_account_id_id_fk" FOREIGN KEY ("account_id","paused_by_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_absences" ADD CONSTRAINT "user_absences_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "user_absences_by_user" ON "user_absences" USING btree ("account_id","user_id","first_on");