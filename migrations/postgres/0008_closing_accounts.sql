-- +goose Up
-- create index "apikey_user_id" to table: "api_keys"
CREATE INDEX "apikey_user_id" ON "api_keys" ("user_id");
-- create index "session_revoked_at" to table: "sessions"
CREATE INDEX "session_revoked_at" ON "sessions" ("revoked_at") WHERE (revoked_at IS NOT NULL);
-- modify "users" table
ALTER TABLE "users" ADD COLUMN "status_reason" character varying NOT NULL DEFAULT '', ADD COLUMN "closed_at" timestamptz NULL, ADD COLUMN "closed_by_id" bigint NULL;
