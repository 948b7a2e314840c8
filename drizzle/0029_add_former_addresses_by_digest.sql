-- safe
CREATE INDEX "former_addresses_by_digest" ON "former_addresses" USING btree ("account_id","digest");