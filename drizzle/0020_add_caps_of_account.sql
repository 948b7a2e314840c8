-- safe
ALTER TABLE "accounts" ADD COLUMN "max_templates" integer DEFAULT 5000 NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "max_lists" integer DEFAULT 1000 NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "max_properties" integer DEFAULT 1000 NOT NULL;