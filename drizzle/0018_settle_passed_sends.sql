-- safe
-- Sends whose step was left, or whose task was closed, while nobody settled them: those that may have been delivered are
-- unknown, which the log says from now on; of the others no byte had left.
WITH "passed" AS (
  SELECT "send"."account_id", "send"."id", "task"."id" AS "task_id"
  FROM "email_sends" "send"
  JOIN "enrollments" "enrollment" ON "enrollment"."account_id" = "send"."account_id" AND "enrollment"."id" = "send"."enrollment_id"
  LEFT JOIN "tasks" "task" ON "task"."account_id" = "send"."account_id" AND "task"."enrollment_id" = "send"."enrollment_id" AND "task"."step_id" = "send"."step_id"
  LEFT JOIN "task_emails" "email" ON "email"."account_id" = "task"."account_id" AND "email"."task_id" = "task"."id"
  WHERE "send"."state" IN ('reserved', 'connecting', 'in_data', 'deferred')
    AND CASE
      WHEN "task"."id" IS NULL THEN "enrollment"."step_id" IS DISTINCT FROM "send"."step_id"
      ELSE "task"."state" <> 'open' OR ("send"."state" = 'in_data' AND "email"."state" NOT IN ('sending', 'deferred'))
    END
  ORDER BY "enrollment"."account_id", "enrollment"."id"
  FOR UPDATE OF "enrollment", "send"
), "settled" AS (
  UPDATE "email_sends" "send" SET
    "state" = CASE "send"."state" WHEN 'in_data' THEN 'unknown' ELSE 'withdrawn' END,
    "lease_until" = NULL, "settled_at" = date_trunc('milliseconds', now())
  FROM "passed"
  WHERE "send"."account_id" = "passed"."account_id" AND "send"."id" = "passed"."id"
  RETURNING "send"."account_id", "send"."id", "send"."enrollment_id", "send"."step_id", "send"."state", "passed"."task_id"
), "emails" AS (
  UPDATE "task_emails" "email" SET
    "state" = "settled"."state", "content" = NULL, "next_at" = NULL, "settled_at" = date_trunc('milliseconds', now())
  FROM "settled"
  WHERE "email"."account_id" = "settled"."account_id" AND "email"."task_id" = "settled"."task_id"
    AND ("email"."state" IN ('sending', 'deferred') OR ("email"."state" = 'withdrawn' AND "settled"."state" = 'unknown'))
), "uncertain" AS (
  SELECT *, row_number() OVER (PARTITION BY "account_id", "enrollment_id" ORDER BY "id") AS "place"
  FROM "settled" WHERE "state" = 'unknown'
), "told" AS (
  UPDATE "enrollments" "enrollment" SET
    "event_count" = "enrollment"."event_count" + "of"."many", "changed_at" = date_trunc('milliseconds', now())
  FROM (SELECT "account_id", "enrollment_id", count(*) AS "many" FROM "uncertain" GROUP BY 1, 2) "of"
  WHERE "enrollment"."account_id" = "of"."account_id" AND "enrollment"."id" = "of"."enrollment_id"
  RETURNING "enrollment"."account_id", "enrollment"."id", "enrollment"."event_count" - "of"."many" AS "before"
)
INSERT INTO "log" ("account_id", "subject", "subject_id", "number", "at", "type", "step_id", "cause", "actor", "data")
SELECT "uncertain"."account_id", 'enrollment', "uncertain"."enrollment_id", "told"."before" + "uncertain"."place",
  date_trunc('milliseconds', now()), 'email_uncertain', "uncertain"."step_id", '{"kind": "command"}', '{"kind": "system"}',
  jsonb_strip_nulls(jsonb_build_object('sendId', "uncertain"."id", 'taskId', "uncertain"."task_id"))
FROM "uncertain"
JOIN "told" ON "told"."account_id" = "uncertain"."account_id" AND "told"."id" = "uncertain"."enrollment_id"
ORDER BY "uncertain"."account_id", "uncertain"."enrollment_id", "uncertain"."place";
