-- +goose Up
-- create index "apikey_user_id" to table: "api_keys"
CREATE INDEX `apikey_user_id` ON `api_keys` (`user_id`);
-- create index "session_revoked_at" to table: "sessions"
CREATE INDEX `session_revoked_at` ON `sessions` (`revoked_at`) WHERE revoked_at IS NOT NULL;
-- add column "status_reason" to table: "users"
ALTER TABLE `users` ADD COLUMN `status_reason` text NOT NULL DEFAULT '';
-- add column "closed_at" to table: "users"
ALTER TABLE `users` ADD COLUMN `closed_at` datetime NULL;
-- add column "closed_by_id" to table: "users"
ALTER TABLE `users` ADD COLUMN `closed_by_id` integer NULL;
