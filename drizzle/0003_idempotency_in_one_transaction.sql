-- breaking
-- What no request holds any more: from now on a key is held by an open transaction and leaves no row until it has an answer.
DELETE FROM "idempotency_keys" WHERE "status" IS NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ALTER COLUMN "status" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" DROP COLUMN "lease_until";