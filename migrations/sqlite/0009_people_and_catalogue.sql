-- +goose Up
-- add column "search_text" to table: "contracts"
ALTER TABLE `contracts` ADD COLUMN `search_text` text NOT NULL DEFAULT '';
-- what was there before is folded by its letters' case alone
UPDATE `contracts` SET `search_text` = lower('NKT-' || substr('00000000' || `id`, -8) || ' ' || `description` || ' ' || `tool_brand` || ' ' || `tool_type`);
-- create "new_institutions" table
CREATE TABLE `new_institutions` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `public_id` text NOT NULL DEFAULT '',
  `uuid` text NOT NULL DEFAULT '',
  `name` text NOT NULL,
  `search_name` text NOT NULL,
  `kind` text NOT NULL DEFAULT 'other',
  `address` text NOT NULL DEFAULT '',
  `province` text NOT NULL DEFAULT '',
  `city` text NOT NULL DEFAULT '',
  `district` text NOT NULL DEFAULT '',
  `subdistrict` text NOT NULL DEFAULT '',
  `postcode` text NOT NULL DEFAULT '',
  `latitude` real NOT NULL,
  `longitude` real NOT NULL,
  `zone` text NOT NULL DEFAULT 'Asia/Jakarta',
  `phone` text NOT NULL DEFAULT '',
  `email` text NOT NULL DEFAULT '',
  `picture` text NOT NULL DEFAULT '',
  `status` text NOT NULL DEFAULT 'active',
  `status_reason` text NOT NULL DEFAULT '',
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  CONSTRAINT `institutions_kind` CHECK (kind IN ('hospital', 'clinic', 'laboratory', 'other')),
  CONSTRAINT `institutions_latitude` CHECK (latitude BETWEEN -90 AND 90),
  CONSTRAINT `institutions_longitude` CHECK (longitude BETWEEN -180 AND 180),
  CONSTRAINT `institutions_status` CHECK (status IN ('active', 'suspended'))
);
-- copy rows from old table "institutions" to new temporary table "new_institutions"
INSERT INTO `new_institutions` (`id`, `public_id`, `uuid`, `name`, `search_name`, `kind`, `address`, `province`, `city`, `district`, `subdistrict`, `postcode`, `latitude`, `longitude`, `zone`, `phone`, `email`, `picture`, `version`, `created_at`, `updated_at`) SELECT `id`, `public_id`, `uuid`, `name`, `search_name`, `kind`, `address`, `province`, `city`, `district`, `subdistrict`, `postcode`, `latitude`, `longitude`, `zone`, `phone`, `email`, `picture`, `version`, `created_at`, `updated_at` FROM `institutions`;
-- drop "institutions" table after copying rows
DROP TABLE `institutions`;
-- rename temporary table "new_institutions" to "institutions"
ALTER TABLE `new_institutions` RENAME TO `institutions`;
-- an institution by Yedpay's id
CREATE UNIQUE INDEX `institution_public_id` ON `institutions` (`public_id`) WHERE public_id <> '';
-- an institution by its uuid
CREATE UNIQUE INDEX `institution_uuid` ON `institutions` (`uuid`) WHERE uuid <> '';
-- institutions by name
CREATE INDEX `institution_search_name_id` ON `institutions` (`search_name`, `id`);
-- institutions nearby, by bounding box
CREATE INDEX `institution_latitude_longitude` ON `institutions` (`latitude`, `longitude`);
-- institutions, newest first
CREATE INDEX `institution_created_at_id` ON `institutions` (`created_at`, `id`);
-- an institution's members, and who asked to be one
CREATE INDEX `membership_institution_id_state_id` ON `memberships` (`institution_id`, `state`, `id`);
-- who waits to become a member, the oldest first
CREATE INDEX `membership_requested` ON `memberships` (`created_at`, `id`) WHERE state = 'requested';
-- add column "identity_card" to table: "partners"
ALTER TABLE `partners` ADD COLUMN `identity_card` text NOT NULL DEFAULT '';
-- add column "verification_reason" to table: "partners"
ALTER TABLE `partners` ADD COLUMN `verification_reason` text NOT NULL DEFAULT '';
-- add column "submitted_at" to table: "partners"
ALTER TABLE `partners` ADD COLUMN `submitted_at` datetime NULL;
-- the partners that wait to be verified, the oldest first
CREATE INDEX `partner_submitted_at_id` ON `partners` (`submitted_at`, `id`) WHERE verification_step = 'review' AND deleted_at IS NULL;
-- a user's wishlist, newest first
CREATE INDEX `wishlist_user_id_created_at_id` ON `wishlists` (`user_id`, `created_at`, `id`);
-- create "new_catalogue_changes" table
CREATE TABLE `new_catalogue_changes` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `noun` text NOT NULL,
  `record_id` integer NOT NULL,
  `record_version` integer NOT NULL,
  `changes` json NOT NULL,
  `at` datetime NOT NULL,
  `actor_id` integer NOT NULL,
  CONSTRAINT `catalogue_changes_users_actor` FOREIGN KEY (`actor_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `catalogue_changes_noun` CHECK (noun IN ('base_price', 'pricing_schema', 'promotion', 'inspection_template', 'rating_item', 'payment_method', 'setting', 'service', 'sub_service', 'competency_test', 'test_question', 'certification', 'banner', 'institution', 'membership', 'partner', 'partner_test', 'partner_certification', 'user'))
);
-- copy rows from old table "catalogue_changes" to new temporary table "new_catalogue_changes"
INSERT INTO `new_catalogue_changes` (`id`, `noun`, `record_id`, `record_version`, `changes`, `at`, `actor_id`) SELECT `id`, `noun`, `record_id`, `record_version`, `changes`, `at`, `actor_id` FROM `catalogue_changes`;
-- drop "catalogue_changes" table after copying rows
DROP TABLE `catalogue_changes`;
-- rename temporary table "new_catalogue_changes" to "catalogue_changes"
ALTER TABLE `new_catalogue_changes` RENAME TO `catalogue_changes`;
-- the changes of a record of the catalogue, one for each version
CREATE UNIQUE INDEX `cataloguechange_noun_record_id_record_version` ON `catalogue_changes` (`noun`, `record_id`, `record_version`);
-- the accounts of a role, newest first
CREATE INDEX `user_role_created_at_id` ON `users` (`role`, `created_at`, `id`);
-- all accounts, newest first
CREATE INDEX `user_created_at_id` ON `users` (`created_at`, `id`);
-- notifications that were read long ago, for housekeeping
CREATE INDEX `notification_read_at` ON `notifications` (`read_at`) WHERE read_at IS NOT NULL;
-- notifications that were never read, the oldest first, for housekeeping
CREATE INDEX `notification_unread_created_at` ON `notifications` (`created_at`) WHERE read_at IS NULL;
-- how lately a code was sent to an address
CREATE INDEX `onetimecode_subject_purpose_resend_at` ON `one_time_codes` (`subject`, `purpose`, `resend_at`);
-- create "banners" table
CREATE TABLE `banners` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `title` text NOT NULL,
  `image` text NOT NULL,
  `link` text NOT NULL DEFAULT '',
  `position` integer NOT NULL DEFAULT 0,
  `description` text NOT NULL DEFAULT '',
  `content` text NOT NULL DEFAULT '',
  `start_date` text NOT NULL DEFAULT '',
  `end_date` text NOT NULL DEFAULT '',
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  CONSTRAINT `banners_window` CHECK (start_date = '' OR end_date = '' OR start_date <= end_date)
);
-- the banners, in order
CREATE INDEX `banner_position_id` ON `banners` (`position`, `id`);
-- create "certifications" table
CREATE TABLE `certifications` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `search_name` text NOT NULL,
  `issuer` text NOT NULL,
  `description` text NOT NULL DEFAULT '',
  `image` text NOT NULL DEFAULT '',
  `price` integer NULL,
  `currency` text NOT NULL DEFAULT 'IDR',
  `location` text NOT NULL DEFAULT '',
  `start_date` text NOT NULL DEFAULT '',
  `end_date` text NOT NULL DEFAULT '',
  `quota` integer NULL,
  `registered_count` integer NOT NULL DEFAULT 0,
  `registration_deadline` text NOT NULL DEFAULT '',
  `requirements` json NOT NULL,
  `benefits` json NOT NULL,
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  CONSTRAINT `certifications_places` CHECK (registered_count >= 0 AND (quota IS NULL OR quota >= 0)),
  CONSTRAINT `certifications_price` CHECK (price >= 0)
);
-- the certifications, newest first
CREATE INDEX `certification_created_at_id` ON `certifications` (`created_at`, `id`);
-- create "certification_wishlists" table
CREATE TABLE `certification_wishlists` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `created_at` datetime NOT NULL,
  `partner_id` integer NOT NULL,
  `certification_id` integer NOT NULL,
  CONSTRAINT `certification_wishlists_certifications_certification` FOREIGN KEY (`certification_id`) REFERENCES `certifications` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `certification_wishlists_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- a certification stands on a partner's list once
CREATE UNIQUE INDEX `certificationwishlist_partner_id_certification_id` ON `certification_wishlists` (`partner_id`, `certification_id`);
-- a partner's list, newest first
CREATE INDEX `certificationwishlist_partner_id_created_at_id` ON `certification_wishlists` (`partner_id`, `created_at`, `id`);
-- create "competency_tests" table
CREATE TABLE `competency_tests` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `description` text NOT NULL DEFAULT '',
  `url` text NOT NULL DEFAULT '',
  `passing_score` integer NULL,
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `sub_service_id` integer NOT NULL,
  CONSTRAINT `competency_tests_sub_services_sub_service` FOREIGN KEY (`sub_service_id`) REFERENCES `sub_services` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `competency_tests_passing_score` CHECK (passing_score BETWEEN 0 AND 100)
);
-- the tests of a sub-service
CREATE INDEX `competencytest_sub_service_id_id` ON `competency_tests` (`sub_service_id`, `id`);
-- create "educations" table
CREATE TABLE `educations` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `level` text NOT NULL,
  `institution_name` text NOT NULL,
  `major` text NOT NULL DEFAULT '',
  `graduation_year` integer NULL,
  `certificate` text NOT NULL DEFAULT '',
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `partner_id` integer NOT NULL,
  CONSTRAINT `educations_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `educations_graduation_year` CHECK (graduation_year BETWEEN 1900 AND 2200)
);
-- a partner's education, one each
CREATE UNIQUE INDEX `education_partner_id` ON `educations` (`partner_id`);
-- create "partner_certifications" table
CREATE TABLE `partner_certifications` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `status` text NOT NULL DEFAULT 'registered',
  `status_reason` text NOT NULL DEFAULT '',
  `certificate` text NOT NULL DEFAULT '',
  `registered_at` datetime NOT NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `partner_id` integer NOT NULL,
  `certification_id` integer NOT NULL,
  CONSTRAINT `partner_certifications_certifications_certification` FOREIGN KEY (`certification_id`) REFERENCES `certifications` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `partner_certifications_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `partner_certifications_status` CHECK (status IN ('registered', 'in_review', 'passed', 'failed', 'cancelled'))
);
-- one registration that counts each
CREATE UNIQUE INDEX `partnercertification_partner_id_certification_id` ON `partner_certifications` (`partner_id`, `certification_id`) WHERE status IN ('registered', 'in_review', 'passed');
-- a partner's registrations, newest first
CREATE INDEX `partnercertification_partner_id_registered_at_id` ON `partner_certifications` (`partner_id`, `registered_at`, `id`);
-- who registered for a certification
CREATE INDEX `partnercertification_certification_id_id` ON `partner_certifications` (`certification_id`, `id`);
-- the registrations that wait for a decision, the oldest first
CREATE INDEX `partnercertification_pending` ON `partner_certifications` (`registered_at`, `id`) WHERE status IN ('registered', 'in_review');
-- create "partner_tests" table
CREATE TABLE `partner_tests` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `status` text NOT NULL,
  `certificate` text NOT NULL,
  `rejection_reason` text NOT NULL DEFAULT '',
  `submitted_at` datetime NOT NULL,
  `reviewed_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `partner_id` integer NOT NULL,
  `competency_test_id` integer NOT NULL,
  `reviewed_by_id` integer NULL,
  CONSTRAINT `partner_tests_users_reviewed_by` FOREIGN KEY (`reviewed_by_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `partner_tests_competency_tests_competency_test` FOREIGN KEY (`competency_test_id`) REFERENCES `competency_tests` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `partner_tests_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `partner_tests_status` CHECK (status IN ('pending', 'approved', 'rejected'))
);
-- one certificate of each test
CREATE UNIQUE INDEX `partnertest_partner_id_competency_test_id` ON `partner_tests` (`partner_id`, `competency_test_id`);
-- a partner's certificates, the first one first
CREATE INDEX `partnertest_partner_id_created_at_id` ON `partner_tests` (`partner_id`, `created_at`, `id`);
-- the certificates that wait for a decision, the oldest first
CREATE INDEX `partnertest_submitted_at_id` ON `partner_tests` (`submitted_at`, `id`) WHERE status = 'pending';
-- create "test_attempts" table
CREATE TABLE `test_attempts` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `answers` json NOT NULL,
  `score` integer NOT NULL,
  `passed` bool NOT NULL,
  `created_at` datetime NOT NULL,
  `partner_id` integer NOT NULL,
  CONSTRAINT `test_attempts_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `test_attempts_score` CHECK (score BETWEEN 0 AND 100)
);
-- a partner's tries at the basic test, the last one first
CREATE INDEX `testattempt_partner_id_id` ON `test_attempts` (`partner_id`, `id`);
-- the basic test is passed once
CREATE UNIQUE INDEX `testattempt_passed` ON `test_attempts` (`partner_id`) WHERE passed;
-- create "test_questions" table
CREATE TABLE `test_questions` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `text` text NOT NULL,
  `options` json NOT NULL,
  `answer` integer NOT NULL,
  `position` integer NOT NULL DEFAULT 0,
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL
);
-- the questions of the basic test, in order
CREATE INDEX `testquestion_position_id` ON `test_questions` (`position`, `id`);
-- create "certification_sub_services" table
CREATE TABLE `certification_sub_services` (
  `certification_id` integer NOT NULL,
  `sub_service_id` integer NOT NULL,
  PRIMARY KEY (`certification_id`, `sub_service_id`),
  CONSTRAINT `certification_sub_services_sub_service_id` FOREIGN KEY (`sub_service_id`) REFERENCES `sub_services` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT `certification_sub_services_certification_id` FOREIGN KEY (`certification_id`) REFERENCES `certifications` (`id`) ON UPDATE NO ACTION ON DELETE CASCADE
);
-- the certifications of a sub-service
CREATE INDEX `certification_sub_services_sub_service_id_certification_id` ON `certification_sub_services` (`sub_service_id`, `certification_id`);
