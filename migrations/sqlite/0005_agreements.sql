-- +goose Up
ALTER TABLE `files` ADD COLUMN `public_id` text NOT NULL DEFAULT '';
ALTER TABLE `files` ADD COLUMN `title` text NOT NULL DEFAULT '';
ALTER TABLE `files` ADD COLUMN `description` text NOT NULL DEFAULT '';
ALTER TABLE `files` ADD COLUMN `shared` bool NOT NULL DEFAULT false;
-- a file by Yedpay's id
CREATE UNIQUE INDEX `file_public_id` ON `files` (`public_id`) WHERE public_id <> '';
ALTER TABLE `institutions` ADD COLUMN `public_id` text NOT NULL DEFAULT '';
ALTER TABLE `institutions` ADD COLUMN `uuid` text NOT NULL DEFAULT '';
-- an institution by Yedpay's id
CREATE UNIQUE INDEX `institution_public_id` ON `institutions` (`public_id`) WHERE public_id <> '';
-- an institution by its uuid
CREATE UNIQUE INDEX `institution_uuid` ON `institutions` (`uuid`) WHERE uuid <> '';

CREATE TABLE `agreements` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `public_id` text NOT NULL,
  `uuid` text NOT NULL,
  `custom_key` text NOT NULL DEFAULT '',
  `identifier` text NOT NULL DEFAULT '',
  `search_identifier` text NOT NULL DEFAULT '',
  `title` text NOT NULL,
  `search_title` text NOT NULL,
  `description` text NOT NULL DEFAULT '',
  `gateway_kind` text NOT NULL DEFAULT 'other_agreement',
  `origin` text NOT NULL DEFAULT 'NEW',
  `status` text NOT NULL,
  `renewal_status` text NOT NULL DEFAULT '',
  `status_reason` text NOT NULL DEFAULT '',
  `cost` integer NOT NULL DEFAULT 0,
  `currency` text NOT NULL DEFAULT 'IDR',
  `license_count` integer NULL,
  `notify_before_days` integer NULL,
  `starts_at` datetime NULL,
  `ends_at` datetime NULL,
  `generated_on` text NOT NULL,
  `client_approved_on` text NOT NULL DEFAULT '',
  `concluded_at` datetime NULL,
  `reminded_at` datetime NULL,
  `due_at` datetime NULL,
  `source` text NOT NULL DEFAULT 'kontrak',
  `external_id` text NOT NULL DEFAULT '',
  `deleted_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `agreement_type_id` integer NOT NULL,
  `vendor_id` integer NULL,
  `license_type_id` integer NULL,
  `owner_id` integer NULL,
  `approver_id` integer NULL,
  `file_id` integer NULL,
  `word_file_id` integer NULL,
  `concluded_file_id` integer NULL,
  CONSTRAINT `agreements_files_concluded_file` FOREIGN KEY (`concluded_file_id`) REFERENCES `files` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreements_files_word_file` FOREIGN KEY (`word_file_id`) REFERENCES `files` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreements_files_file` FOREIGN KEY (`file_id`) REFERENCES `files` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreements_users_approver` FOREIGN KEY (`approver_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreements_users_owner` FOREIGN KEY (`owner_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreements_license_types_license_type` FOREIGN KEY (`license_type_id`) REFERENCES `license_types` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreements_counterparties_vendor` FOREIGN KEY (`vendor_id`) REFERENCES `counterparties` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreements_agreement_types_agreement_type` FOREIGN KEY (`agreement_type_id`) REFERENCES `agreement_types` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreements_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreements_cost` CHECK (cost >= 0),
  CONSTRAINT `agreements_counts` CHECK (license_count >= 0 AND notify_before_days >= 0),
  CONSTRAINT `agreements_gateway_kind` CHECK (gateway_kind IN ('other_agreement', 'offline_gateway_agreement', 'online_gateway_agreement')),
  CONSTRAINT `agreements_origin` CHECK (origin IN ('NEW', 'RENEWAL')),
  CONSTRAINT `agreements_period` CHECK (ends_at >= starts_at),
  CONSTRAINT `agreements_renewal_status` CHECK (renewal_status IN ('', 'renewal_pending', 'renewal_approved', 'renewal_rejected', 'renewed', 'extension_pending', 'extended', 'extension_rejected')),
  CONSTRAINT `agreements_source` CHECK (source IN ('kontrak', 'faveo', 'kit', 'yedpay')),
  CONSTRAINT `agreements_status` CHECK (status IN ('draft', 'approved', 'active', 'expired', 'terminated', 'rejected'))
);
-- an agreement by Yedpay's id
CREATE UNIQUE INDEX `agreement_public_id` ON `agreements` (`public_id`);
-- an agreement by Kit's uuid
CREATE UNIQUE INDEX `agreement_uuid` ON `agreements` (`uuid`);
-- an agreement by the client's own id
CREATE UNIQUE INDEX `agreement_institution_id_custom_key` ON `agreements` (`institution_id`, `custom_key`) WHERE custom_key <> '';
-- an agreement by its identifier
CREATE UNIQUE INDEX `agreement_institution_id_identifier` ON `agreements` (`institution_id`, `identifier`) WHERE identifier <> '';
-- an agreement that was imported before
CREATE UNIQUE INDEX `agreement_institution_id_source_external_id` ON `agreements` (`institution_id`, `source`, `external_id`) WHERE external_id <> '';
-- an institution's list, oldest first: Yedpay's, and Faveo's default
CREATE INDEX `agreement_institution_id_id` ON `agreements` (`institution_id`, `id`) WHERE deleted_at IS NULL;
-- an institution's list, newest first: Kit's default
CREATE INDEX `agreement_institution_id_created_at_id` ON `agreements` (`institution_id`, `created_at`, `id`) WHERE deleted_at IS NULL;
-- by the begin of the period
CREATE INDEX `agreement_institution_id_starts_at_id` ON `agreements` (`institution_id`, `starts_at`, `id`) WHERE deleted_at IS NULL;
-- by the end of the period
CREATE INDEX `agreement_institution_id_ends_at_id` ON `agreements` (`institution_id`, `ends_at`, `id`) WHERE deleted_at IS NULL;
-- by conclusion (Kit)
CREATE INDEX `agreement_institution_id_concluded_at_id` ON `agreements` (`institution_id`, `concluded_at`, `id`) WHERE deleted_at IS NULL;
-- by the last change
CREATE INDEX `agreement_institution_id_updated_at_id` ON `agreements` (`institution_id`, `updated_at`, `id`) WHERE deleted_at IS NULL;
-- by name
CREATE INDEX `agreement_institution_id_search_title_id` ON `agreements` (`institution_id`, `search_title`, `id`) WHERE deleted_at IS NULL;
-- by status
CREATE INDEX `agreement_institution_id_status_id` ON `agreements` (`institution_id`, `status`, `id`) WHERE deleted_at IS NULL;
-- by renewal status (Faveo)
CREATE INDEX `agreement_institution_id_renewal_status_id` ON `agreements` (`institution_id`, `renewal_status`, `id`) WHERE deleted_at IS NULL;
-- a range of costs (Faveo)
CREATE INDEX `agreement_institution_id_cost_id` ON `agreements` (`institution_id`, `cost`, `id`) WHERE deleted_at IS NULL;
-- by type
CREATE INDEX `agreement_agreement_type_id_id` ON `agreements` (`agreement_type_id`, `id`);
-- by license type
CREATE INDEX `agreement_license_type_id_id` ON `agreements` (`license_type_id`, `id`);
-- by vendor
CREATE INDEX `agreement_vendor_id_id` ON `agreements` (`vendor_id`, `id`);
-- what somebody owns
CREATE INDEX `agreement_owner_id_id` ON `agreements` (`owner_id`, `id`);
-- what somebody approves
CREATE INDEX `agreement_approver_id_id` ON `agreements` (`approver_id`, `id`);
-- a range of days before the end (Faveo)
CREATE INDEX `agreement_notify_before_days_institution_id_id` ON `agreements` (`notify_before_days`, `institution_id`, `id`);
-- what falls due, soonest first
CREATE INDEX `agreement_due_at_id` ON `agreements` (`due_at`, `id`) WHERE due_at IS NOT NULL;

CREATE TABLE `agreement_history` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `actor_role` text NOT NULL DEFAULT '',
  `event` text NOT NULL,
  `from_status` text NOT NULL DEFAULT '',
  `to_status` text NOT NULL,
  `reason` text NOT NULL DEFAULT '',
  `changes` json NOT NULL,
  `agreement_version` integer NOT NULL,
  `at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `agreement_id` integer NOT NULL,
  `actor_id` integer NULL,
  CONSTRAINT `agreement_history_users_actor` FOREIGN KEY (`actor_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreement_history_agreements_agreement` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreement_history_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreement_history_to_status` CHECK (to_status IN ('draft', 'approved', 'active', 'expired', 'terminated', 'rejected'))
);
-- the history of an agreement, one row for each version
CREATE UNIQUE INDEX `agreementhistory_agreement_id_agreement_version` ON `agreement_history` (`agreement_id`, `agreement_version`);

CREATE TABLE `agreement_terms` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `kind` text NOT NULL,
  `state` text NOT NULL,
  `starts_at` datetime NOT NULL,
  `ends_at` datetime NOT NULL,
  `cost` integer NOT NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `agreement_id` integer NOT NULL,
  `approver_id` integer NULL,
  CONSTRAINT `agreement_terms_users_approver` FOREIGN KEY (`approver_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreement_terms_agreements_agreement` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreement_terms_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `agreement_terms_cost` CHECK (cost >= 0),
  CONSTRAINT `agreement_terms_kind` CHECK (kind IN ('initial', 'renewal', 'extension')),
  CONSTRAINT `agreement_terms_period` CHECK (ends_at >= starts_at),
  CONSTRAINT `agreement_terms_state` CHECK (state IN ('pending', 'approved', 'rejected', 'past'))
);
-- the terms of an agreement
CREATE INDEX `agreementterm_agreement_id_id` ON `agreement_terms` (`agreement_id`, `id`);
-- one term waits at a time
CREATE UNIQUE INDEX `agreementterm_pending` ON `agreement_terms` (`agreement_id`) WHERE state = 'pending';
-- what an approver is to decide
CREATE INDEX `agreementterm_waiting` ON `agreement_terms` (`approver_id`, `id`) WHERE state = 'pending';

CREATE TABLE `agreement_types` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL
);
-- one type of each name
CREATE UNIQUE INDEX `agreementtype_name` ON `agreement_types` (`name`);

CREATE TABLE `api_keys` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `label` text NOT NULL,
  `key_hash` text NOT NULL,
  `last_used_at` datetime NULL,
  `revoked_at` datetime NULL,
  `created_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `user_id` integer NOT NULL,
  `created_by_id` integer NOT NULL,
  CONSTRAINT `api_keys_users_created_by` FOREIGN KEY (`created_by_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `api_keys_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `api_keys_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- who calls with a key
CREATE UNIQUE INDEX `apikey_key_hash` ON `api_keys` (`key_hash`);
-- the keys of an institution
CREATE INDEX `apikey_institution_id_id` ON `api_keys` (`institution_id`, `id`);

CREATE TABLE `assets` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  CONSTRAINT `assets_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- the assets of an institution, one of each name
CREATE UNIQUE INDEX `asset_institution_id_name` ON `assets` (`institution_id`, `name`);

CREATE TABLE `column_items` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `slug` text NOT NULL,
  `name` text NOT NULL,
  `value` text NOT NULL,
  `institution_id` integer NOT NULL,
  `agreement_id` integer NOT NULL,
  CONSTRAINT `column_items_agreements_agreement` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `column_items_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- the items of an agreement, one of each slug
CREATE UNIQUE INDEX `columnitem_agreement_id_slug` ON `column_items` (`agreement_id`, `slug`);

CREATE TABLE `counterparties` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `search_name` text NOT NULL,
  `custom_key` text NOT NULL DEFAULT '',
  `registration_number` text NOT NULL DEFAULT '',
  `ceo` text NOT NULL DEFAULT '',
  `address` text NOT NULL DEFAULT '',
  `industry` text NOT NULL DEFAULT '',
  `category` text NOT NULL DEFAULT '',
  `email` text NOT NULL DEFAULT '',
  `managers` json NOT NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `partner_id` integer NULL,
  CONSTRAINT `counterparties_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `counterparties_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- one counterparty of each name
CREATE UNIQUE INDEX `counterparty_institution_id_name` ON `counterparties` (`institution_id`, `name`);
-- a counterparty by the client's own id
CREATE UNIQUE INDEX `counterparty_institution_id_custom_key` ON `counterparties` (`institution_id`, `custom_key`) WHERE custom_key <> '';
-- the counterparties of an institution
CREATE INDEX `counterparty_institution_id_id` ON `counterparties` (`institution_id`, `id`);

CREATE TABLE `license_types` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL
);
-- one license type of each name
CREATE UNIQUE INDEX `licensetype_name` ON `license_types` (`name`);

CREATE TABLE `participants` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `uuid` text NOT NULL,
  `position` integer NOT NULL,
  `name` text NOT NULL,
  `search_name` text NOT NULL,
  `status` text NOT NULL,
  `auth` text NOT NULL DEFAULT '',
  `send` text NOT NULL,
  `email` text NOT NULL DEFAULT '',
  `search_email` text NOT NULL DEFAULT '',
  `phone` text NOT NULL DEFAULT '',
  `phone_digits` text NOT NULL DEFAULT '',
  `role` text NOT NULL DEFAULT '',
  `language` text NOT NULL DEFAULT '',
  `code_hash` text NOT NULL DEFAULT '',
  `code_hint` text NOT NULL DEFAULT '',
  `code_failures` integer NOT NULL DEFAULT 0,
  `token_hash` text NOT NULL DEFAULT '',
  `token_expires_at` datetime NULL,
  `requested_at` datetime NULL,
  `viewed_at` datetime NULL,
  `answered_at` datetime NULL,
  `answer_reason` text NOT NULL DEFAULT '',
  `answer_address` text NOT NULL DEFAULT '',
  `answer_agent` text NOT NULL DEFAULT '',
  `answer_sha256` text NOT NULL DEFAULT '',
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `signature_id` integer NOT NULL,
  CONSTRAINT `participants_signatures_signature` FOREIGN KEY (`signature_id`) REFERENCES `signatures` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `participants_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `participants_send` CHECK (send IN ('EMAIL', 'PHONE')),
  CONSTRAINT `participants_status` CHECK (status IN ('PENDING', 'REQUESTED', 'VIEWED', 'SIGNED', 'REFUSED'))
);
-- a participant by Kit's uuid
CREATE UNIQUE INDEX `participant_uuid` ON `participants` (`uuid`);
-- the participants of a signature, in their order
CREATE UNIQUE INDEX `participant_signature_id_position` ON `participants` (`signature_id`, `position`);
-- whose link it is
CREATE UNIQUE INDEX `participant_token_hash` ON `participants` (`token_hash`) WHERE token_hash <> '';

CREATE TABLE `personal_tokens` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `public_id` text NOT NULL,
  `name` text NOT NULL,
  `token_hash` text NOT NULL,
  `expires_at` datetime NOT NULL,
  `last_used_at` datetime NULL,
  `revoked_at` datetime NULL,
  `created_at` datetime NOT NULL,
  `user_id` integer NOT NULL,
  CONSTRAINT `personal_tokens_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- a personal token by Yedpay's id
CREATE UNIQUE INDEX `personaltoken_public_id` ON `personal_tokens` (`public_id`);
-- who calls with a personal token
CREATE UNIQUE INDEX `personaltoken_token_hash` ON `personal_tokens` (`token_hash`);
-- the tokens of a user
CREATE INDEX `personaltoken_user_id_id` ON `personal_tokens` (`user_id`, `id`);

CREATE TABLE `signatures` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `uuid` text NOT NULL,
  `title` text NOT NULL,
  `status` text NOT NULL,
  `status_reason` text NOT NULL DEFAULT '',
  `signing_order` text NOT NULL DEFAULT 'TOGETHER',
  `document_sha256` text NOT NULL DEFAULT '',
  `cc_emails` json NOT NULL,
  `expired_date` datetime NULL,
  `due_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `agreement_id` integer NOT NULL,
  `template_id` integer NULL,
  `created_by_id` integer NULL,
  CONSTRAINT `signatures_users_created_by` FOREIGN KEY (`created_by_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `signatures_signature_templates_template` FOREIGN KEY (`template_id`) REFERENCES `signature_templates` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `signatures_agreements_agreement` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `signatures_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `signatures_signing_order` CHECK (signing_order IN ('TOGETHER', 'ORDER')),
  CONSTRAINT `signatures_status` CHECK (status IN ('CREATED', 'WAITING', 'DONE', 'CANCELED'))
);
-- a signature by Kit's uuid
CREATE UNIQUE INDEX `signature_uuid` ON `signatures` (`uuid`);
-- the latest signature of an agreement
CREATE INDEX `signature_agreement_id_id` ON `signatures` (`agreement_id`, `id`);
-- one signature of an agreement may come about
CREATE UNIQUE INDEX `signature_live` ON `signatures` (`agreement_id`) WHERE status <> 'CANCELED';
-- an institution's signatures, newest first
CREATE INDEX `signature_institution_id_created_at_id` ON `signatures` (`institution_id`, `created_at`, `id`);
-- signatures that fall due, soonest first
CREATE INDEX `signature_due_at_id` ON `signatures` (`due_at`, `id`) WHERE due_at IS NOT NULL;

CREATE TABLE `signature_objects` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `position` integer NOT NULL,
  `contents` text NOT NULL DEFAULT '',
  `type` text NOT NULL,
  `category` text NOT NULL,
  `name` text NOT NULL,
  `description` text NOT NULL DEFAULT '',
  `institution_id` integer NOT NULL,
  `signature_id` integer NOT NULL,
  `participant_id` integer NULL,
  CONSTRAINT `signature_objects_participants_participant` FOREIGN KEY (`participant_id`) REFERENCES `participants` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `signature_objects_signatures_signature` FOREIGN KEY (`signature_id`) REFERENCES `signatures` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `signature_objects_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `signature_objects_category` CHECK (category IN ('DEFAULT', 'INPUT')),
  CONSTRAINT `signature_objects_type` CHECK (type IN ('TEXT', 'SIGNATURE', 'CHECKBOX'))
);
-- the input fields of a signature, in their order
CREATE UNIQUE INDEX `signatureobject_signature_id_position` ON `signature_objects` (`signature_id`, `position`);

CREATE TABLE `signature_templates` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `slug` text NOT NULL,
  `name` text NOT NULL,
  `search_name` text NOT NULL,
  `participant_type` text NOT NULL,
  `cc_emails` json NOT NULL,
  `manager_names` json NOT NULL,
  `participants` json NOT NULL,
  `objects` json NOT NULL,
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `file_id` integer NULL,
  CONSTRAINT `signature_templates_files_file` FOREIGN KEY (`file_id`) REFERENCES `files` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `signature_templates_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `signature_templates_participant_type` CHECK (participant_type IN ('TOGETHER', 'ORDER'))
);
-- a template by its slug
CREATE UNIQUE INDEX `signaturetemplate_institution_id_slug` ON `signature_templates` (`institution_id`, `slug`);

CREATE TABLE `tags` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `color_code` text NOT NULL DEFAULT 'GRAY',
  `position` integer NOT NULL DEFAULT 0,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  CONSTRAINT `tags_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `tags_color_code` CHECK (color_code IN ('RED', 'ORANGE', 'YELLOW', 'GREEN', 'BLUE', 'GRAY'))
);
-- the tags of an institution, one of each name
CREATE UNIQUE INDEX `tag_institution_id_name` ON `tags` (`institution_id`, `name`);

CREATE TABLE `agreement_customers` (
  `agreement_id` integer NOT NULL,
  `counterparty_id` integer NOT NULL,
  PRIMARY KEY (`agreement_id`, `counterparty_id`),
  CONSTRAINT `agreement_customers_counterparty_id` FOREIGN KEY (`counterparty_id`) REFERENCES `counterparties` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT `agreement_customers_agreement_id` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE
);
-- the agreements with a customer
CREATE INDEX `agreement_customers_counterparty_id_agreement_id` ON `agreement_customers` (`counterparty_id`, `agreement_id`);

CREATE TABLE `agreement_tags` (
  `agreement_id` integer NOT NULL,
  `tag_id` integer NOT NULL,
  PRIMARY KEY (`agreement_id`, `tag_id`),
  CONSTRAINT `agreement_tags_tag_id` FOREIGN KEY (`tag_id`) REFERENCES `tags` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT `agreement_tags_agreement_id` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE
);
-- the agreements with a tag
CREATE INDEX `agreement_tags_tag_id_agreement_id` ON `agreement_tags` (`tag_id`, `agreement_id`);

CREATE TABLE `agreement_assets` (
  `agreement_id` integer NOT NULL,
  `asset_id` integer NOT NULL,
  PRIMARY KEY (`agreement_id`, `asset_id`),
  CONSTRAINT `agreement_assets_asset_id` FOREIGN KEY (`asset_id`) REFERENCES `assets` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT `agreement_assets_agreement_id` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE
);
-- the agreements about an asset
CREATE INDEX `agreement_assets_asset_id_agreement_id` ON `agreement_assets` (`asset_id`, `agreement_id`);

CREATE TABLE `agreement_notify_users` (
  `agreement_id` integer NOT NULL,
  `user_id` integer NOT NULL,
  PRIMARY KEY (`agreement_id`, `user_id`),
  CONSTRAINT `agreement_notify_users_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT `agreement_notify_users_agreement_id` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE
);
-- what somebody is to be told of
CREATE INDEX `agreement_notify_users_user_id_agreement_id` ON `agreement_notify_users` (`user_id`, `agreement_id`);

CREATE TABLE `agreement_users` (
  `agreement_id` integer NOT NULL,
  `user_id` integer NOT NULL,
  PRIMARY KEY (`agreement_id`, `user_id`),
  CONSTRAINT `agreement_users_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT `agreement_users_agreement_id` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE
);
-- the agreements that name somebody
CREATE INDEX `agreement_users_user_id_agreement_id` ON `agreement_users` (`user_id`, `agreement_id`);

CREATE TABLE `agreement_organizations` (
  `agreement_id` integer NOT NULL,
  `institution_id` integer NOT NULL,
  PRIMARY KEY (`agreement_id`, `institution_id`),
  CONSTRAINT `agreement_organizations_institution_id` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT `agreement_organizations_agreement_id` FOREIGN KEY (`agreement_id`) REFERENCES `agreements` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE
);
-- the agreements that an organisation shares
CREATE INDEX `agreement_organizations_institution_id_agreement_id` ON `agreement_organizations` (`institution_id`, `agreement_id`);

CREATE TABLE `signature_template_tags` (
  `signature_template_id` integer NOT NULL,
  `tag_id` integer NOT NULL,
  PRIMARY KEY (`signature_template_id`, `tag_id`),
  CONSTRAINT `signature_template_tags_tag_id` FOREIGN KEY (`tag_id`) REFERENCES `tags` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT `signature_template_tags_signature_template_id` FOREIGN KEY (`signature_template_id`) REFERENCES `signature_templates` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE
);
-- the templates with a tag
CREATE INDEX `signature_template_tags_tag_id_signature_template_id` ON `signature_template_tags` (`tag_id`, `signature_template_id`);

ALTER TABLE `contracts` ADD COLUMN `agreement_id` integer NULL CONSTRAINT `contracts_agreements_agreement` REFERENCES `agreements` (`id`);
-- the work that an agreement governs
CREATE INDEX `contract_agreement_id_id` ON `contracts` (`agreement_id`, `id`);

-- Institutions that are there already get their ids: 18 of 27 characters at random, and a random uuid.
UPDATE `institutions` SET `public_id` = (
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 18)
  SELECT group_concat(substr('0123456789DEGJKLMNOPQRVWXYZ', abs(random() % 27) + 1, 1), '') FROM n WHERE `institutions`.`id` > 0
), `uuid` = (
  SELECT substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-' || substr('89ab', abs(random() % 4) + 1, 1) || substr(h, 18, 3) || '-' || substr(h, 21, 12)
  FROM (SELECT lower(hex(randomblob(16))) AS h WHERE `institutions`.`id` > 0)
);

-- The types that the references name; the back office may add more.
INSERT INTO `agreement_types` (`name`, `created_at`, `updated_at`) VALUES
  ('Lease', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00'), ('Software License', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00'), ('Maintenance', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00');
INSERT INTO `license_types` (`name`, `created_at`, `updated_at`) VALUES
  ('open source', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00'), ('commercial', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00');
