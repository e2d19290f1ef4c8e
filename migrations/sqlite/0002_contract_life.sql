-- +goose Up
-- add column "departure_reminded_at" to table: "contracts"
ALTER TABLE `contracts` ADD COLUMN `departure_reminded_at` datetime NULL;
-- create index "contract_scheduled_start_at_id" to table: "contracts"
CREATE INDEX `contract_scheduled_start_at_id` ON `contracts` (`scheduled_start_at`, `id`) WHERE status = 'accepted' AND departure_reminded_at IS NULL;
-- add column "reason" to table: "contract_history"
ALTER TABLE `contract_history` ADD COLUMN `reason` text NOT NULL DEFAULT '';
-- create "inspection_templates" table
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
-- create index "inspectiontemplate_code" to table: "inspection_templates"
CREATE UNIQUE INDEX `inspectiontemplate_code` ON `inspection_templates` (`code`);
-- create index "inspectiontemplate_own" to table: "inspection_templates"
CREATE UNIQUE INDEX `inspectiontemplate_own` ON `inspection_templates` (`sub_service_id`, `kind`) WHERE active AND sub_service_id IS NOT NULL;
-- create index "inspectiontemplate_general" to table: "inspection_templates"
CREATE UNIQUE INDEX `inspectiontemplate_general` ON `inspection_templates` (`kind`) WHERE active AND sub_service_id IS NULL;
-- create "qr_tokens" table
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
-- create index "qrtoken_hash" to table: "qr_tokens"
CREATE UNIQUE INDEX `qrtoken_hash` ON `qr_tokens` (`hash`);
-- create index "qrtoken_contract_id_phase_expires_at" to table: "qr_tokens"
CREATE INDEX `qrtoken_contract_id_phase_expires_at` ON `qr_tokens` (`contract_id`, `phase`, `expires_at`);
-- create index "qrtoken_expires_at" to table: "qr_tokens"
CREATE INDEX `qrtoken_expires_at` ON `qr_tokens` (`expires_at`);
