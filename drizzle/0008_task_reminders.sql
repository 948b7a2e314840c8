-- safe
CREATE TABLE "task_reminders" (
	"account_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"fence" integer NOT NULL,
	"lease_until" timestamp(3) with time zone,
	"smtp_reply" text,
	"settled_at" timestamp(3) with time zone,
	CONSTRAINT "task_reminders_account_id_task_id_pk" PRIMARY KEY("account_id","task_id")
);
--> statement-breakpoint
ALTER TABLE "task_reminders" ADD CONSTRAINT "task_reminders_account_id_task_id_tasks_account_id_id_fk" FOREIGN KEY ("account_id","task_id") REFERENCES "public"."tasks"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "task_reminders_open" ON "task_reminders" USING btree ("at") WHERE state in ('waiting', 'connecting', 'in_data');