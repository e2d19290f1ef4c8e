-- +goose Up
-- modify "participants" table
ALTER TABLE "participants" ADD COLUMN "answered_wall_at" timestamptz NULL;
