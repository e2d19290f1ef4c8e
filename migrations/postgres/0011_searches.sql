-- +goose Up
-- institutions that everybody finds, by name, and the back office's of a status
CREATE INDEX "institution_status_search_name_id" ON "institutions" ("status", "search_name", "id");
-- the same, newest first
CREATE INDEX "institution_status_created_at_id" ON "institutions" ("status", "created_at", "id");
-- how many institutions of a name everybody finds
CREATE INDEX "institution_active" ON "institutions" ("id") WHERE (status = 'active');
-- how many partners of a name everybody finds
CREATE INDEX "partner_listed" ON "partners" ("id") WHERE ((status = 'active') AND (verification_status = 'completed') AND (deleted_at IS NULL));
-- the back office's registrations for certifications, newest first
CREATE INDEX "partnercertification_registered_at_id" ON "partner_certifications" ("registered_at", "id");
-- the back office's accounts of a status, newest first
CREATE INDEX "user_status_created_at_id" ON "users" ("status", "created_at", "id");
