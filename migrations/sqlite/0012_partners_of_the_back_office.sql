-- +goose Up
-- the back office's partners that are not verified, newest first
CREATE INDEX `partner_unverified` ON `partners` (`verification_status`, `id`) WHERE verification_status <> 'completed';
-- its partners that are suspended or rest
CREATE INDEX `partner_unavailable` ON `partners` (`status`, `id`) WHERE status <> 'active';
-- its partners that were deleted
CREATE INDEX `partner_deleted` ON `partners` (`id`) WHERE deleted_at IS NOT NULL;
