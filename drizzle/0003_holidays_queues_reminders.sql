-- safe
CREATE TABLE "holiday_calendars" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"country" text,
	"region" text,
	"first_year" integer,
	"last_year" integer,
	"data_version" text,
	"dates" jsonb NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "holiday_calendars_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "holiday_calendars_snapshot" CHECK (num_nulls("holiday_calendars"."country", "holiday_calendars"."first_year", "holiday_calendars"."last_year", "holiday_calendars"."data_version") in (0, 4))
);
--> statement-breakpoint
CREATE TABLE "task_queues" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "task_queues_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
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
ALTER TABLE "tasks" ADD COLUMN "queue_id" uuid;--> statement-breakpoint
ALTER TABLE "holiday_calendars" ADD CONSTRAINT "holiday_calendars_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_queues" ADD CONSTRAINT "task_queues_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_reminders" ADD CONSTRAINT "task_reminders_account_id_task_id_tasks_account_id_id_fk" FOREIGN KEY ("account_id","task_id") REFERENCES "public"."tasks"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "task_queues_name" ON "task_queues" USING btree ("account_id","name");--> statement-breakpoint
CREATE INDEX "task_reminders_open" ON "task_reminders" USING btree ("at") WHERE state in ('waiting', 'connecting', 'in_data');--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_account_id_queue_id_task_queues_account_id_id_fk" FOREIGN KEY ("account_id","queue_id") REFERENCES "public"."task_queues"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tasks_by_queue" ON "tasks" USING btree ("account_id","queue_id","state","due_at","id");