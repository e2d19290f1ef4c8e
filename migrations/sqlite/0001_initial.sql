-- +goose Up

CREATE TABLE `partner_assignments` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `sequence` integer NOT NULL,
  `kind` text NOT NULL,
  `status` text NOT NULL,
  `status_reason` text NOT NULL DEFAULT '',
  `assigned_by_role` text NOT NULL,
  `assigned_at` datetime NOT NULL,
  `responded_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  `partner_id` integer NOT NULL,
  `assigned_by_id` integer NOT NULL,
  CONSTRAINT `partner_assignments_users_assigned_by` FOREIGN KEY (`assigned_by_id`) REFERENCES `users` (`id`),
  CONSTRAINT `partner_assignments_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`),
  CONSTRAINT `partner_assignments_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `partner_assignments_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `partner_assignments_kind` CHECK (kind IN ('initial', 'reassignment')),
  CONSTRAINT `partner_assignments_status` CHECK (status IN ('pending', 'accepted', 'rejected', 'expired', 'cancelled'))
);
-- the assignments of a contract, in order
CREATE UNIQUE INDEX `assignment_contract_id_sequence_institution_id` ON `partner_assignments` (`contract_id`, `sequence`, `institution_id`);
-- at most one open assignment of a contract
CREATE UNIQUE INDEX `assignment_open` ON `partner_assignments` (`contract_id`, `institution_id`) WHERE status IN ('pending', 'accepted');
-- the contracts that a partner was asked for
CREATE INDEX `assignment_partner_id_contract_id` ON `partner_assignments` (`partner_id`, `contract_id`);

CREATE TABLE `base_prices` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `amount` integer NOT NULL,
  `currency` text NOT NULL DEFAULT 'IDR',
  `unit` text NOT NULL DEFAULT 'hour',
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `partner_id` integer NOT NULL,
  `sub_service_id` integer NOT NULL,
  CONSTRAINT `base_prices_sub_services_sub_service` FOREIGN KEY (`sub_service_id`) REFERENCES `sub_services` (`id`),
  CONSTRAINT `base_prices_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`),
  CONSTRAINT `base_prices_amount` CHECK (amount >= 0)
);
-- one active price of a partner for a sub-service
CREATE UNIQUE INDEX `baseprice_active` ON `base_prices` (`partner_id`, `sub_service_id`) WHERE active;
-- a partner's lowest price
CREATE INDEX `baseprice_partner_id_amount` ON `base_prices` (`partner_id`, `amount`) WHERE active;
-- the partners of a sub-service, by price
CREATE INDEX `baseprice_sub_service_id_amount_partner_id` ON `base_prices` (`sub_service_id`, `amount`, `partner_id`) WHERE active;

CREATE TABLE `competencies` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `status` text NOT NULL DEFAULT 'pending',
  `installation` bool NOT NULL DEFAULT true,
  `maintenance` bool NOT NULL DEFAULT true,
  `repair` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `partner_id` integer NOT NULL,
  `sub_service_id` integer NOT NULL,
  CONSTRAINT `competencies_sub_services_sub_service` FOREIGN KEY (`sub_service_id`) REFERENCES `sub_services` (`id`),
  CONSTRAINT `competencies_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`),
  CONSTRAINT `competencies_status` CHECK (status IN ('active', 'inactive', 'pending'))
);
-- a partner's competencies, each once
CREATE UNIQUE INDEX `competency_partner_id_sub_service_id` ON `competencies` (`partner_id`, `sub_service_id`);
-- who can do a sub-service
CREATE INDEX `competency_sub_service_id_partner_id` ON `competencies` (`sub_service_id`, `partner_id`) WHERE status = 'active';

CREATE TABLE `conclusions` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `result` text NOT NULL,
  `summary` text NOT NULL,
  `recommendation` text NOT NULL DEFAULT '',
  `photos` json NOT NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  CONSTRAINT `conclusions_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `conclusions_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `conclusions_result` CHECK (result IN ('good', 'needs_follow_up', 'broken'))
);
-- the conclusion of a contract, one each
CREATE UNIQUE INDEX `conclusion_contract_id_institution_id` ON `conclusions` (`contract_id`, `institution_id`);

CREATE TABLE `contact_persons` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `phone` text NOT NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  CONSTRAINT `contact_persons_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `contact_persons_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`)
);
-- the contact persons of a contract
CREATE INDEX `contactperson_contract_id_id` ON `contact_persons` (`contract_id`, `id`);

CREATE TABLE `contracts` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `kind` text NOT NULL,
  `status` text NOT NULL,
  `stage` text NOT NULL DEFAULT '',
  `step` text NOT NULL,
  `status_reason` text NOT NULL DEFAULT '',
  `description` text NOT NULL DEFAULT '',
  `tool_brand` text NOT NULL DEFAULT '',
  `tool_type` text NOT NULL DEFAULT '',
  `tool_images` json NOT NULL,
  `start_date` text NOT NULL DEFAULT '',
  `start_time` text NOT NULL DEFAULT '',
  `end_date` text NOT NULL DEFAULT '',
  `end_time` text NOT NULL DEFAULT '',
  `schedule_start_date` text NOT NULL DEFAULT '',
  `schedule_start_time` text NOT NULL DEFAULT '',
  `schedule_end_date` text NOT NULL DEFAULT '',
  `schedule_end_time` text NOT NULL DEFAULT '',
  `scheduled_start_at` datetime NULL,
  `scheduled_end_at` datetime NULL,
  `extension_minutes` integer NOT NULL DEFAULT 0,
  `currency` text NOT NULL DEFAULT 'IDR',
  `pricing_total` integer NOT NULL DEFAULT 0,
  `discount` integer NOT NULL DEFAULT 0,
  `escalation_deadline_at` datetime NULL,
  `offered_at` datetime NULL,
  `released_at` datetime NULL,
  `accepted_at` datetime NULL,
  `on_route_at` datetime NULL,
  `work_started_at` datetime NULL,
  `completed_at` datetime NULL,
  `cancelled_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `created_by_id` integer NOT NULL,
  `partner_id` integer NOT NULL,
  `sub_service_id` integer NOT NULL,
  `supervisor_id` integer NULL,
  CONSTRAINT `contracts_users_supervisor` FOREIGN KEY (`supervisor_id`) REFERENCES `users` (`id`),
  CONSTRAINT `contracts_sub_services_sub_service` FOREIGN KEY (`sub_service_id`) REFERENCES `sub_services` (`id`),
  CONSTRAINT `contracts_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`),
  CONSTRAINT `contracts_users_created_by` FOREIGN KEY (`created_by_id`) REFERENCES `users` (`id`),
  CONSTRAINT `contracts_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `contracts_amount` CHECK (pricing_total >= 0 AND discount BETWEEN 0 AND pricing_total),
  CONSTRAINT `contracts_kind` CHECK (kind IN ('installation', 'maintenance', 'repair')),
  CONSTRAINT `contracts_period` CHECK (scheduled_start_at < scheduled_end_at),
  CONSTRAINT `contracts_stage` CHECK (CASE WHEN status = 'partner_pending' THEN stage IN ('partner', 'supervisor') ELSE stage = '' END),
  CONSTRAINT `contracts_status` CHECK (status IN ('draft', 'payment_pending', 'partner_pending', 'accepted', 'on_route', 'in_progress', 'completed', 'cancelled', 'rejected', 'expired')),
  CONSTRAINT `contracts_step` CHECK (step IN ('schedule', 'details', 'payment', 'completed'))
);
-- an institution's contracts, newest first
CREATE INDEX `contract_institution_id_created_at_id` ON `contracts` (`institution_id`, `created_at`, `id`);
-- an institution's contracts in a state, newest first
CREATE INDEX `contract_institution_id_status_created_at_id` ON `contracts` (`institution_id`, `status`, `created_at`, `id`);
-- a partner's contracts, newest first
CREATE INDEX `contract_partner_id_created_at_id` ON `contracts` (`partner_id`, `created_at`, `id`);
-- the contracts that a supervisor handled, newest first
CREATE INDEX `contract_supervisor_id_created_at_id` ON `contracts` (`supervisor_id`, `created_at`, `id`);
-- the supervisors' queue, and what falls due, soonest first
CREATE INDEX `contract_escalation_deadline_at_id` ON `contracts` (`escalation_deadline_at`, `id`) WHERE status = 'partner_pending';
-- all contracts, newest first, for the back office
CREATE INDEX `contract_created_at_id` ON `contracts` (`created_at`, `id`);

CREATE TABLE `contract_history` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `actor_role` text NOT NULL DEFAULT '',
  `partner_id` integer NULL,
  `event` text NOT NULL,
  `from_status` text NOT NULL DEFAULT '',
  `from_stage` text NOT NULL DEFAULT '',
  `to_status` text NOT NULL,
  `to_stage` text NOT NULL DEFAULT '',
  `changes` json NOT NULL,
  `contract_version` integer NOT NULL,
  `at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  `actor_id` integer NULL,
  CONSTRAINT `contract_history_users_actor` FOREIGN KEY (`actor_id`) REFERENCES `users` (`id`),
  CONSTRAINT `contract_history_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `contract_history_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `contract_history_to_status` CHECK (to_status IN ('draft', 'payment_pending', 'partner_pending', 'accepted', 'on_route', 'in_progress', 'completed', 'cancelled', 'rejected', 'expired'))
);
-- a contract's history, in order
CREATE UNIQUE INDEX `contracthistory_contract_id_contract_version_institution_id` ON `contract_history` (`contract_id`, `contract_version`, `institution_id`);

CREATE TABLE `files` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `purpose` text NOT NULL,
  `content_type` text NOT NULL,
  `size` integer NOT NULL,
  `sha256` text NOT NULL,
  `public` bool NOT NULL DEFAULT false,
  `created_at` datetime NOT NULL,
  `institution_id` integer NULL,
  `uploaded_by_id` integer NULL,
  CONSTRAINT `files_users_uploaded_by` FOREIGN KEY (`uploaded_by_id`) REFERENCES `users` (`id`),
  CONSTRAINT `files_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`)
);
-- a file by its name, to serve it
CREATE UNIQUE INDEX `file_name` ON `files` (`name`);
-- old files, for housekeeping
CREATE INDEX `file_created_at` ON `files` (`created_at`);

CREATE TABLE `idempotency_records` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `operation` text NOT NULL,
  `key` text NOT NULL,
  `request_hash` text NOT NULL,
  `result_type` text NOT NULL,
  `result_id` integer NOT NULL,
  `outcome` text NOT NULL,
  `created_at` datetime NOT NULL,
  `user_id` integer NOT NULL,
  CONSTRAINT `idempotency_records_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)
);
-- the record of a write that is repeated
CREATE UNIQUE INDEX `idempotency_user_id_operation_key` ON `idempotency_records` (`user_id`, `operation`, `key`);
-- old records, for housekeeping
CREATE INDEX `idempotency_created_at` ON `idempotency_records` (`created_at`);

CREATE TABLE `inspections` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `status` text NOT NULL DEFAULT 'draft',
  `template_code` text NOT NULL,
  `template_name` text NOT NULL,
  `sections` json NOT NULL,
  `photos` json NOT NULL,
  `started_at` datetime NULL,
  `submitted_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  CONSTRAINT `inspections_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `inspections_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `inspections_status` CHECK (status IN ('draft', 'submitted'))
);
-- the inspection of a contract, one each
CREATE UNIQUE INDEX `inspection_contract_id_institution_id` ON `inspections` (`contract_id`, `institution_id`);

CREATE TABLE `institutions` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
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
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  CONSTRAINT `institutions_kind` CHECK (kind IN ('hospital', 'clinic', 'laboratory', 'other')),
  CONSTRAINT `institutions_latitude` CHECK (latitude BETWEEN -90 AND 90),
  CONSTRAINT `institutions_longitude` CHECK (longitude BETWEEN -180 AND 180)
);
-- institutions by name
CREATE INDEX `institution_search_name_id` ON `institutions` (`search_name`, `id`);
-- institutions nearby, by bounding box
CREATE INDEX `institution_latitude_longitude` ON `institutions` (`latitude`, `longitude`);
-- institutions, newest first
CREATE INDEX `institution_created_at_id` ON `institutions` (`created_at`, `id`);

CREATE TABLE `memberships` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `role` text NOT NULL,
  `state` text NOT NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `user_id` integer NOT NULL,
  CONSTRAINT `memberships_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`),
  CONSTRAINT `memberships_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `memberships_role` CHECK (role IN ('manager', 'member', 'agent')),
  CONSTRAINT `memberships_state` CHECK (state IN ('requested', 'active', 'ended'))
);
-- the members of an institution, each once
CREATE UNIQUE INDEX `membership_institution_id_user_id` ON `memberships` (`institution_id`, `user_id`);
-- the institutions of whoever calls
CREATE INDEX `membership_user_id_state` ON `memberships` (`user_id`, `state`);

CREATE TABLE `outbox` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `key` text NOT NULL,
  `topic` text NOT NULL,
  `institution_id` integer NULL,
  `contract_id` integer NULL,
  `payload` json NOT NULL,
  `available_at` datetime NOT NULL,
  `attempts` integer NOT NULL DEFAULT 0,
  `claimed_until` datetime NULL,
  `delivered_at` datetime NULL,
  `last_error` text NOT NULL DEFAULT '',
  `created_at` datetime NOT NULL
);
-- one row for each event
CREATE UNIQUE INDEX `outbox_key` ON `outbox` (`key`);
-- what is to be delivered, oldest first
CREATE INDEX `outbox_available_at_id` ON `outbox` (`available_at`, `id`) WHERE delivered_at IS NULL;
-- what was delivered, for housekeeping
CREATE INDEX `outbox_delivered_at` ON `outbox` (`delivered_at`);

CREATE TABLE `partners` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `full_name` text NOT NULL,
  `search_name` text NOT NULL,
  `picture` text NOT NULL DEFAULT '',
  `gender` text NOT NULL,
  `status` text NOT NULL DEFAULT 'active',
  `verification_status` text NOT NULL DEFAULT 'not_started',
  `verification_step` text NOT NULL DEFAULT 'registration',
  `open_to_work` bool NOT NULL DEFAULT false,
  `about` text NOT NULL DEFAULT '',
  `experience_years` integer NULL,
  `phone` text NOT NULL DEFAULT '',
  `birth_place` text NOT NULL DEFAULT '',
  `birth_date` text NOT NULL DEFAULT '',
  `identity_number` text NOT NULL DEFAULT '',
  `reviews_count` integer NOT NULL DEFAULT 0,
  `reviews_tenths` integer NOT NULL DEFAULT 0,
  `deleted_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `user_id` integer NOT NULL,
  `created_by_id` integer NULL,
  CONSTRAINT `partners_users_created_by` FOREIGN KEY (`created_by_id`) REFERENCES `users` (`id`),
  CONSTRAINT `partners_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`),
  CONSTRAINT `partners_gender` CHECK (gender IN ('male', 'female')),
  CONSTRAINT `partners_reviews` CHECK (reviews_count >= 0 AND reviews_tenths BETWEEN reviews_count * 10 AND reviews_count * 50),
  CONSTRAINT `partners_status` CHECK (status IN ('active', 'inactive', 'suspended')),
  CONSTRAINT `partners_verification_status` CHECK (verification_status IN ('not_started', 'in_progress', 'completed', 'rejected')),
  CONSTRAINT `partners_verification_step` CHECK (verification_step IN ('registration', 'basic_test', 'competency_test', 'review', 'verified'))
);
-- the partner of whoever calls
CREATE UNIQUE INDEX `partner_user_id` ON `partners` (`user_id`);
-- a supervisor's own partners
CREATE INDEX `partner_created_by_id_id` ON `partners` (`created_by_id`, `id`);
-- the partners on offer, by registration
CREATE INDEX `partner_created_at_id` ON `partners` (`created_at`, `id`) WHERE status = 'active' AND verification_status = 'completed' AND deleted_at IS NULL;

CREATE TABLE `partner_locations` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `is_primary` bool NOT NULL DEFAULT false,
  `address` text NOT NULL DEFAULT '',
  `province` text NOT NULL DEFAULT '',
  `city` text NOT NULL DEFAULT '',
  `district` text NOT NULL DEFAULT '',
  `subdistrict` text NOT NULL DEFAULT '',
  `postcode` text NOT NULL DEFAULT '',
  `latitude` real NOT NULL,
  `longitude` real NOT NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `partner_id` integer NOT NULL,
  CONSTRAINT `partner_locations_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`),
  CONSTRAINT `partner_locations_latitude` CHECK (latitude BETWEEN -90 AND 90),
  CONSTRAINT `partner_locations_longitude` CHECK (longitude BETWEEN -180 AND 180)
);
-- the primary place of a partner, one each
CREATE UNIQUE INDEX `partnerlocation_primary` ON `partner_locations` (`partner_id`) WHERE is_primary;
-- all places of a partner
CREATE INDEX `partnerlocation_partner_id_id` ON `partner_locations` (`partner_id`, `id`);
-- partners nearby, by bounding box
CREATE INDEX `partnerlocation_latitude_longitude` ON `partner_locations` (`latitude`, `longitude`) WHERE is_primary;

CREATE TABLE `payments` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `amount` integer NOT NULL,
  `discount` integer NOT NULL DEFAULT 0,
  `status` text NOT NULL,
  `status_reason` text NOT NULL DEFAULT '',
  `proof` text NOT NULL DEFAULT '',
  `proof_sent_at` datetime NULL,
  `deadline_at` datetime NULL,
  `paid_at` datetime NULL,
  `refunded_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  `payment_method_id` integer NOT NULL,
  `promotion_id` integer NULL,
  CONSTRAINT `payments_promotions_promotion` FOREIGN KEY (`promotion_id`) REFERENCES `promotions` (`id`),
  CONSTRAINT `payments_payment_methods_payment_method` FOREIGN KEY (`payment_method_id`) REFERENCES `payment_methods` (`id`),
  CONSTRAINT `payments_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `payments_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `payments_amount` CHECK (amount >= 0 AND discount >= 0),
  CONSTRAINT `payments_status` CHECK (status IN ('unpaid', 'pending', 'paid', 'expired', 'refund_due', 'refunded'))
);
-- the payment of a contract, one each
CREATE UNIQUE INDEX `payment_contract_id_institution_id` ON `payments` (`contract_id`, `institution_id`);
-- unpaid payments that fall due, soonest first
CREATE INDEX `payment_deadline_at_id` ON `payments` (`deadline_at`, `id`) WHERE status = 'unpaid';
-- payments in a state, for the back office
CREATE INDEX `payment_status_id` ON `payments` (`status`, `id`);

CREATE TABLE `payment_methods` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `code` text NOT NULL,
  `name` text NOT NULL,
  `kind` text NOT NULL,
  `account_name` text NOT NULL DEFAULT '',
  `account_number` text NOT NULL DEFAULT '',
  `instructions` text NOT NULL DEFAULT '',
  `logo` text NOT NULL DEFAULT '',
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  CONSTRAINT `payment_methods_kind` CHECK (kind IN ('bank_transfer', 'virtual_account', 'e_wallet'))
);
-- a payment method by its code
CREATE UNIQUE INDEX `paymentmethod_code` ON `payment_methods` (`code`);

CREATE TABLE `pricing_items` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `position` integer NOT NULL,
  `name` text NOT NULL,
  `code` text NOT NULL,
  `kind` text NOT NULL,
  `amount` integer NOT NULL,
  `unit` text NOT NULL,
  `is_partner_pricing` bool NOT NULL,
  `effect` text NOT NULL,
  `created_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  `pricing_schema_id` integer NOT NULL,
  CONSTRAINT `pricing_items_pricing_schemas_pricing_schema` FOREIGN KEY (`pricing_schema_id`) REFERENCES `pricing_schemas` (`id`),
  CONSTRAINT `pricing_items_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `pricing_items_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `pricing_items_amount` CHECK (amount >= 0),
  CONSTRAINT `pricing_items_effect` CHECK (effect IN ('add', 'subtract'))
);
-- the price lines of a contract, in order
CREATE INDEX `pricingitem_contract_id_position_id` ON `pricing_items` (`contract_id`, `position`, `id`);

CREATE TABLE `pricing_schemas` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `code` text NOT NULL,
  `name` text NOT NULL,
  `kind` text NOT NULL,
  `unit` text NOT NULL DEFAULT 'contract',
  `effect` text NOT NULL DEFAULT 'add',
  `is_partner_pricing` bool NOT NULL DEFAULT false,
  `amount` integer NOT NULL DEFAULT 0,
  `currency` text NOT NULL DEFAULT 'IDR',
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  CONSTRAINT `pricing_schemas_amount` CHECK (amount >= 0),
  CONSTRAINT `pricing_schemas_effect` CHECK (effect IN ('add', 'subtract'))
);
-- a pricing schema by its code
CREATE UNIQUE INDEX `pricingschema_code` ON `pricing_schemas` (`code`);

CREATE TABLE `promotions` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `code` text NOT NULL,
  `name` text NOT NULL,
  `description` text NOT NULL DEFAULT '',
  `discount_type` text NOT NULL,
  `discount_value` integer NOT NULL,
  `min_order_amount` integer NOT NULL DEFAULT 0,
  `max_discount_amount` integer NOT NULL DEFAULT 0,
  `currency` text NOT NULL DEFAULT 'IDR',
  `start_date` text NOT NULL,
  `end_date` text NOT NULL,
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  CONSTRAINT `promotions_discount_type` CHECK (discount_type IN ('percentage', 'fixed_amount')),
  CONSTRAINT `promotions_value` CHECK (discount_value > 0 AND (discount_type <> 'percentage' OR discount_value <= 100)),
  CONSTRAINT `promotions_window` CHECK (start_date <= end_date)
);
-- a promotion by its code
CREATE UNIQUE INDEX `promotion_code` ON `promotions` (`code`);
-- the promotions of today
CREATE INDEX `promotion_end_date_id` ON `promotions` (`end_date`, `id`);

CREATE TABLE `rating_items` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `description` text NOT NULL DEFAULT '',
  `position` integer NOT NULL,
  `active` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL
);
-- the rating items, in order
CREATE INDEX `ratingitem_position_id` ON `rating_items` (`position`, `id`);

CREATE TABLE `reviews` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `overall_tenths` integer NOT NULL,
  `comment` text NOT NULL DEFAULT '',
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  `partner_id` integer NOT NULL,
  `created_by_id` integer NOT NULL,
  CONSTRAINT `reviews_users_created_by` FOREIGN KEY (`created_by_id`) REFERENCES `users` (`id`),
  CONSTRAINT `reviews_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`),
  CONSTRAINT `reviews_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `reviews_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `reviews_overall` CHECK (overall_tenths BETWEEN 10 AND 50)
);
-- the review of a contract, one each
CREATE UNIQUE INDEX `review_contract_id_institution_id` ON `reviews` (`contract_id`, `institution_id`);
-- a partner's reviews, newest first
CREATE INDEX `review_partner_id_created_at_id` ON `reviews` (`partner_id`, `created_at`, `id`);

CREATE TABLE `review_ratings` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `rate` integer NOT NULL,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `review_id` integer NOT NULL,
  `rating_item_id` integer NOT NULL,
  CONSTRAINT `review_ratings_rating_items_rating_item` FOREIGN KEY (`rating_item_id`) REFERENCES `rating_items` (`id`),
  CONSTRAINT `review_ratings_reviews_review` FOREIGN KEY (`review_id`) REFERENCES `reviews` (`id`),
  CONSTRAINT `review_ratings_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `review_ratings_rate` CHECK (rate BETWEEN 1 AND 5)
);
-- the rates of a review, each item once
CREATE UNIQUE INDEX `reviewrating_review_id_rating_item_id_institution_id` ON `review_ratings` (`review_id`, `rating_item_id`, `institution_id`);

CREATE TABLE `schedules` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `date` text NOT NULL,
  `start_time` text NOT NULL,
  `end_time` text NOT NULL,
  `status` text NOT NULL DEFAULT 'pending',
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  CONSTRAINT `schedules_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `schedules_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `schedules_status` CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled')),
  CONSTRAINT `schedules_times` CHECK (start_time < end_time)
);
-- the days of a contract, in order
CREATE INDEX `schedule_contract_id_date_start_time_id` ON `schedules` (`contract_id`, `date`, `start_time`, `id`);

CREATE TABLE `services` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `description` text NOT NULL DEFAULT '',
  `icon` text NOT NULL DEFAULT '',
  `status` text NOT NULL DEFAULT 'active',
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  CONSTRAINT `services_status` CHECK (status IN ('active', 'inactive', 'pending'))
);
-- services by name
CREATE INDEX `service_name_id` ON `services` (`name`, `id`);

CREATE TABLE `sessions` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `family` text NOT NULL,
  `refresh_hash` text NOT NULL DEFAULT '',
  `device_id` text NOT NULL DEFAULT '',
  `device_name` text NOT NULL DEFAULT '',
  `platform` text NOT NULL DEFAULT '',
  `expires_at` datetime NOT NULL,
  `revoked_at` datetime NULL,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `user_id` integer NOT NULL,
  CONSTRAINT `sessions_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)
);
-- all sessions of a user, to end them
CREATE INDEX `session_user_id_id` ON `sessions` (`user_id`, `id`);
-- expired sessions, for housekeeping
CREATE INDEX `session_expires_at` ON `sessions` (`expires_at`);

CREATE TABLE `settings` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `key` text NOT NULL,
  `value` text NOT NULL,
  `public` bool NOT NULL DEFAULT false,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL
);
-- a setting by its key
CREATE UNIQUE INDEX `setting_key` ON `settings` (`key`);

CREATE TABLE `sub_services` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `name` text NOT NULL,
  `description` text NOT NULL DEFAULT '',
  `status` text NOT NULL DEFAULT 'active',
  `installation` bool NOT NULL DEFAULT true,
  `maintenance` bool NOT NULL DEFAULT true,
  `repair` bool NOT NULL DEFAULT true,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `service_id` integer NOT NULL,
  CONSTRAINT `sub_services_services_service` FOREIGN KEY (`service_id`) REFERENCES `services` (`id`),
  CONSTRAINT `sub_services_status` CHECK (status IN ('active', 'inactive', 'pending'))
);
-- the sub-services of a service
CREATE INDEX `subservice_service_id_id` ON `sub_services` (`service_id`, `id`);

CREATE TABLE `time_adjustments` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `minutes` integer NOT NULL,
  `reason` text NOT NULL,
  `status` text NOT NULL DEFAULT 'pending',
  `status_reason` text NOT NULL DEFAULT '',
  `requested_at` datetime NOT NULL,
  `approved_at` datetime NULL,
  `responded_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `institution_id` integer NOT NULL,
  `contract_id` integer NOT NULL,
  CONSTRAINT `time_adjustments_contracts_contract` FOREIGN KEY (`contract_id`) REFERENCES `contracts` (`id`),
  CONSTRAINT `time_adjustments_institutions_institution` FOREIGN KEY (`institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `time_adjustments_minutes` CHECK (minutes > 0),
  CONSTRAINT `time_adjustments_status` CHECK (status IN ('pending', 'approved', 'rejected'))
);
-- the time adjustments of a contract, in order
CREATE INDEX `timeadjustment_contract_id_requested_at_id` ON `time_adjustments` (`contract_id`, `requested_at`, `id`);
-- at most one pending time adjustment of a contract
CREATE UNIQUE INDEX `timeadjustment_pending` ON `time_adjustments` (`contract_id`, `institution_id`) WHERE status = 'pending';

CREATE TABLE `users` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `email` text NOT NULL,
  `password_hash` text NOT NULL,
  `full_name` text NOT NULL,
  `role` text NOT NULL,
  `phone` text NOT NULL DEFAULT '',
  `picture` text NOT NULL DEFAULT '',
  `status` text NOT NULL DEFAULT 'active',
  `email_verified_at` datetime NULL,
  `version` integer NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `updated_at` datetime NOT NULL,
  `current_institution_id` integer NULL,
  CONSTRAINT `users_institutions_current_institution` FOREIGN KEY (`current_institution_id`) REFERENCES `institutions` (`id`),
  CONSTRAINT `users_role` CHECK (role IN ('institution', 'partner', 'supervisor', 'admin')),
  CONSTRAINT `users_status` CHECK (status IN ('active', 'suspended', 'closed'))
);
-- the account of whoever signs in
CREATE UNIQUE INDEX `user_email` ON `users` (`email`);

CREATE TABLE `wishlists` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `created_at` datetime NOT NULL,
  `user_id` integer NOT NULL,
  `partner_id` integer NOT NULL,
  CONSTRAINT `wishlists_partners_partner` FOREIGN KEY (`partner_id`) REFERENCES `partners` (`id`),
  CONSTRAINT `wishlists_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)
);
-- is a partner on the caller's list
CREATE UNIQUE INDEX `wishlist_user_id_partner_id` ON `wishlists` (`user_id`, `partner_id`);
