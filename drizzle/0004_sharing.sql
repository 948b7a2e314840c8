-- safe
CREATE TABLE "sequence_team_shares" (
	"account_id" uuid NOT NULL,
	"sequence_id" uuid NOT NULL,
	"team_id" uuid NOT NULL,
	"level" text NOT NULL,
	CONSTRAINT "sequence_team_shares_account_id_sequence_id_team_id_pk" PRIMARY KEY("account_id","sequence_id","team_id")
);
--> statement-breakpoint
CREATE TABLE "sequence_user_shares" (
	"account_id" uuid NOT NULL,
	"sequence_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"level" text NOT NULL,
	CONSTRAINT "sequence_user_shares_account_id_sequence_id_user_id_pk" PRIMARY KEY("account_id","sequence_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "team_members" (
	"account_id" uuid NOT NULL,
	"team_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "team_members_account_id_team_id_user_id_pk" PRIMARY KEY("account_id","team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "teams_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "deleted_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "shared_with_everyone" text DEFAULT 'edit';--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "sharing_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "sequence_team_shares" ADD CONSTRAINT "sequence_team_shares_account_id_sequence_id_sequences_account_id_id_fk" FOREIGN KEY ("account_id","sequence_id") REFERENCES "public"."sequences"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_team_shares" ADD CONSTRAINT "sequence_team_shares_account_id_team_id_teams_account_id_id_fk" FOREIGN KEY ("account_id","team_id") REFERENCES "public"."teams"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_user_shares" ADD CONSTRAINT "sequence_user_shares_account_id_sequence_id_sequences_account_id_id_fk" FOREIGN KEY ("account_id","sequence_id") REFERENCES "public"."sequences"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_user_shares" ADD CONSTRAINT "sequence_user_shares_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_account_id_team_id_teams_account_id_id_fk" FOREIGN KEY ("account_id","team_id") REFERENCES "public"."teams"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sequence_team_shares_by_team" ON "sequence_team_shares" USING btree ("account_id","team_id");--> statement-breakpoint
CREATE INDEX "sequence_user_shares_by_user" ON "sequence_user_shares" USING btree ("account_id","user_id");--> statement-breakpoint
CREATE INDEX "team_members_by_user" ON "team_members" USING btree ("account_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "teams_name" ON "teams" USING btree ("account_id","name");--> statement-breakpoint
CREATE INDEX "contacts_by_update" ON "contacts" USING btree ("account_id","updated_at","id");