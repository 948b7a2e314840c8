-- safe
CREATE TABLE "former_addresses" (
	"account_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"digest" text NOT NULL,
	CONSTRAINT "former_addresses_account_id_contact_id_digest_pk" PRIMARY KEY("account_id","contact_id","digest")
);
--> statement-breakpoint
INSERT INTO "former_addresses" ("account_id", "contact_id", "digest") SELECT DISTINCT c."account_id", c."id", 'sha256:' || encode(sha256(convert_to(c."account_id"::text || ' ' || lower(s."recipient"), 'UTF8')), 'hex') FROM "email_sends" s JOIN "enrollments" e ON e."account_id" = s."account_id" AND e."id" = s."enrollment_id" JOIN "contacts" c ON c."account_id" = e."account_id" AND c."id" = e."contact_id" WHERE s."recipient" <> '' AND c."deleted_at" IS NULL AND lower(s."recipient") IS DISTINCT FROM c."email_normalized" ON CONFLICT DO NOTHING;--> statement-breakpoint
ALTER TABLE "former_addresses" ADD CONSTRAINT "former_addresses_account_id_contact_id_contacts_account_id_id_fk" FOREIGN KEY ("account_id","contact_id") REFERENCES "public"."contacts"("account_id","id") ON DELETE no action ON UPDATE no action;