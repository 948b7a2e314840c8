-- safe
CREATE TABLE "contact_counts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "contact_counts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" uuid NOT NULL,
	"count" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "max_contacts" integer DEFAULT 1000000 NOT NULL;--> statement-breakpoint
ALTER TABLE "bulk_enrollments" ADD COLUMN "turn_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "contact_counts" ADD CONSTRAINT "contact_counts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contact_counts_by_account" ON "contact_counts" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "outbox_by_account" ON "outbox" USING btree ("account_id","id");--> statement-breakpoint
CREATE FUNCTION "change_contact_count"(of_account uuid, change integer) RETURNS void LANGUAGE plpgsql AS $$
begin
  -- In a row that no other transaction holds, so that nobody waits for anybody; there are as many as there were at a time.
  update contact_counts set count = count + change where id = (
    select id from contact_counts where account_id = of_account limit 1 for update skip locked);
  if not found then
    insert into contact_counts (account_id, count) values (of_account, change);
  end if;
end
$$;
--> statement-breakpoint
CREATE FUNCTION "count_contacts_made"() RETURNS trigger LANGUAGE plpgsql AS $$
declare
  made record;
begin
  for made in select account_id, count(*)::integer as number from added where deleted_at is null group by account_id loop
    perform change_contact_count(made.account_id, made.number);
  end loop;
  return null;
end
$$;
--> statement-breakpoint
CREATE FUNCTION "count_contact_gone"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  if tg_op = 'DELETE' then
    perform change_contact_count(old.account_id, -1);
  else
    perform change_contact_count(new.account_id, case when new.deleted_at is null then 1 else -1 end);
  end if;
  return null;
end
$$;
--> statement-breakpoint
CREATE TRIGGER "count_contacts_made" AFTER INSERT ON "contacts" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "count_contacts_made"();
--> statement-breakpoint
CREATE TRIGGER "count_contacts_erased" AFTER UPDATE OF "deleted_at" ON "contacts" FOR EACH ROW WHEN ((old.deleted_at is null) <> (new.deleted_at is null)) EXECUTE FUNCTION "count_contact_gone"();
--> statement-breakpoint
CREATE TRIGGER "count_contacts_deleted" AFTER DELETE ON "contacts" FOR EACH ROW WHEN (old.deleted_at is null) EXECUTE FUNCTION "count_contact_gone"();
--> statement-breakpoint
-- The triggers keep others from making contacts until this is committed, so none is left out or counted twice.
INSERT INTO "contact_counts" ("account_id", "count")
SELECT "account_id", count(*) FROM "contacts" WHERE "deleted_at" IS NULL GROUP BY "account_id";
