-- safe
ALTER TABLE "accounts" ADD COLUMN "working_days" text[] DEFAULT '{"monday","tuesday","wednesday","thursday","friday"}' NOT NULL;