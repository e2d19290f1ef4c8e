-- +goose Up
-- create "new_outbox" table
CREATE TABLE `new_outbox` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `key` text NOT NULL,
  `channel` text NOT NULL DEFAULT 'event',
  `topic` text NOT NULL,
  `institution_id` integer NULL,
  `contract_id` integer NULL,
  `payload` json NOT NULL,
  `available_at` datetime NOT NULL,
  `attempts` integer NOT NULL DEFAULT 0,
  `claimed_until` datetime NULL,
  `delivered_at` datetime NULL,
  `last_error` text NOT NULL DEFAULT '',
  `created_at` datetime NOT NULL,
  CONSTRAINT `outbox_channel` CHECK (channel IN ('event', 'mail', 'push'))
);
-- copy rows from old table "outbox" to new temporary table "new_outbox"
INSERT INTO `new_outbox` (`id`, `key`, `topic`, `institution_id`, `contract_id`, `payload`, `available_at`, `attempts`, `claimed_until`, `delivered_at`, `last_error`, `created_at`) SELECT `id`, `key`, `topic`, `institution_id`, `contract_id`, `payload`, `available_at`, `attempts`, `claimed_until`, `delivered_at`, `last_error`, `created_at` FROM `outbox`;
-- drop "outbox" table after copying rows
DROP TABLE `outbox`;
-- rename temporary table "new_outbox" to "outbox"
ALTER TABLE `new_outbox` RENAME TO `outbox`;
-- one row for each event
CREATE UNIQUE INDEX `outbox_key` ON `outbox` (`key`);
-- what each channel is to deliver next, for claiming
CREATE INDEX `outbox_channel_available_at_id` ON `outbox` (`channel`, `available_at`, `id`) WHERE delivered_at IS NULL;
-- what was delivered, for housekeeping
CREATE INDEX `outbox_delivered_at` ON `outbox` (`delivered_at`);
-- create "new_sessions" table
CREATE TABLE `new_sessions` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `role` text NOT NULL,
  `device_id` text NOT NULL DEFAULT '',
  `device_name` text NOT NULL DEFAULT '',
  `platform` text NOT NULL DEFAULT '',
  `expires_at` datetime NOT NULL,
  `revoked_at` datetime NULL,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `user_id` integer NOT NULL,
  CONSTRAINT `sessions_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `sessions_role` CHECK (role IN ('institution', 'partner', 'supervisor', 'admin'))
);
-- copy rows from old table "sessions" to new temporary table "new_sessions"
INSERT INTO `new_sessions` (`id`, `role`, `device_id`, `device_name`, `platform`, `expires_at`, `revoked_at`, `created_at`, `updated_at`, `user_id`) SELECT `id`, (SELECT `role` FROM `users` WHERE `users`.`id` = `user_id`), `device_id`, `device_name`, `platform`, `expires_at`, `revoked_at`, `created_at`, `updated_at`, `user_id` FROM `sessions`;
-- drop "sessions" table after copying rows
DROP TABLE `sessions`;
-- rename temporary table "new_sessions" to "sessions"
ALTER TABLE `new_sessions` RENAME TO `sessions`;
-- all sessions of a user, to end them
CREATE INDEX `session_user_id_id` ON `sessions` (`user_id`, `id`);
-- expired sessions, for housekeeping
CREATE INDEX `session_expires_at` ON `sessions` (`expires_at`);
-- create "new_users" table
CREATE TABLE `new_users` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `email` text NOT NULL,
  `password_hash` text NOT NULL,
  `full_name` text NOT NULL,
  `role` text NOT NULL,
  `phone` text NOT NULL DEFAULT '',
  `picture` text NOT NULL DEFAULT '',
  `status` text NOT NULL DEFAULT 'active',
  `language` text NOT NULL DEFAULT 'id',
  `email_verified_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `current_institution_id` integer NULL,
  CONSTRAINT `users_institutions_current_institution` FOREIGN KEY (`current_institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `users_language` CHECK (language IN ('id', 'en')),
  CONSTRAINT `users_role` CHECK (role IN ('institution', 'partner', 'supervisor', 'admin')),
  CONSTRAINT `users_status` CHECK (status IN ('active', 'suspended', 'closed'))
);
-- copy rows from old table "users" to new temporary table "new_users"
INSERT INTO `new_users` (`id`, `email`, `password_hash`, `full_name`, `role`, `phone`, `picture`, `status`, `email_verified_at`, `version`, `created_at`, `updated_at`, `current_institution_id`) SELECT `id`, `email`, `password_hash`, `full_name`, `role`, `phone`, `picture`, `status`, `email_verified_at`, `version`, `created_at`, `updated_at`, `current_institution_id` FROM `users`;
-- drop "users" table after copying rows
DROP TABLE `users`;
-- rename temporary table "new_users" to "users"
ALTER TABLE `new_users` RENAME TO `users`;
-- the account of whoever signs in
CREATE UNIQUE INDEX `user_email` ON `users` (`email`);
-- create "device_tokens" table
CREATE TABLE `device_tokens` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `device_id` text NOT NULL,
  `token` text NOT NULL,
  `platform` text NOT NULL DEFAULT '',
  `retired_at` datetime NULL,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `user_id` integer NOT NULL,
  CONSTRAINT `device_tokens_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- the device that a push token belongs to
CREATE UNIQUE INDEX `devicetoken_token` ON `device_tokens` (`token`);
-- an account's token on one device
CREATE UNIQUE INDEX `devicetoken_user_id_device_id` ON `device_tokens` (`user_id`, `device_id`);
-- create "notifications" table
CREATE TABLE `notifications` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `key` text NOT NULL,
  `type` text NOT NULL,
  `subject_type` text NOT NULL DEFAULT '',
  `subject_id` integer NOT NULL DEFAULT 0,
  `payload` json NULL,
  `read_at` datetime NULL,
  `created_at` datetime NOT NULL,
  `user_id` integer NOT NULL,
  CONSTRAINT `notifications_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- an event tells each person once
CREATE UNIQUE INDEX `notification_user_id_key` ON `notifications` (`user_id`, `key`);
-- an account's notifications, newest first
CREATE INDEX `notification_user_id_created_at_id` ON `notifications` (`user_id`, `created_at`, `id`);
-- how many of an account's notifications are not read
CREATE INDEX `notification_unread` ON `notifications` (`user_id`, `created_at`) WHERE read_at IS NULL;
-- create "one_time_codes" table
CREATE TABLE `one_time_codes` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `subject` text NOT NULL,
  `purpose` text NOT NULL,
  `nonce` text NOT NULL,
  `tries` integer NOT NULL DEFAULT 0,
  `expires_at` datetime NOT NULL,
  `resend_at` datetime NOT NULL,
  `ended_at` datetime NULL,
  `created_at` datetime NOT NULL,
  `user_id` integer NULL,
  CONSTRAINT `one_time_codes_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `one_time_codes_purpose` CHECK (purpose IN ('email_verification', 'password_reset', 'reset_grant', 'invitation'))
);
-- the one open code of an address for a purpose
CREATE UNIQUE INDEX `onetimecode_subject_purpose` ON `one_time_codes` (`subject`, `purpose`) WHERE ended_at IS NULL;
-- an account's codes, to end them
CREATE INDEX `onetimecode_user_id` ON `one_time_codes` (`user_id`);
-- the code that a mail is to carry
CREATE INDEX `onetimecode_nonce` ON `one_time_codes` (`nonce`);
-- codes that are over, for housekeeping
CREATE INDEX `onetimecode_expires_at` ON `one_time_codes` (`expires_at`);
-- create "refresh_tokens" table
CREATE TABLE `refresh_tokens` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `hash` text NOT NULL,
  `follows_id` integer NULL,
  `used_at` datetime NULL,
  `revoked_at` datetime NULL,
  `created_at` datetime NOT NULL,
  `session_id` integer NOT NULL,
  CONSTRAINT `refresh_tokens_sessions_session` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- the refresh token that was presented
CREATE UNIQUE INDEX `refreshtoken_hash` ON `refresh_tokens` (`hash`);
-- a session's refresh tokens, to revoke them
CREATE INDEX `refreshtoken_session_id_id` ON `refresh_tokens` (`session_id`, `id`);
-- create "webhooks" table
CREATE TABLE `webhooks` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `url` text NOT NULL,
  `events` json NOT NULL,
  `nonce` text NOT NULL,
  `status` text NOT NULL DEFAULT 'active',
  `failing_since` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NULL,
  `created_by_id` integer NOT NULL,
  CONSTRAINT `webhooks_users_created_by` FOREIGN KEY (`created_by_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `webhooks_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `webhooks_status` CHECK (status IN ('active', 'disabled'))
);
-- whom an event is told, and an institution's webhooks
CREATE INDEX `webhook_institution_id_id` ON `webhooks` (`institution_id`, `id`);
-- create "webhook_deliveries" table
CREATE TABLE `webhook_deliveries` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `key` text NOT NULL,
  `event` text NOT NULL,
  `payload` json NOT NULL,
  `occurred_at` datetime NOT NULL,
  `attempts` integer NOT NULL DEFAULT 0,
  `available_at` datetime NOT NULL,
  `claimed_until` datetime NULL,
  `ended_at` datetime NULL,
  `delivered` bool NOT NULL DEFAULT false,
  `response_status` integer NOT NULL DEFAULT 0,
  `last_error` text NOT NULL DEFAULT '',
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `webhook_id` integer NOT NULL,
  CONSTRAINT `webhook_deliveries_webhooks_webhook` FOREIGN KEY (`webhook_id`) REFERENCES `webhooks` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- a message is told to a webhook once
CREATE UNIQUE INDEX `webhookdelivery_webhook_id_key` ON `webhook_deliveries` (`webhook_id`, `key`);
-- a webhook's log
CREATE INDEX `webhookdelivery_webhook_id_id` ON `webhook_deliveries` (`webhook_id`, `id`);
-- what is to be delivered next, for claiming
CREATE INDEX `webhookdelivery_available_at_id` ON `webhook_deliveries` (`available_at`, `id`) WHERE ended_at IS NULL;
-- deliveries that are over, for housekeeping
CREATE INDEX `webhookdelivery_ended_at` ON `webhook_deliveries` (`ended_at`);
