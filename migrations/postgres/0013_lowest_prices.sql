-- +goose Up
-- the lowest active price of a partner, which lists by price are sorted by; two columns, since those without one come last either way
ALTER TABLE "partners" ADD COLUMN "cheapest_first" bigint NOT NULL DEFAULT 4611686018427387904, ADD COLUMN "dearest_first" bigint NOT NULL DEFAULT -1;
UPDATE partners SET cheapest_first = COALESCE((SELECT MIN(b.amount) FROM base_prices b WHERE b.partner_id = partners.id AND b.active), 4611686018427387904), dearest_first = COALESCE((SELECT MIN(b.amount) FROM base_prices b WHERE b.partner_id = partners.id AND b.active), -1);
-- partners that everybody finds, the cheapest first
CREATE INDEX "partner_cheapest_first_id" ON "partners" ("cheapest_first", "id") WHERE ((status = 'active') AND (verification_status = 'completed') AND (deleted_at IS NULL));
-- the same, the dearest first
CREATE INDEX "partner_dearest_first_id" ON "partners" ("dearest_first", "id") WHERE ((status = 'active') AND (verification_status = 'completed') AND (deleted_at IS NULL));
