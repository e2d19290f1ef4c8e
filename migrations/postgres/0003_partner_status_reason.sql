-- +goose Up
-- modify "partners" table
ALTER TABLE "partners" ADD COLUMN "status_reason" character varying NOT NULL DEFAULT '';
