-- safe
ALTER TABLE "accounts" ADD COLUMN "placeholders_are_values" boolean DEFAULT false NOT NULL;