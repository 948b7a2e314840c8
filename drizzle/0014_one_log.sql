-- breaking
CREATE TABLE "log" (
	"generation" bigint NOT NULL,
	"xact" "xid8" NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"number" bigint NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"type" text NOT NULL,
	"step_id" text,
	"cause" jsonb NOT NULL,
	"actor" jsonb NOT NULL,
	"data" jsonb NOT NULL,
	"message_id" text,
	CONSTRAINT "log_generation_xact_id_pk" PRIMARY KEY("generation","xact","id")
);
--> statement-breakpoint
CREATE TABLE "log_generations" (
	"generation" bigint PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"begun_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_readers" (
	"name" text PRIMARY KEY NOT NULL,
	"generation" bigint NOT NULL,
	"xact" "xid8" NOT NULL,
	"id" bigint NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "log_of_account" ON "log" USING btree ("account_id","generation","xact","id");--> statement-breakpoint
CREATE UNIQUE INDEX "log_of_subject" ON "log" USING btree ("account_id","subject_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "log_message" ON "log" USING btree ("account_id","subject_id","message_id") WHERE message_id is not null;
--> statement-breakpoint
CREATE FUNCTION "log_cluster"() RETURNS text LANGUAGE plpgsql STABLE AS $$
begin
  -- A restore counts its transactions anew, in another cluster or, to an earlier time of the same one, on another timeline.
  return (pg_control_system()).system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
end
$$;
--> statement-breakpoint
CREATE FUNCTION "ensure_log_generation"() RETURNS bigint LANGUAGE plpgsql AS $$
declare
  latest log_generations;
  here text := log_cluster();
begin
  loop
    select * into latest from log_generations order by generation desc limit 1;
    if latest.cluster = here then
      return latest.generation;
    end if;
    -- Of two at once one makes it; the other waits for that here, and finds it.
    insert into log_generations (generation, cluster)
    values (greatest(coalesce(latest.generation, 0) + 1, floor(extract(epoch from clock_timestamp()))), here)
    on conflict do nothing;
  end loop;
end
$$;
--> statement-breakpoint
CREATE FUNCTION "current_log_generation"() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
declare
  latest log_generations;
begin
  select * into latest from log_generations order by generation desc limit 1;
  -- In a cluster in which nothing has been written yet, whatever is there was finished in another.
  return case when latest.cluster = log_cluster() then latest.generation else latest.generation + 1 end;
end
$$;
--> statement-breakpoint
CREATE FUNCTION "place_in_log"() RETURNS trigger LANGUAGE plpgsql AS $$
declare
  -- Looking it up costs more than all else here, so a transaction does it once.
  known text := current_setting('cadenza.log_generation', true);
  own xid8 := pg_current_xact_id();
  latest record;
begin
  if known is null or known = '' then
    known := set_config('cadenza.log_generation', ensure_log_generation()::text, true);
  end if;
  new.generation := known::bigint;
  new.number := coalesce(new.number, new.id);
  -- A transaction may have got its id before one that wrote of the same subject meanwhile: it takes that one's place, behind it.
  select generation, xact into latest from log
  where account_id = new.account_id and subject_id = new.subject_id
  order by number desc limit 1;
  new.xact := case when latest.generation = new.generation then greatest(own, latest.xact) else own end;
  return new;
end
$$;
--> statement-breakpoint
SELECT "ensure_log_generation"();
--> statement-breakpoint
-- What there is takes its places by time, each enrollment's in its own order, as if this transaction had written it.
INSERT INTO "log" ("generation", "xact", "account_id", "subject", "subject_id", "number", "at", "type", "step_id", "cause", "actor", "data", "message_id")
SELECT "ensure_log_generation"(), pg_current_xact_id(), "account_id", 'enrollment', "enrollment_id", "number", "at", "type", "step_id", "cause", "actor", "data", "message_id"
FROM "enrollment_events"
ORDER BY max("at") OVER (PARTITION BY "account_id", "enrollment_id" ORDER BY "number"), "account_id", "enrollment_id", "number";
--> statement-breakpoint
DROP TABLE "enrollment_events";
--> statement-breakpoint
CREATE TRIGGER "place_in_log" BEFORE INSERT ON "log" FOR EACH ROW EXECUTE FUNCTION "place_in_log"();
