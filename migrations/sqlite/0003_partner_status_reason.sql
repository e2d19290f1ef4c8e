-- +goose Up
-- add column "status_reason" to table: "partners"
ALTER TABLE `partners` ADD COLUMN `status_reason` text NOT NULL DEFAULT '';
