-- +goose Up
-- an account's API keys, to revoke them
CREATE INDEX `apikey_user_id` ON `api_keys` (`user_id`);
-- sessions that were ended, for housekeeping
CREATE INDEX `session_revoked_at` ON `sessions` (`revoked_at`) WHERE revoked_at IS NOT NULL;
-- add column "status_reason" to table: "users"
ALTER TABLE `users` ADD COLUMN `status_reason` text NOT NULL DEFAULT '';
-- add column "closed_at" to table: "users"
ALTER TABLE `users` ADD COLUMN `closed_at` datetime NULL;
-- add column "closed_by_id" to table: "users"
ALTER TABLE `users` ADD COLUMN `closed_by_id` integer NULL;
