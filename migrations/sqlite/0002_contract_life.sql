-- +goose Up
ALTER TABLE `contracts` ADD COLUMN `departure_reminded_at` datetime NULL;
-- accepted work whose partner is to be reminded, by its start
CREATE INDEX `contract_scheduled_start_at_id` ON `contracts` (`scheduled_start_at`, `id`) WHERE status = 'accepted' AND departure_reminded_at IS NULL;
ALTER TABLE `contract_history` ADD COLUMN `reason` text NOT NULL DEFAULT '';
CREATE TABLE `inspection_templates` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `code` text NOT NULL,
  `name` text NOT NULL,
  `kind` text NOT NULL,
  `sections` json NOT NULL,
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `sub_service_id` integer NULL,
  CONSTRAINT `inspection_templates_sub_services_sub_service` FOREIGN KEY (`sub_service_id`) REFERENCES `sub_services` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `inspection_templates_kind` CHECK (kind IN ('installation', 'maintenance', 'repair'))
);
-- a template by its code
CREATE UNIQUE INDEX `inspectiontemplate_code` ON `inspection_templates` (`code`);
-- one template in use for a sub-service's kind of work
CREATE UNIQUE INDEX `inspectiontemplate_own` ON `inspection_templates` (`sub_service_id`, `kind`) WHERE active AND sub_service_id IS NOT NULL;
-- one general template in use for a kind of work
CREATE UNIQUE INDEX `inspectiontemplate_general` ON `inspection_templates` (`kind`) WHERE active AND sub_service_id IS NULL;
CREATE TABLE `qr_tokens` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `phase` text NOT NULL,
  `nonce` text NOT NULL,
  `hash` text NOT NULL,
  `expires_at` datetime NOT NULL,
  `used_at` datetime NULL,
  `created_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  `made_by_id` integer NOT NULL,
  CONSTRAINT `qr_tokens_users_made_by` FOREIGN KEY (`made_by_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `qr_tokens_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `qr_tokens_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `qr_tokens_phase` CHECK (phase IN ('start', 'end'))
);
-- the code that was scanned
CREATE UNIQUE INDEX `qrtoken_hash` ON `qr_tokens` (`hash`);
-- the code that a contract shows now
CREATE INDEX `qrtoken_contract_id_phase_expires_at` ON `qr_tokens` (`contract_id`, `phase`, `expires_at`);
-- codes that are over, for housekeeping
CREATE INDEX `qrtoken_expires_at` ON `qr_tokens` (`expires_at`);
