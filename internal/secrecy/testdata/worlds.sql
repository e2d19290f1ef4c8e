-- Pairs of worlds that differ in one hidden value. Each begins with what is
-- hidden, as Type.Field of internal/view; several when one value makes them all.
-- "in" are the contracts that it is done to, and that the operations are about;
-- "partner" is the partner that they are about; "seen by" are the readers with a tie
-- to the value: for every other reader both worlds are one. "without" are operations
-- that may lawfully tell. A line "then" parts what both worlds have from what only the
-- second one has. <contract> and the like are the numbers of the demo world.

-- # The escaped partner, for the institution

-- Contract.Partner, Assignment.Partner, HistoryEntry.Actor
-- in: queue
-- partner: lost
-- seen by: supervisor admin
UPDATE contracts SET partner_id = <partner:eligible_branch> WHERE id = <contract>;
UPDATE partner_assignments SET partner_id = <partner:eligible_branch> WHERE contract_id = <contract>;
UPDATE contract_history SET partner_id = <partner:eligible_branch> WHERE contract_id = <contract>;
UPDATE contract_history SET actor_id = (SELECT user_id FROM partners WHERE id = <partner:eligible_branch>) WHERE contract_id = <contract> AND actor_role = 'partner';
UPDATE contract_history SET changes = replace(replace(CAST(changes AS TEXT), '"partner_id":{"from":null,"to":<partner>}', '"partner_id":{"from":null,"to":<partner:eligible_branch>}'), '"partner_id":<partner>', '"partner_id":<partner:eligible_branch>') WHERE contract_id = <contract>;

-- Contract.Partner, Assignment.Partner, HistoryEntry.Actor
-- in: queue_branch
-- partner: lost_branch
-- seen by: supervisor admin
UPDATE contracts SET partner_id = <partner:eligible_branch> WHERE id = <contract>;
UPDATE partner_assignments SET partner_id = <partner:eligible_branch> WHERE contract_id = <contract>;
UPDATE contract_history SET partner_id = <partner:eligible_branch> WHERE contract_id = <contract>;
UPDATE contract_history SET actor_id = (SELECT user_id FROM partners WHERE id = <partner:eligible_branch>) WHERE contract_id = <contract> AND actor_role = 'partner';
UPDATE contract_history SET changes = replace(replace(CAST(changes AS TEXT), '"partner_id":{"from":null,"to":<partner>}', '"partner_id":{"from":null,"to":<partner:eligible_branch>}'), '"partner_id":<partner>', '"partner_id":<partner:eligible_branch>') WHERE contract_id = <contract>;

-- Contract.Partner
-- in: rejected
-- partner: lost
-- seen by: admin supervisor
UPDATE contracts SET partner_id = <partner:eligible_branch> WHERE id = <contract>;
UPDATE contract_history SET changes = replace(CAST(changes AS TEXT), '"partner_id":{"from":null,"to":<partner>}', '"partner_id":{"from":null,"to":<partner:eligible_branch>}') WHERE contract_id = <contract>;

-- Contract.Partner
-- in: cancelled_queue
-- partner: lost
-- seen by: admin
UPDATE contracts SET partner_id = <partner:eligible_branch> WHERE id = <contract>;
UPDATE contract_history SET changes = replace(CAST(changes AS TEXT), '"partner_id":{"from":null,"to":<partner>}', '"partner_id":{"from":null,"to":<partner:eligible_branch>}') WHERE contract_id = <contract>;

-- Contract.Partner
-- in: rejected_by_time
-- partner: unowned
-- seen by: admin
UPDATE contracts SET partner_id = <partner:eligible_branch> WHERE id = <contract>;
UPDATE contract_history SET changes = replace(CAST(changes AS TEXT), '"partner_id":{"from":null,"to":<partner>}', '"partner_id":{"from":null,"to":<partner:eligible_branch>}') WHERE contract_id = <contract>;

-- HistoryEntry.Reason
-- in: queue
-- seen by: supervisor admin
UPDATE contract_history SET reason = '<new>' WHERE contract_id = <contract> AND event = 'escalate';

-- HistoryEntry.Actor
-- in: queue
-- seen by: supervisor admin
UPDATE contract_history SET actor_id = NULL, actor_role = '' WHERE contract_id = <contract> AND event = 'escalate';

-- HistoryEntry.Changes, HistoryChange.To
-- in: queue
-- seen by: supervisor admin
UPDATE contract_history SET changes = replace(CAST(changes AS TEXT), 'My calibration kit is at the maker', '<new>') WHERE contract_id = <contract>;

-- HistoryEntry.Reason, HistoryEntry.Actor
-- in: reassigned
-- seen by: institution member supervisor admin
UPDATE contract_history SET reason = '<new>', actor_id = <user:admin2> WHERE contract_id = <contract> AND event = 'escalate';

-- HistoryEntry.Changes, HistoryChange.To
-- in: reassigned
-- seen by: institution member supervisor admin
UPDATE contract_history SET changes = replace(CAST(changes AS TEXT), 'I am on leave that week', '<new>') WHERE contract_id = <contract>;

-- Payment.Proof, Payment.StatusReason, HistoryChange.From, HistoryChange.To
-- in: offer running queue reassigned rejected
-- seen by: institution member admin
UPDATE contract_history SET changes = '{"payment.proof":{"from":"","to":"<new>"},"payment.status_reason":{"from":"","to":"<new>"},"payment.status":{"from":"unpaid","to":"pending"}}' WHERE contract_id = <contract> AND event = 'send_proof';

-- Payment.PaymentMethod, HistoryChange.To
-- in: offer running queue reassigned rejected
-- seen by: institution member admin
UPDATE contract_history SET changes = replace(CAST(changes AS TEXT), '"payment.payment_method_id":{"from":null,"to":', '"payment.payment_method_id":{"from":null,"to":1') WHERE contract_id = <contract>;

-- Payment.Promotion, HistoryChange.To
-- in: offer running queue reassigned rejected
-- seen by: institution member admin
UPDATE contract_history SET changes = replace(CAST(changes AS TEXT), '"payment.promotion_id":{"from":null,"to":', '"payment.promotion_id":{"from":null,"to":1') WHERE contract_id = <contract>;

-- ContactPerson.Phone, HistoryChange.To
-- in: offer
-- seen by: institution member admin
-- without: accept
UPDATE contract_history SET changes = replace(CAST(changes AS TEXT), '"phone":"+62', '"phone":"+99') WHERE contract_id = <contract>;

-- HistoryEntry.Version, HistoryEntry.At, HistoryEntry.Event, HistoryEntry.Actor, HistoryEntry.FromStatus, HistoryEntry.FromStage, HistoryEntry.ToStatus, HistoryEntry.ToStage, HistoryEntry.Reason, HistoryEntry.Changes, HistoryChange.Field, HistoryChange.From, HistoryChange.To
-- in: queue
-- seen by: supervisor admin
-- without: whenItWas
DELETE FROM contract_history WHERE contract_id = <contract> AND event = 'escalate';

-- Assignment.StatusReason
-- in: queue
-- seen by: supervisor admin
UPDATE partner_assignments SET status_reason = '<new>' WHERE contract_id = <contract>;

-- Assignment.Status
-- in: queue
-- seen by: supervisor admin
UPDATE partner_assignments SET status = 'expired' WHERE contract_id = <contract>;

-- Assignment.RespondedAt
-- in: queue
-- seen by: supervisor admin
UPDATE partner_assignments SET responded_at = NULL WHERE contract_id = <contract>;

-- Assignment.AssignedAt
-- in: queue
-- seen by: supervisor admin
UPDATE partner_assignments SET assigned_at = updated_at WHERE contract_id = <contract>;

-- Assignment.AssignmentKind
-- in: queue
-- seen by: supervisor admin
UPDATE partner_assignments SET kind = 'reassignment' WHERE contract_id = <contract>;

-- Assignment.Sequence
-- in: queue
-- seen by: supervisor admin
UPDATE partner_assignments SET sequence = 7 WHERE contract_id = <contract>;

-- Assignment.ID
-- in: queue
-- seen by: supervisor admin
UPDATE partner_assignments SET id = 987001 WHERE contract_id = <contract>;

-- Assignment.AssignedBy
-- in: queue
-- seen by: supervisor admin
UPDATE partner_assignments SET assigned_by_id = <user:admin2> WHERE contract_id = <contract>;

-- # What earlier partners leave behind, for later ones

-- Assignment.StatusReason, Assignment.RespondedAt
-- in: reassigned
-- seen by: institution member supervisor admin
UPDATE partner_assignments SET status_reason = '<new>', responded_at = NULL WHERE contract_id = <contract> AND sequence = 1;

-- Assignment.Partner, Assignment.AssignedBy
-- in: reassigned
-- seen by: institution member supervisor admin
UPDATE partner_assignments SET partner_id = <partner:eligible_branch>, assigned_by_id = <user:admin2> WHERE contract_id = <contract> AND sequence = 1;

-- # Contracts that are not for the reader, or not yet, or no more

-- Contract.Description
-- in: queue
-- seen by: institution member supervisor admin
UPDATE contracts SET description = '<new>', version = version + 1 WHERE id = <contract>;

-- Contract.Description
-- in: offer
-- seen by: institution member partner admin
UPDATE contracts SET description = '<new>', version = version + 1 WHERE id = <contract>;

-- Contract.Description
-- in: draft_payment
-- seen by: institution member admin
UPDATE contracts SET description = '<new>', version = version + 1 WHERE id = <contract>;

-- Contract.ID, Contract.ReferenceCode
-- in: cancelled_draft
-- seen by: institution admin
DELETE FROM partner_assignments WHERE contract_id = <contract>;
DELETE FROM contract_history WHERE contract_id = <contract>;
DELETE FROM contracts WHERE id = <contract>;

-- Contract.ContractEscalationStage, Contract.PartnerStatus
-- in: offer_foreign
-- seen by: foreign jayapura admin supervisor supervisor2
UPDATE contracts SET stage = 'supervisor' WHERE id = <contract>;

-- Contract.EscalationDeadlineAt, Contract.ContractEscalationCountdownActive
-- in: offer_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET escalation_deadline_at = offered_at WHERE id = <contract>;

-- PricingPreview.PricingItems, PricingPreview.PricingTotal, PricingPreview.DiscountAmount, PricingPreview.TotalAmount, PriceLine.Name, PriceLine.Code, PriceLine.Kind, PriceLine.Amount, PriceLine.Unit, PriceLine.IsPartnerPricing, PriceLine.Effect, PriceLine.PricingSchemaID, PricingPreview.Promotion
-- in: draft_payment
-- seen by: institution member admin
UPDATE contracts SET partner_id = <partner:unowned> WHERE id = <contract>;

-- ExtensionEstimate.AdditionalHours, ExtensionEstimate.HourlyRate, ExtensionEstimate.EstimatedCost
-- in: running_branch
-- seen by: institution admin
UPDATE pricing_items SET amount = amount + 1000 WHERE contract_id = <contract> AND is_partner_pricing;

-- ExtensionEstimate.EffectiveScheduledEndAt, Contract.CanRequestExtension
-- in: running_branch
-- seen by: institution admin
UPDATE contracts SET extension_minutes = extension_minutes + 5 WHERE id = <contract>;

-- QRCode.Token, QRCode.ExpiresAt
-- in: running_branch
-- seen by: nobody
INSERT INTO qr_tokens (phase, nonce, hash, expires_at, created_at, institution_id, contract_id, made_by_id) SELECT 'end', 'veil', 'veil', updated_at, updated_at, institution_id, id, created_by_id FROM contracts WHERE id = <contract>;

-- TimeAdjustment.ID
-- in: force_cancelled
-- seen by: institution admin
UPDATE time_adjustments SET id = 987002 WHERE contract_id = <contract>;

-- TimeAdjustment.AdditionalHours
-- in: force_cancelled
-- seen by: institution admin
UPDATE time_adjustments SET minutes = minutes + 30 WHERE contract_id = <contract>;

-- TimeAdjustment.Reason
-- in: force_cancelled
-- seen by: institution admin
UPDATE time_adjustments SET reason = '<new>' WHERE contract_id = <contract>;

-- TimeAdjustment.StatusReason
-- in: force_cancelled
-- seen by: institution admin
UPDATE time_adjustments SET status_reason = '<new>' WHERE contract_id = <contract>;

-- TimeAdjustment.RequestedAt
-- in: force_cancelled
-- seen by: institution admin
UPDATE time_adjustments SET requested_at = updated_at WHERE contract_id = <contract>;

-- TimeAdjustment.Status, TimeAdjustment.ApprovedAt
-- in: force_cancelled
-- seen by: institution admin
UPDATE time_adjustments SET status = 'approved', approved_at = updated_at WHERE contract_id = <contract>;

-- Contract.TimeAdjustments, Contract.PendingTimeAdjustment, Contract.HasPendingExtensionRequest
-- in: running_branch
-- seen by: institution admin
INSERT INTO time_adjustments (minutes, reason, status, requested_at, created_at, updated_at, institution_id, contract_id) SELECT 60, '<new>', 'pending', updated_at, updated_at, updated_at, institution_id, id FROM contracts WHERE id = <contract>;

-- # How a contract was paid, for those who do the work

-- Payment.StatusReason
-- in: offer accepted running to_review
-- seen by: institution member admin
UPDATE payments SET status_reason = '<new>' WHERE contract_id = <contract>;

-- Payment.StatusReason
-- in: queue reassigned
-- seen by: institution member admin
UPDATE payments SET status_reason = '<new>' WHERE contract_id = <contract>;

-- Payment.PaymentMethodID, Payment.PaymentMethod
-- in: offer accepted running queue reassigned rejected
-- seen by: institution member admin
UPDATE payments SET payment_method_id = payment_method_id % 3 + 1 WHERE contract_id = <contract>;

-- Payment.Proof
-- in: offer accepted running queue reassigned rejected
-- seen by: institution member admin
UPDATE payments SET proof = '<new>' WHERE contract_id = <contract>;

-- Payment.Promotion
-- in: offer running queue reassigned rejected
-- seen by: institution member admin
UPDATE payments SET promotion_id = (SELECT min(id) FROM promotions WHERE id <> promotion_id) WHERE contract_id = <contract>;

-- PaymentMethod.AccountName
-- in: offer queue
-- seen by: institution member foreign newcomer admin
UPDATE payment_methods SET account_name = '<new>';

-- PaymentMethod.AccountNumber
-- in: offer queue
-- seen by: institution member foreign newcomer admin
UPDATE payment_methods SET account_number = '<new>';

-- PaymentMethod.Instructions
-- in: offer queue
-- seen by: institution member foreign newcomer admin
UPDATE payment_methods SET instructions = '<new>';

-- ContactPerson.Phone
-- in: offer
-- seen by: institution member admin
-- without: accept
UPDATE contact_persons SET phone = '<new>' WHERE contract_id = <contract>;

-- # A partner's own affairs

-- Partner.PhoneNumber
-- in: accepted
-- partner: partner
-- seen by: partner admin institution member
UPDATE partners SET phone = '<new>' WHERE id = <partner>;

-- Partner.PhoneNumber
-- in: queue
-- partner: lost
-- seen by: lost admin supervisor
UPDATE partners SET phone = '<new>' WHERE id = <partner>;

-- Partner.PhoneNumber
-- in: offer_foreign
-- partner: partner
-- seen by: partner admin institution member
UPDATE partners SET phone = '<new>' WHERE id = <partner>;

-- Partner.Email
-- in: accepted
-- partner: partner
-- seen by: partner admin
UPDATE users SET email = '<old>@demo.test' WHERE id = (SELECT user_id FROM partners WHERE id = <partner>);
-- then
UPDATE users SET email = '<new>@demo.test' WHERE id = (SELECT user_id FROM partners WHERE id = <partner>);

-- Partner.Email
-- in: queue
-- partner: lost
-- seen by: lost supervisor admin
UPDATE users SET email = '<new>@demo.test' WHERE id = (SELECT user_id FROM partners WHERE id = <partner>);

-- Partner.IdentityNumber
-- in: accepted
-- partner: partner
-- seen by: partner admin
UPDATE partners SET identity_number = '<old>' WHERE id = <partner>;
-- then
UPDATE partners SET identity_number = '<new>' WHERE id = <partner>;

-- Partner.IdentityNumber
-- in: queue
-- partner: lost
-- seen by: lost supervisor admin
UPDATE partners SET identity_number = '<new>' WHERE id = <partner>;

-- Partner.BirthDate
-- in: accepted
-- partner: partner
-- seen by: partner admin
UPDATE partners SET birth_date = '1960-01-02' WHERE id = <partner>;

-- Partner.BirthDate
-- in: queue
-- partner: lost
-- seen by: lost supervisor admin
UPDATE partners SET birth_date = '1960-01-02' WHERE id = <partner>;

-- Education.Certificate
-- in: accepted
-- partner: partner
-- seen by: partner admin
INSERT INTO educations (partner_id, level, institution_name, major, certificate, version, created_at, updated_at) SELECT id, 'diploma', 'Politeknik', '', '<old>', 1, created_at, created_at FROM partners WHERE id = <partner>;
-- then
UPDATE educations SET certificate = '<new>' WHERE partner_id = <partner>;

-- Partner.BirthPlace, User.Partner
-- in: accepted
-- partner: partner
-- seen by: partner admin
UPDATE partners SET birth_place = '<new>' WHERE id = <partner>;

-- Partner.BirthPlace
-- in: queue
-- partner: lost
-- seen by: lost supervisor admin
UPDATE partners SET birth_place = '<new>' WHERE id = <partner>;

-- Partner.StatusReason
-- in: accepted
-- partner: partner
-- seen by: partner admin
UPDATE partners SET status_reason = '<new>' WHERE id = <partner>;

-- Partner.StatusReason
-- in: queue
-- partner: lost
-- seen by: lost supervisor admin
UPDATE partners SET status_reason = '<new>' WHERE id = <partner>;

-- # The verification of a partner

-- Partner.VerificationReason
-- in: accepted
-- partner: partner
-- seen by: partner admin
UPDATE partners SET verification_reason = '<new>' WHERE id = <partner>;

-- Partner.VerificationReason
-- in: queue
-- partner: lost
-- seen by: lost supervisor admin
UPDATE partners SET verification_reason = '<new>' WHERE id = <partner>;

-- Partner.IdentityCard
-- in: accepted
-- partner: partner
-- seen by: partner admin
UPDATE partners SET identity_card = '<old>.png' WHERE id = <partner>;
-- then
UPDATE partners SET identity_card = '<new>.png' WHERE id = <partner>;

-- Partner.IdentityCard
-- in: queue
-- partner: lost
-- seen by: lost supervisor admin
UPDATE partners SET identity_card = '<new>.png' WHERE id = <partner>;

-- Partner.SubmittedAt
-- in: accepted
-- partner: partner
-- seen by: partner admin
UPDATE partners SET submitted_at = (SELECT max(created_at) FROM users) WHERE id = <partner>;

-- Partner.Version
-- in: accepted
-- partner: partner
-- seen by: admin
UPDATE partners SET version = version + 1 WHERE id = <partner>;

-- Partner.DeletedAt
-- in: accepted
-- partner: partner
-- seen by: admin
UPDATE partners SET deleted_at = '2018-01-01 00:00:00.000' WHERE id = <partner>;
-- then
UPDATE partners SET deleted_at = '2019-01-01 00:00:00.000' WHERE id = <partner>;

-- a partner that was deleted
-- in: accepted
-- partner: deleted
-- seen by: admin
UPDATE partners SET full_name = '<new>', about = '<new>', verification_status = 'rejected', status = 'suspended' WHERE id = <partner>;

-- BasicTest.Status, BasicTest.Questions, BasicTest.Score, BasicTest.Passed, BasicTest.SubmittedAt, BasicTest.RepeatableAt
-- in: accepted
-- partner: partner
-- seen by: partner
UPDATE test_attempts SET score = 17, passed = FALSE, created_at = (SELECT max(created_at) FROM users) WHERE partner_id = <partner>;

-- TestQuestion.Answer
-- in: accepted
-- seen by: admin
UPDATE test_questions SET answer = 3 WHERE position = 1;

-- TestQuestion.Version, TestQuestion.CreatedAt, TestQuestion.UpdatedAt
-- in: accepted
-- seen by: admin
UPDATE test_questions SET version = version + 1, created_at = (SELECT max(created_at) FROM users), updated_at = (SELECT max(created_at) FROM users);

-- CompetencyTest.Version, CompetencyTest.CreatedAt, CompetencyTest.UpdatedAt
-- in: accepted
-- seen by: admin
UPDATE competency_tests SET version = version + 1, created_at = (SELECT max(created_at) FROM users), updated_at = (SELECT max(created_at) FROM users);

-- PartnerTest.ID, PartnerTest.Partner, PartnerTest.CompetencyTest, PartnerTest.SubService, PartnerTest.Status, PartnerTest.Certificate, PartnerTest.SubmittedAt, PartnerTest.ReviewedAt, PartnerTest.RejectionReason, PartnerTest.Version, PartnerTest.CreatedAt, PartnerTest.UpdatedAt
-- in: accepted
-- partner: partner
-- seen by: partner admin
UPDATE partner_tests SET status = 'pending', reviewed_at = NULL, reviewed_by_id = NULL WHERE partner_id = <partner>;
-- then
UPDATE partner_tests SET certificate = '<new>.png', version = version + 1 WHERE partner_id = <partner>;

-- # Partners that are not listed

-- Partner
-- in: draft_payment
-- partner: registering
-- seen by: admin
UPDATE partners SET verification_status = 'rejected', about = '<new>' WHERE id = <partner>;

-- Partner
-- in: queue
-- partner: not_verified
-- seen by: supervisor admin
-- without: assignLost assign-partner
UPDATE partners SET verification_status = 'rejected', about = '<new>' WHERE id = <partner>;

-- Partner
-- in: draft_payment
-- partner: not_verified
-- seen by: supervisor admin
UPDATE partners SET verification_status = 'rejected' WHERE id = <partner>;
UPDATE competencies SET status = 'inactive' WHERE partner_id = <partner>;
UPDATE base_prices SET amount = amount + 5 WHERE partner_id = <partner>;

-- Partner
-- in: draft_payment
-- partner: suspended
-- seen by: supervisor admin
UPDATE competencies SET repair = false WHERE partner_id = <partner>;
UPDATE partners SET open_to_work = false WHERE id = <partner>;

-- # Accounts

-- Notification.ID, Notification.Type, Notification.Title, Notification.Body, Notification.Contract, Notification.Agreement, Notification.IsRead, Notification.ReadAt, Notification.CreatedAt
-- in: offer
-- seen by: institution
INSERT INTO notifications (user_id, key, type, subject_type, subject_id, read_at, created_at) SELECT id, 'veil-1', 'contract_accepted', 'Contract', <contract>, created_at, created_at FROM users WHERE id = <user:institution>;
INSERT INTO notifications (user_id, key, type, subject_type, subject_id, created_at) SELECT id, 'veil-2', 'agreement_expired', 'Agreement', (SELECT min(id) FROM agreements WHERE institution_id = <institution:home> AND deleted_at IS NULL), created_at FROM users WHERE id = <user:institution>;

-- User.ID
-- in: offer
-- seen by: admin
DELETE FROM users WHERE id = <user:closed>;

-- User.Email
-- in: offer
-- seen by: newcomer admin
UPDATE users SET email = '<new>@demo.test' WHERE id = <user:newcomer>;

-- User.Language
-- in: offer
-- seen by: newcomer admin
UPDATE users SET language = 'en' WHERE id = <user:newcomer>;

-- User.FullName
-- in: offer
-- seen by: newcomer admin
UPDATE users SET full_name = '<new>' WHERE id = <user:newcomer>;

-- User.Role
-- in: offer
-- seen by: newcomer admin
UPDATE users SET role = 'supervisor' WHERE id = <user:newcomer>;

-- User.PhoneNumber
-- in: offer
-- seen by: newcomer admin
UPDATE users SET phone = '<new>' WHERE id = <user:newcomer>;

-- User.Picture
-- in: offer
-- seen by: newcomer admin
UPDATE users SET picture = '<new>' WHERE id = <user:newcomer>;

-- User.EmailVerified
-- in: offer
-- seen by: newcomer admin
UPDATE users SET email_verified_at = NULL WHERE id = <user:newcomer>;

-- User.Status
-- in: offer
-- seen by: newcomer admin
UPDATE users SET status = 'suspended' WHERE id = <user:newcomer>;

-- User.CurrentInstitution
-- in: offer
-- seen by: institution admin
UPDATE users SET current_institution_id = <institution:branch> WHERE id = <user:institution>;

-- User.Institutions, User.HasInstitution
-- in: offer
-- seen by: newcomer admin
INSERT INTO memberships (role, state, created_at, updated_at, institution_id, user_id) SELECT 'member', 'active', created_at, updated_at, <institution:branch>, id FROM users WHERE id = <user:newcomer>;

-- User.CreatedAt
-- in: offer
-- seen by: newcomer admin
UPDATE users SET created_at = (SELECT max(created_at) FROM users) WHERE id = <user:newcomer>;

-- User.UpdatedAt
-- in: offer
-- seen by: newcomer admin
UPDATE users SET updated_at = (SELECT max(created_at) FROM users) WHERE id = <user:newcomer>;

-- # What the back office keeps

-- BasePrice.ID, BasePrice.PartnerID, BasePrice.SubServiceID, BasePrice.Amount, BasePrice.Unit, BasePrice.Active, BasePrice.Version, BasePrice.CreatedAt, BasePrice.UpdatedAt
-- in: offer
-- seen by: admin
INSERT INTO base_prices (amount, active, created_at, updated_at, partner_id, sub_service_id) SELECT 987, false, created_at, created_at, id, 8 FROM partners WHERE id = <partner>;

-- PricingSchema.ID, PricingSchema.Code, PricingSchema.Name, PricingSchema.Kind, PricingSchema.Unit, PricingSchema.Effect, PricingSchema.IsPartnerPricing, PricingSchema.Amount, PricingSchema.Active, PricingSchema.Version, PricingSchema.CreatedAt, PricingSchema.UpdatedAt
-- in: offer
-- seen by: admin
INSERT INTO pricing_schemas (code, name, kind, amount, active, created_at, updated_at) SELECT '<new>', '<new>', 'veil', 987, false, created_at, created_at FROM users WHERE id = <user:admin>;

-- CatalogueChange.ID, CatalogueChange.Noun, CatalogueChange.Record, CatalogueChange.RecordVersion, CatalogueChange.Actor, CatalogueChange.Changes, CatalogueChange.At, FieldChange.Field, FieldChange.From, FieldChange.To
-- in: offer
-- seen by: admin
INSERT INTO catalogue_changes (noun, record_id, record_version, changes, at, actor_id) SELECT 'promotion', 1, 2, '{"name": {"from": "x", "to": "<new>"}}', created_at, id FROM users WHERE id = <user:admin>;

-- Setting.Value, Setting.Key, Setting.Unit, Setting.Initial, Setting.Least, Setting.Most
-- in: offer
-- seen by: admin
INSERT INTO settings (key, value, public, version, created_at, updated_at) VALUES ('basic_test_passing_score', '71', FALSE, 1, '2019-01-01 00:00:00.000', '2019-01-01 00:00:00.000');

-- Setting.Version, Setting.UpdatedAt
-- in: offer
-- seen by: admin
UPDATE settings SET version = version + 1, updated_at = (SELECT max(created_at) FROM users);

-- InspectionTemplate.Version
-- in: accepted
-- seen by: admin
UPDATE inspection_templates SET version = version + 1;

-- InspectionTemplate.CreatedAt
-- in: accepted
-- seen by: admin
UPDATE inspection_templates SET created_at = (SELECT max(created_at) FROM users);

-- InspectionTemplate.UpdatedAt
-- in: accepted
-- seen by: admin
UPDATE inspection_templates SET updated_at = (SELECT max(created_at) FROM users);

-- PaymentMethod.Version
-- in: offer
-- seen by: admin
UPDATE payment_methods SET version = version + 1;

-- PaymentMethod.CreatedAt
-- in: offer
-- seen by: admin
UPDATE payment_methods SET created_at = (SELECT max(created_at) FROM users);

-- PaymentMethod.UpdatedAt
-- in: offer
-- seen by: admin
UPDATE payment_methods SET updated_at = (SELECT max(created_at) FROM users);

-- Promotion.Version
-- in: offer
-- seen by: admin
UPDATE promotions SET version = version + 1;

-- Promotion.CreatedAt
-- in: offer
-- seen by: admin
UPDATE promotions SET created_at = (SELECT max(created_at) FROM users);

-- Promotion.UpdatedAt
-- in: offer
-- seen by: admin
UPDATE promotions SET updated_at = (SELECT max(created_at) FROM users);

-- RatingItem.Version
-- in: to_review
-- seen by: admin
UPDATE rating_items SET version = version + 1;

-- RatingItem.CreatedAt
-- in: to_review
-- seen by: admin
UPDATE rating_items SET created_at = (SELECT max(created_at) FROM users);

-- RatingItem.UpdatedAt
-- in: to_review
-- seen by: admin
UPDATE rating_items SET updated_at = (SELECT max(created_at) FROM users);

-- # What has no view

-- memberships that are over, wishlists
-- in: offer
-- seen by: nobody
DELETE FROM wishlists WHERE user_id NOT IN (<user:institution>, <user:member>, <user:foreign>, <user:newcomer>);
UPDATE memberships SET role = CASE role WHEN 'member' THEN 'manager' ELSE 'member' END WHERE user_id = <user:former> AND state = 'ended';

-- wishlists of others
-- in: offer
-- seen by: foreign
DELETE FROM wishlists WHERE user_id = <user:foreign>;

-- what is still to be delivered
-- in: queue
-- seen by: nobody
INSERT INTO outbox (key, topic, institution_id, contract_id, payload, available_at, created_at) SELECT 'veil', 'contract_escalated', institution_id, id, '{"partner": "<new>"}', updated_at, updated_at FROM contracts WHERE id = <contract>;

-- # A contract of others, field by field

-- Contract.Status, Contract.DisplayStatus
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET status = 'cancelled' WHERE id = <contract>;

-- Contract.StatusReason
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET status_reason = '<new>' WHERE id = <contract>;

-- Contract.Step
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET step = 'payment' WHERE id = <contract>;

-- Contract.Kind
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET kind = 'repair' WHERE id = <contract>;

-- Contract.Description
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET description = '<new>' WHERE id = <contract>;

-- Contract.ToolBrand
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET tool_brand = '<new>' WHERE id = <contract>;

-- Contract.ToolType
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET tool_type = '<new>' WHERE id = <contract>;

-- Contract.ToolImages
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET tool_images = '["<new>"]' WHERE id = <contract>;

-- Contract.Partner
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET partner_id = <partner:makassar> WHERE id = <contract>;

-- Contract.Institution
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET institution_id = <institution:other> WHERE id = <contract>;

-- Contract.SubService
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET sub_service_id = 1 WHERE id = <contract>;

-- Contract.ContractStartDate
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET start_date = '2026-05-01' WHERE id = <contract>;

-- Contract.ContractStartTime
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET start_time = '07:11' WHERE id = <contract>;

-- Contract.ContractEndDate
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET end_date = '2026-05-09' WHERE id = <contract>;

-- Contract.ContractEndTime
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET end_time = '21:11' WHERE id = <contract>;

-- Contract.ScheduleStartDate
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET schedule_start_date = '2026-05-01' WHERE id = <contract>;

-- Contract.ScheduleStartTime
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET schedule_start_time = '07:11' WHERE id = <contract>;

-- Contract.ScheduleEndDate
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET schedule_end_date = '2026-05-09' WHERE id = <contract>;

-- Contract.ScheduleEndTime
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET schedule_end_time = '21:11' WHERE id = <contract>;

-- Contract.ScheduledStartAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET scheduled_start_at = created_at WHERE id = <contract>;

-- Contract.ScheduledEndAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET scheduled_end_at = updated_at WHERE id = <contract>;

-- Contract.EffectiveScheduledEndAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET extension_minutes = 77 WHERE id = <contract>;

-- Contract.ApproachingScheduledStart, Contract.SecondsUntilScheduledStart
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET status = 'accepted' WHERE id = <contract>;

-- Contract.Schedules
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
DELETE FROM schedules WHERE contract_id = <contract>;

-- Contract.ContactPersons
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
DELETE FROM contact_persons WHERE contract_id = <contract>;

-- Contract.PricingItems
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
DELETE FROM pricing_items WHERE contract_id = <contract>;

-- Contract.PricingTotal, Contract.TotalAmount
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET pricing_total = pricing_total + 1000 WHERE id = <contract>;

-- Contract.DiscountAmount
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET discount = 1 WHERE id = <contract>;

-- Contract.Payment
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
DELETE FROM payments WHERE contract_id = <contract>;

-- Contract.Assignments
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
DELETE FROM partner_assignments WHERE contract_id = <contract>;

-- Contract.Inspection
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
DELETE FROM inspections WHERE contract_id = <contract>;

-- Contract.Conclusion
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
DELETE FROM conclusions WHERE contract_id = <contract>;

-- Contract.Review, Review.ID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
-- without: reviewsOfPartner partners/<partner>
DELETE FROM review_ratings WHERE review_id IN (SELECT id FROM reviews WHERE contract_id = <contract>);
DELETE FROM reviews WHERE contract_id = <contract>;

-- Contract.AcceptedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET accepted_at = created_at WHERE id = <contract>;

-- Contract.WorkStartedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET work_started_at = created_at WHERE id = <contract>;

-- Contract.CompletedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET completed_at = created_at WHERE id = <contract>;

-- Contract.CancelledAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET cancelled_at = created_at WHERE id = <contract>;

-- Contract.UpdatedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET updated_at = created_at WHERE id = <contract>;

-- Contract.CreatedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET created_at = offered_at WHERE id = <contract>;

-- Contract.Version
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contracts SET version = version + 5 WHERE id = <contract>;

-- Schedule.ID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE schedules SET id = id + 987000 WHERE contract_id = <contract>;

-- Schedule.Date
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE schedules SET date = '2026-05-02' WHERE contract_id = <contract>;

-- Schedule.StartTime
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE schedules SET start_time = '00:01' WHERE contract_id = <contract>;

-- Schedule.EndTime
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE schedules SET end_time = '23:59' WHERE contract_id = <contract>;

-- Schedule.Status
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE schedules SET status = 'cancelled' WHERE contract_id = <contract>;

-- ContactPerson.ID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contact_persons SET id = id + 987000 WHERE contract_id = <contract>;

-- ContactPerson.Name
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contact_persons SET name = '<new>' WHERE contract_id = <contract>;

-- ContactPerson.Phone
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contact_persons SET phone = '<new>' WHERE contract_id = <contract>;

-- PricingItem.ID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE pricing_items SET id = id + 987000 WHERE contract_id = <contract>;

-- PricingItem.PricingSchemaID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE pricing_items SET pricing_schema_id = 5 WHERE contract_id = <contract>;

-- PricingItem.Name
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE pricing_items SET name = '<new>' WHERE contract_id = <contract>;

-- PricingItem.Code
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE pricing_items SET code = '<new>' WHERE contract_id = <contract>;

-- PricingItem.Kind
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE pricing_items SET kind = '<new>' WHERE contract_id = <contract>;

-- PricingItem.Amount
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE pricing_items SET amount = amount + 7 WHERE contract_id = <contract>;

-- PricingItem.Unit
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE pricing_items SET unit = '<new>' WHERE contract_id = <contract>;

-- PricingItem.IsPartnerPricing
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE pricing_items SET is_partner_pricing = NOT is_partner_pricing WHERE contract_id = <contract>;

-- PricingItem.Effect
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE pricing_items SET effect = 'subtract' WHERE contract_id = <contract>;

-- Payment.ID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE payments SET id = id + 987000 WHERE contract_id = <contract>;

-- Payment.Amount
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE payments SET amount = amount + 7 WHERE contract_id = <contract>;

-- Payment.Status, Contract.PaymentStatus
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE payments SET status = 'refunded' WHERE contract_id = <contract>;

-- Payment.PaymentDeadlineAt, Contract.PaymentDeadlineAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE payments SET deadline_at = created_at WHERE contract_id = <contract>;

-- Payment.DiscountAmount
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE payments SET discount = 7 WHERE contract_id = <contract>;

-- Payment.PaidAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE payments SET paid_at = created_at WHERE contract_id = <contract>;

-- Payment.StatusReason
-- in: reviewed_foreign
-- seen by: foreign admin
UPDATE payments SET status_reason = '<new>' WHERE contract_id = <contract>;

-- Payment.Proof
-- in: reviewed_foreign
-- seen by: foreign admin
UPDATE payments SET proof = '<new>' WHERE contract_id = <contract>;

-- Payment.PaymentMethodID, Payment.PaymentMethod
-- in: reviewed_foreign
-- seen by: foreign admin
UPDATE payments SET payment_method_id = payment_method_id % 3 + 1 WHERE contract_id = <contract>;

-- Payment.Promotion
-- in: reviewed_foreign
-- seen by: foreign admin
UPDATE payments SET promotion_id = 1 WHERE contract_id = <contract>;

-- Assignment.ID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE partner_assignments SET id = id + 987000 WHERE contract_id = <contract>;

-- Assignment.Sequence
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE partner_assignments SET sequence = 7 WHERE contract_id = <contract>;

-- Assignment.AssignmentKind
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE partner_assignments SET kind = 'reassignment' WHERE contract_id = <contract>;

-- Assignment.Status
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE partner_assignments SET status = 'cancelled' WHERE contract_id = <contract>;

-- Assignment.StatusReason
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE partner_assignments SET status_reason = '<new>' WHERE contract_id = <contract>;

-- Assignment.AssignedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE partner_assignments SET assigned_at = updated_at WHERE contract_id = <contract>;

-- Assignment.RespondedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE partner_assignments SET responded_at = NULL WHERE contract_id = <contract>;

-- Assignment.Partner
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE partner_assignments SET partner_id = <partner:makassar> WHERE contract_id = <contract>;

-- Assignment.AssignedBy
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE partner_assignments SET assigned_by_id = <user:admin2> WHERE contract_id = <contract>;

-- Inspection.ID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET id = id + 987000 WHERE contract_id = <contract>;

-- Inspection.Status
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET status = 'draft' WHERE contract_id = <contract>;

-- Inspection.TemplateCode
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET template_code = '<new>' WHERE contract_id = <contract>;

-- Inspection.TemplateName
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET template_name = '<new>' WHERE contract_id = <contract>;

-- Inspection.Sections, InspectionSection.Key, InspectionSection.Title, InspectionSection.Items, InspectionItem.Key, InspectionItem.Label, InspectionItem.Kind, InspectionItem.Value, InspectionItem.Note
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET sections = '[{"key": "<new>", "title": "<new>", "items": [{"key": "<new>", "label": "<new>", "kind": "text", "value": "<new>", "note": "<new>"}]}]' WHERE contract_id = <contract>;

-- Inspection.Photos
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET photos = '["<new>"]' WHERE contract_id = <contract>;

-- Inspection.StartedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET started_at = NULL WHERE contract_id = <contract>;

-- Inspection.SubmittedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET submitted_at = NULL WHERE contract_id = <contract>;

-- Inspection.CreatedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET created_at = updated_at WHERE contract_id = <contract>;

-- Inspection.UpdatedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE inspections SET updated_at = created_at WHERE contract_id = <contract>;

-- Conclusion.ID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE conclusions SET id = id + 987000 WHERE contract_id = <contract>;

-- Conclusion.Result
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE conclusions SET result = 'broken' WHERE contract_id = <contract>;

-- Conclusion.Summary
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE conclusions SET summary = '<new>' WHERE contract_id = <contract>;

-- Conclusion.Recommendation
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE conclusions SET recommendation = '<new>' WHERE contract_id = <contract>;

-- Conclusion.Photos
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE conclusions SET photos = '["<new>"]' WHERE contract_id = <contract>;

-- Conclusion.CreatedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE conclusions SET created_at = (SELECT created_at FROM contracts WHERE id = <contract>) WHERE contract_id = <contract>;

-- Conclusion.UpdatedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE conclusions SET updated_at = (SELECT created_at FROM contracts WHERE id = <contract>) WHERE contract_id = <contract>;

-- Review.OverallRate
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
-- without: reviewsOfPartner partners/<partner>
UPDATE reviews SET overall_tenths = 20 WHERE contract_id = <contract>;

-- Review.Comment
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
-- without: reviewsOfPartner partners/<partner>
UPDATE reviews SET comment = '<new>' WHERE contract_id = <contract>;

-- Review.CreatedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
-- without: reviewsOfPartner partners/<partner>
UPDATE reviews SET created_at = (SELECT created_at FROM contracts WHERE id = <contract>) WHERE contract_id = <contract>;

-- Review.UpdatedAt
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE reviews SET updated_at = (SELECT created_at FROM contracts WHERE id = <contract>) WHERE contract_id = <contract>;

-- Review.Ratings, Rating.Rate
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE review_ratings SET rate = 1 WHERE review_id IN (SELECT id FROM reviews WHERE contract_id = <contract>);

-- Rating.Name, Rating.RatingItemID
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE review_ratings SET rating_item_id = 5 WHERE rating_item_id = 4 AND review_id IN (SELECT id FROM reviews WHERE contract_id = <contract>);

-- HistoryEntry.Version
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET contract_version = contract_version + 50 WHERE contract_id = <contract> AND event = 'finish_work';

-- HistoryEntry.At
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET at = (SELECT created_at FROM contracts WHERE id = <contract>) WHERE contract_id = <contract> AND event = 'finish_work';

-- HistoryEntry.Event
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET event = 'force_complete' WHERE contract_id = <contract> AND event = 'finish_work';

-- HistoryEntry.Actor
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET actor_id = <user:admin2> WHERE contract_id = <contract> AND event = 'finish_work';

-- HistoryEntry.FromStatus
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET from_status = 'on_route' WHERE contract_id = <contract> AND event = 'finish_work';

-- HistoryEntry.FromStage
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET from_stage = 'partner' WHERE contract_id = <contract> AND event = 'finish_work';

-- HistoryEntry.ToStatus
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET to_status = 'on_route' WHERE contract_id = <contract> AND event = 'finish_work';

-- HistoryEntry.ToStage
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET to_stage = 'partner' WHERE contract_id = <contract> AND event = 'finish_work';

-- HistoryEntry.Reason
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET reason = '<new>' WHERE contract_id = <contract> AND event = 'finish_work';

-- HistoryEntry.Changes, HistoryChange.Field, HistoryChange.From, HistoryChange.To
-- in: reviewed_foreign
-- seen by: foreign jayapura admin
UPDATE contract_history SET changes = '{"description":{"from":"x","to":"<new>"}}' WHERE contract_id = <contract> AND event = 'finish_work';

-- # Agreements, for whoever is no insider

-- Agreement.PublicID, Agreement.UUID, Agreement.CustomKey, Agreement.Identifier, Agreement.Version, Agreement.Title, Agreement.Description, Agreement.AgreementType, Agreement.GatewayKind, Agreement.Origin, Agreement.Status, Agreement.RenewalStatus, Agreement.StatusReason, Agreement.PeriodStatus, Agreement.Cost, Agreement.LicenseType, Agreement.LicenseCount, Agreement.NotifyBeforeDays, Agreement.StartsAt, Agreement.EndsAt, Agreement.GeneratedOn, Agreement.ClientApprovedOn, Agreement.ConcludedAt, Agreement.ExternalID, Agreement.CreatedAt, Agreement.UpdatedAt, Agreement.Vendor, Agreement.Owner, Agreement.Approver
-- in: offer
-- seen by: institution member supervisor admin
UPDATE agreements SET public_id = replace(public_id, '0', 'Z'), uuid = replace(uuid, 'a', 'b'), custom_key = 'veil-' || id, identifier = 'veil/' || id, search_identifier = 'veil/' || id, version = version + 7 WHERE institution_id = <institution:home>;
UPDATE agreements SET title = 'veil ' || title, search_title = 'veil ' || search_title, description = '<new>', agreement_type_id = 4 - agreement_type_id, gateway_kind = 'online_gateway_agreement', origin = 'RENEWAL', status_reason = '<new>', cost = cost + 1 WHERE institution_id = <institution:home>;
UPDATE agreements SET status = 'terminated', renewal_status = 'extended', due_at = NULL, license_type_id = 2, license_count = 77, notify_before_days = 77, vendor_id = NULL, owner_id = <user:member>, approver_id = <user:member> WHERE institution_id = <institution:home>;
UPDATE agreements SET starts_at = '2031-01-01 00:00:00.000', ends_at = '2032-01-01 00:00:00.000', generated_on = '2019-01-01', client_approved_on = '2019-01-02', concluded_at = '2020-01-01 00:00:00.000', created_at = '2019-01-01 00:00:00.000', updated_at = '2019-01-01 00:00:00.000' WHERE institution_id = <institution:home>;

-- Agreement.DeletedAt, Agreement.ID, Agreement.ContractNumber, Agreement.Institution, Agreement.Source, Agreement.File, Agreement.WordFile, Agreement.ConcludedFile
-- in: offer
-- seen by: institution member supervisor admin
UPDATE agreements SET deleted_at = created_at WHERE institution_id = <institution:home>;

-- Counterparty.ID, Counterparty.Name, Counterparty.CustomKey, Counterparty.RegistrationNumber, Counterparty.Ceo, Counterparty.Address, Counterparty.Industry, Counterparty.Category, Counterparty.Email, Counterparty.Managers, Counterparty.PartnerID, Counterparty.Version, Counterparty.CreatedAt, Counterparty.UpdatedAt, Agreement.Customers
-- in: offer
-- seen by: institution member supervisor admin
UPDATE counterparties SET name = 'veil ' || name, search_name = 'veil ' || search_name, custom_key = 'veil-' || id, registration_number = 'veil', ceo = '<new>', address = '<new>', industry = '<new>', category = '<new>', email = '<new>', version = version + 7 WHERE institution_id = <institution:home>;

-- Tag.ID, Tag.Name, Tag.ColorCode, Tag.Position, Asset.ID, Asset.Name, Agreement.Tags, Agreement.Assets
-- in: offer
-- seen by: institution member supervisor admin
UPDATE tags SET name = 'veil ' || name, color_code = 'BLUE', position = position + 7 WHERE institution_id = <institution:home>;
UPDATE assets SET name = 'veil ' || name WHERE institution_id = <institution:home>;

-- ColumnItem.Slug, ColumnItem.Name, ColumnItem.Value, AgreementTerm.ID, AgreementTerm.Kind, AgreementTerm.State, AgreementTerm.StartsAt, AgreementTerm.EndsAt, AgreementTerm.Cost, AgreementTerm.Approver, AgreementTerm.CreatedAt, Agreement.ColumnItems, Agreement.Terms, Agreement.NotifyUsers, Agreement.Users, Agreement.Organizations
-- in: offer
-- seen by: institution member supervisor admin
UPDATE column_items SET slug = 'veil-' || slug, name = '<new>', value = '<new>' WHERE institution_id = <institution:home>;
UPDATE agreement_terms SET kind = 'extension', cost = cost + 1, approver_id = <user:member>, starts_at = '2011-01-01 00:00:00.000', ends_at = '2041-01-01 00:00:00.000', created_at = '2019-01-01 00:00:00.000' WHERE institution_id = <institution:home>;
UPDATE agreement_notify_users SET user_id = <user:member> WHERE agreement_id = <agreement:draft>;

-- StoredFile.ID, StoredFile.PublicID, StoredFile.Title, StoredFile.Description, StoredFile.ContentType, StoredFile.Size, StoredFile.Shared, StoredFile.URL, StoredFile.CreatedAt, Signing.DocumentTitle, Signing.DocumentType, Signing.DocumentURL, Signing.DocumentSha256
-- in: offer
-- seen by: institution member supervisor admin
UPDATE files SET public_id = replace(public_id, '0', 'Z'), title = '<new>', description = '<new>', size = size + 1 WHERE purpose = 'agreement' AND institution_id = <institution:home>;

-- Signature.ID, Signature.UUID, Signature.AgreementID, Signature.Title, Signature.Status, Signature.StatusReason, Signature.SigningOrder, Signature.ExpiredDate, Signature.CreatedAt, Signature.UpdatedAt, Signature.Participants, Signature.Objects, Participant.ID, Participant.UUID, Participant.Position, Participant.Name, Participant.Status, Participant.Auth, Participant.Send, Participant.Email, Participant.Phone, Participant.RoleName, Participant.Language, Participant.RequestedAt, Participant.ViewedAt, Participant.AnsweredAt, Participant.AnswerReason, SignatureObject.ID, SignatureObject.ParticipantID, SignatureObject.Contents, SignatureObject.Type, SignatureObject.Category, SignatureObject.Name, SignatureObject.Description, Agreement.Signature, Signing.Title, Signing.Institution, Signing.Name, Signing.Role, Signing.Language, Signing.Status, Signing.ExpiresAt, Signing.CodeAsked, Signing.CodeHint, Signing.CodeLocked, Signing.Fields, Signing.AnsweredAt, SigningField.ID, SigningField.Type, SigningField.Name, SigningField.Description, SigningField.Contents, SigningField.Input
-- in: offer
-- seen by: institution member supervisor admin
UPDATE signatures SET uuid = replace(uuid, 'a', 'b'), title = '<new>', status_reason = '<new>', signing_order = 'ORDER', expired_date = '2041-01-01 00:00:00.000' WHERE institution_id = <institution:home>;
UPDATE participants SET uuid = replace(uuid, 'a', 'b'), name = 'veil ' || name, search_name = 'veil ' || search_name, status = 'VIEWED', auth = '<new>', send = 'PHONE', email = '<new>', search_email = '<new>', phone = '<new>', phone_digits = '', role = '<new>', language = 'xx', code_hash = '<new>', code_hint = '<new>', code_failures = 5, answer_reason = '<new>' WHERE institution_id = <institution:home>;
UPDATE signature_objects SET contents = '<new>', type = 'TEXT', category = 'INPUT', name = '<new>', description = '<new>' WHERE institution_id = <institution:home>;

-- SignatureTemplate.ID, SignatureTemplate.InstitutionID, SignatureTemplate.Version, SignatureTemplate.Slug, SignatureTemplate.Name, SignatureTemplate.ParticipantType, SignatureTemplate.CcEmails, SignatureTemplate.ManagerNames, SignatureTemplate.Active, SignatureTemplate.File, SignatureTemplate.Participants, SignatureTemplate.Objects, SignatureTemplate.Tags, SignatureTemplate.SignatureCount, SignatureTemplate.CreatedAt, SignatureTemplate.UpdatedAt
-- in: offer
-- seen by: institution member supervisor admin
UPDATE signature_templates SET version = version + 1, slug = 'veil-' || slug, name = 'veil ' || name, search_name = 'veil ' || search_name, participant_type = 'ORDER', cc_emails = '["<new>"]', manager_names = '["<new>"]', active = NOT active, file_id = NULL, participants = '[{"id":1,"order":7,"role":"<new>"}]', objects = '[{"id":9,"participant":1,"type":"TEXT","category":"INPUT","name":"<new>","description":"<new>","contents":"<new>"}]', created_at = '2019-01-01 00:00:00.000', updated_at = '2019-01-02 00:00:00.000' WHERE institution_id = <institution:home>;
UPDATE signatures SET template_id = NULL WHERE institution_id = <institution:home>;
DELETE FROM signature_template_tags WHERE signature_template_id IN (SELECT id FROM signature_templates WHERE institution_id = <institution:home>);

-- APIKey.ID, APIKey.InstitutionID, APIKey.Label, APIKey.User, APIKey.CreatedBy, APIKey.CreatedAt, APIKey.LastUsedAt, APIKey.RevokedAt
-- in: offer
-- seen by: institution admin
UPDATE api_keys SET label = '<new>', user_id = <user:member>, created_by_id = <user:member>, created_at = '2019-01-01 00:00:00.000', last_used_at = '2019-01-02 00:00:00.000', revoked_at = '2019-01-03 00:00:00.000' WHERE institution_id = <institution:home>;

-- Webhook.ID, Webhook.InstitutionID, Webhook.URL, Webhook.Events, Webhook.Status, Webhook.FailingSince, Webhook.CreatedBy, Webhook.CreatedAt, Webhook.Version, WebhookDelivery.ID, WebhookDelivery.MessageID, WebhookDelivery.Event, WebhookDelivery.OccurredAt, WebhookDelivery.Attempts, WebhookDelivery.Delivered, WebhookDelivery.EndedAt, WebhookDelivery.NextAttemptAt, WebhookDelivery.ResponseStatus, WebhookDelivery.Error
-- in: offer
-- seen by: institution admin
INSERT INTO webhooks (institution_id, created_by_id, url, events, nonce, status, failing_since, version, created_at, updated_at) VALUES (<institution:home>, <user:institution>, 'https://<new>.example/', '["contract_accepted"]', 'veil', 'active', '2019-01-01 00:00:00.000', 3, '2019-01-01 00:00:00.000', '2019-01-01 00:00:00.000');
INSERT INTO webhook_deliveries (webhook_id, key, event, payload, occurred_at, attempts, available_at, ended_at, delivered, response_status, last_error, created_at, updated_at) SELECT max(id), 'veil', 'contract_accepted', events, created_at, 2, created_at, NULL, false, 503, 'veil', created_at, created_at FROM webhooks GROUP BY events, created_at;

-- AgreementHistoryEntry.Version, AgreementHistoryEntry.At, AgreementHistoryEntry.Event, AgreementHistoryEntry.Actor, AgreementHistoryEntry.FromStatus, AgreementHistoryEntry.ToStatus, AgreementHistoryEntry.Reason, AgreementHistoryEntry.Changes, AgreementChange.Field, AgreementChange.From, AgreementChange.To
-- in: offer
-- seen by: institution member supervisor admin
UPDATE agreement_history SET at = '2019-01-01 00:00:00.000', event = 'update', actor_id = <user:member>, reason = '<new>', changes = '{"title":{"from":"<old>","to":"<new>"}}' WHERE institution_id = <institution:home>;

-- the agreement that governs a contract
-- in: offer
-- seen by: institution member admin
UPDATE contracts SET agreement_id = <agreement:active> WHERE id = <contract>;

-- # Why an institution is suspended

-- InstitutionStanding.Reason
-- in: accepted
-- seen by: institution member admin
UPDATE institutions SET status_reason = '<new>' WHERE id = <institution:home>;

-- Service.Version, SubService.Version, CompetencyTest.Version, CompetencyTest.CreatedAt, CompetencyTest.UpdatedAt, Banner.Version, Banner.CreatedAt, Banner.UpdatedAt, Certification.Version, Certification.UpdatedAt, Certification.RegisteredCount
-- in: offer
-- seen by: admin
UPDATE services SET version = version + 7;
UPDATE sub_services SET version = version + 7;
UPDATE competency_tests SET version = version + 7, created_at = '2019-01-01 00:00:00.000', updated_at = '2019-01-01 00:00:00.000';
UPDATE banners SET version = version + 7, created_at = '2019-01-01 00:00:00.000', updated_at = '2019-01-01 00:00:00.000';
UPDATE certifications SET version = version + 7, updated_at = '2019-01-01 00:00:00.000', registered_count = registered_count + 1 WHERE id = 1;

-- # What a partner has not passed, and what of a certification that it has

-- a certification that a partner failed
-- in: offer
-- seen by: partner admin
INSERT INTO partner_certifications (partner_id, certification_id, status, status_reason, certificate, registered_at, version, created_at, updated_at) VALUES (<partner:partner>, 2, 'failed', 'veil', 'veil.pdf', '2030-01-01 00:00:00.000', 3, '2019-01-01 00:00:00.000', '2019-01-01 00:00:00.000');

-- a registration that was cancelled
-- in: offer
-- seen by: partner admin
INSERT INTO partner_certifications (partner_id, certification_id, status, status_reason, certificate, registered_at, version, created_at, updated_at) VALUES (<partner:partner>, 2, 'cancelled', 'veil', 'veil.pdf', '2030-01-02 00:00:00.000', 3, '2019-01-01 00:00:00.000', '2019-01-01 00:00:00.000');

-- a registration
-- in: offer
-- seen by: partner admin
INSERT INTO partner_certifications (partner_id, certification_id, status, status_reason, certificate, registered_at, version, created_at, updated_at) VALUES (<partner:partner>, 1, 'registered', '', 'veil.pdf', '2030-01-03 00:00:00.000', 1, '2019-01-01 00:00:00.000', '2019-01-01 00:00:00.000');

-- a registration in review
-- in: offer
-- seen by: partner admin
INSERT INTO partner_certifications (partner_id, certification_id, status, status_reason, certificate, registered_at, version, created_at, updated_at) VALUES (<partner:partner>, 3, 'in_review', '', 'veil.pdf', '2019-01-04 00:00:00.000', 2, '2019-01-01 00:00:00.000', '2019-01-01 00:00:00.000');

-- PartnerCertification.StatusReason, PartnerCertification.Certificate, PartnerCertification.Version, PartnerCertification.UpdatedAt
-- in: offer
-- seen by: partner admin
INSERT INTO partner_certifications (partner_id, certification_id, status, status_reason, certificate, registered_at, version, created_at, updated_at) VALUES (<partner:partner>, 5, 'passed', '', '<old>', '2019-01-01 00:00:00.000', 2, '2019-01-01 00:00:00.000', '2019-01-01 00:00:00.000');
-- then
UPDATE partner_certifications SET status_reason = '<new>', certificate = '<new>', version = version + 1, updated_at = '2019-01-02 00:00:00.000' WHERE partner_id = <partner:partner> AND status = 'passed';

-- CertificationWish.ID, CertificationWish.Certification, CertificationWish.CreatedAt
-- in: offer
-- seen by: partner
INSERT INTO certification_wishlists (partner_id, certification_id, created_at) VALUES (<partner:partner>, 4, '2019-01-01 00:00:00.000');

-- # Who asks to belong to an institution

-- Membership.ID, Membership.InstitutionID, Membership.User, Membership.Role, Membership.State, Membership.Version, Membership.CreatedAt, Membership.UpdatedAt
-- in: accepted
-- seen by: institution admin
INSERT INTO memberships (institution_id, user_id, role, state, version, created_at, updated_at) VALUES (<institution:home>, (SELECT id FROM users WHERE email = 'other@demo.test'), 'member', 'requested', 1, '2019-01-01 00:00:00.000', '2019-01-01 00:00:00.000');

-- Membership.State
-- in: accepted
-- seen by: institution admin
INSERT INTO notifications (user_id, key, type, subject_type, subject_id, created_at) SELECT id, 'veil-3', 'membership_requested', 'Membership', (SELECT m.id FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.email = 'requested@demo.test'), created_at FROM users WHERE id IN (<user:institution>, <user:member>, <user:foreign>);
-- then
UPDATE memberships SET state = 'ended' WHERE user_id = (SELECT id FROM users WHERE email = 'requested@demo.test');
