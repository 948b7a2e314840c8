-- safe
CREATE TABLE "mail_servers" (
	"account_id" uuid NOT NULL,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"security" text NOT NULL,
	"failures" integer NOT NULL,
	"rests" integer NOT NULL,
	"rests_until" timestamp(3) with time zone,
	"reason" text NOT NULL,
	"reply" text,
	"failed_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "mail_servers_account_id_host_port_security_pk" PRIMARY KEY("account_id","host","port","security")
);
--> statement-breakpoint
ALTER TABLE "mail_servers" ADD CONSTRAINT "mail_servers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;