-- +goose Up
-- add column "answered_wall_at" to table: "participants"
ALTER TABLE `participants` ADD COLUMN `answered_wall_at` datetime NULL;
