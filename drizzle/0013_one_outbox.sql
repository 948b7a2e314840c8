-- breaking
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" uuid NOT NULL,
	"target_kind" text NOT NULL,
	"target_id" uuid NOT NULL,
	"message" jsonb,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp(3) with time zone DEFAULT clock_timestamp() + interval '5 seconds' NOT NULL,
	"last_error" text
);
--> statement-breakpoint
-- What Temporal is owed is owed still.
INSERT INTO "outbox" ("account_id", "target_kind", "target_id", "message", "created_at")
	SELECT "account_id", 'enrollment', "enrollment_id", "message", "created_at" FROM "workflow_outbox" ORDER BY "id";--> statement-breakpoint
INSERT INTO "outbox" ("account_id", "target_kind", "target_id", "created_at")
	SELECT "account_id", 'bulk', "id", "untold_since" FROM "bulk_enrollments" WHERE "untold_since" IS NOT NULL ORDER BY "untold_since";--> statement-breakpoint
INSERT INTO "outbox" ("account_id", "target_kind", "target_id", "created_at")
	SELECT "account_id", 'task_email', "task_id", "untold_since" FROM "task_emails" WHERE "untold_since" IS NOT NULL ORDER BY "untold_since";--> statement-breakpoint
CREATE INDEX "outbox_by_target" ON "outbox" USING btree ("account_id","target_kind","target_id","id");--> statement-breakpoint
DROP TABLE "workflow_outbox";--> statement-breakpoint
DROP INDEX "bulk_enrollments_untold";--> statement-breakpoint
DROP INDEX "task_emails_untold";--> statement-breakpoint
ALTER TABLE "bulk_enrollments" DROP COLUMN "untold_since";--> statement-breakpoint
ALTER TABLE "task_emails" DROP COLUMN "untold_since";
