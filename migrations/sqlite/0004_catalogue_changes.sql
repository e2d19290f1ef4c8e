-- +goose Up
CREATE TABLE `catalogue_changes` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `noun` text NOT NULL,
  `record_id` integer NOT NULL,
  `record_version` integer NOT NULL,
  `changes` json NOT NULL,
  `at` datetime NOT NULL,
  `actor_id` integer NOT NULL,
  CONSTRAINT `catalogue_changes_users_actor` FOREIGN KEY (`actor_id`) REFERENCES `users` (`id`) ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT `catalogue_changes_noun` CHECK (noun IN ('base_price', 'pricing_schema', 'promotion', 'inspection_template', 'rating_item', 'payment_method', 'setting'))
);
-- the changes of a record of the catalogue, one for each version
CREATE UNIQUE INDEX `cataloguechange_noun_record_id_record_version` ON `catalogue_changes` (`noun`, `record_id`, `record_version`);
