-- +goose Up
-- an account's API keys, to revoke them
CREATE INDEX "apikey_user_id" ON "api_keys" ("user_id");
-- sessions that were ended, for housekeeping
CREATE INDEX "session_revoked_at" ON "sessions" ("revoked_at") WHERE (revoked_at IS NOT NULL);
-- modify "users" table
ALTER TABLE "users" ADD COLUMN "status_reason" character varying NOT NULL DEFAULT '', ADD COLUMN "closed_at" timestamptz NULL, ADD COLUMN "closed_by_id" bigint NULL;
