-- What holds for every contract at every instant, as statements that find what breaks it: the id of a
-- row for each. They read the same on SQLite and PostgreSQL. The line before a statement is its name.

-- a payment is the total less the discount
SELECT p.id FROM payments p JOIN contracts c ON c.id = p.contract_id
  WHERE p.amount <> c.pricing_total - c.discount OR p.discount <> c.discount;

-- the price lines add up to the total
SELECT c.id FROM contracts c LEFT JOIN pricing_items i ON i.contract_id = c.id GROUP BY c.id, c.pricing_total
  HAVING c.pricing_total <> COALESCE(SUM(CASE WHEN i.effect = 'add' THEN i.amount ELSE -i.amount END), 0);

-- at most one assignment is open
SELECT contract_id FROM partner_assignments WHERE status IN ('pending', 'accepted') GROUP BY contract_id HAVING count(*) > 1;

-- an open assignment is the partner's
SELECT c.id FROM contracts c JOIN partner_assignments a ON a.contract_id = c.id
  WHERE a.status IN ('pending', 'accepted') AND a.partner_id <> c.partner_id;

-- whoever has an accepted contract has an accepted assignment
SELECT c.id FROM contracts c WHERE c.status IN ('accepted', 'on_route', 'in_progress', 'completed') AND NOT EXISTS
  (SELECT 1 FROM partner_assignments a WHERE a.contract_id = c.id AND a.status = 'accepted' AND a.partner_id = c.partner_id);

-- a contract before acceptance has a pending assignment
SELECT c.id FROM contracts c WHERE (c.status IN ('draft', 'payment_pending') OR c.stage = 'partner') AND NOT EXISTS
  (SELECT 1 FROM partner_assignments a WHERE a.contract_id = c.id AND a.status = 'pending');

-- nothing that is over has an assignment pending
SELECT c.id FROM contracts c JOIN partner_assignments a ON a.contract_id = c.id
  WHERE c.status IN ('completed', 'cancelled', 'rejected', 'expired') AND a.status = 'pending';

-- assignments are numbered from 1
SELECT contract_id FROM partner_assignments GROUP BY contract_id HAVING max(sequence) <> count(*) OR min(sequence) <> 1;

-- the first assignment is the institution's, the others are not
SELECT id FROM partner_assignments WHERE (sequence = 1) <> (kind = 'initial') OR (sequence = 1) <> (assigned_by_role = 'institution');

-- a stage has a deadline, and only a stage
SELECT id FROM contracts WHERE (escalation_deadline_at IS NULL) <> (stage = '');

-- what waits in the queue was released by its partner
SELECT id FROM contracts WHERE stage = 'supervisor' AND released_at IS NULL OR stage = 'partner' AND released_at IS NOT NULL;

-- whoever has a contract has not lost it
SELECT id FROM contracts WHERE status IN ('accepted', 'on_route', 'in_progress', 'completed') AND released_at IS NOT NULL;

-- a contract is offered once it is paid
SELECT c.id FROM contracts c LEFT JOIN payments p ON p.contract_id = c.id
  WHERE (c.status IN ('partner_pending', 'accepted', 'on_route', 'in_progress', 'completed', 'rejected') AND c.offered_at IS NULL)
  OR (c.offered_at IS NOT NULL AND (p.paid_at IS NULL OR p.paid_at <> c.offered_at))
  OR (c.status IN ('draft', 'payment_pending') AND c.offered_at IS NOT NULL);

-- work is done on paid contracts only
SELECT c.id FROM contracts c LEFT JOIN payments p ON p.contract_id = c.id
  WHERE c.status IN ('partner_pending', 'accepted', 'on_route', 'in_progress', 'completed') AND (p.status IS NULL OR p.status <> 'paid');

-- what ended unpaid or owed says so
SELECT c.id FROM contracts c JOIN payments p ON p.contract_id = c.id
  WHERE c.status IN ('cancelled', 'rejected', 'expired') AND p.status NOT IN ('refund_due', 'refunded', 'expired');

-- a payment waits only while the contract does
SELECT c.id FROM contracts c LEFT JOIN payments p ON p.contract_id = c.id
  WHERE (c.status = 'payment_pending') <> (p.status IN ('unpaid', 'pending') AND p.status IS NOT NULL);

-- a payment's instants fit its status
SELECT id FROM payments WHERE (status IN ('pending', 'paid', 'refunded') AND (proof = '' OR proof_sent_at IS NULL))
  OR (status = 'paid' AND paid_at IS NULL) OR (status IN ('unpaid', 'pending', 'expired') AND paid_at IS NOT NULL)
  OR (refunded_at IS NULL) <> (status <> 'refunded');

-- the step says how far the wizard has come
SELECT c.id FROM contracts c WHERE (c.step = 'completed') <> (c.offered_at IS NOT NULL)
  OR (c.status = 'payment_pending' AND c.step <> 'payment')
  OR (c.step <> 'schedule' AND (c.start_date = '' OR c.scheduled_start_at IS NULL OR NOT EXISTS (SELECT 1 FROM contact_persons p WHERE p.contract_id = c.id)))
  OR (c.step IN ('payment', 'completed') AND c.description = '');

-- instants of a contract's life follow each other
SELECT id FROM contracts WHERE offered_at < created_at OR accepted_at < offered_at OR on_route_at < accepted_at
  OR work_started_at < on_route_at OR completed_at < work_started_at OR updated_at < created_at;

-- instants of a contract's life are there when they passed
SELECT id FROM contracts WHERE (status IN ('accepted', 'on_route', 'in_progress') AND accepted_at IS NULL)
  OR (status IN ('on_route', 'in_progress') AND on_route_at IS NULL) OR (status = 'in_progress') AND work_started_at IS NULL
  OR (status = 'completed') <> (completed_at IS NOT NULL) OR (status = 'cancelled') <> (cancelled_at IS NOT NULL);

-- the summary of the schedules is theirs
SELECT c.id FROM contracts c JOIN (SELECT contract_id, min(date || start_time) AS first, max(date || end_time) AS last
  FROM schedules GROUP BY contract_id) s ON s.contract_id = c.id
  WHERE s.first <> c.schedule_start_date || c.schedule_start_time OR s.last <> c.schedule_end_date || c.schedule_end_time
  OR s.first < c.start_date || c.start_time OR s.last > c.end_date || c.end_time;

-- granted time adds up
SELECT c.id FROM contracts c LEFT JOIN time_adjustments a ON a.contract_id = c.id AND a.status = 'approved'
  GROUP BY c.id, c.extension_minutes HAVING c.extension_minutes <> COALESCE(SUM(a.minutes), 0);

-- an adjustment's instants fit its status
SELECT id FROM time_adjustments WHERE (approved_at IS NULL) <> (status <> 'approved') OR (responded_at IS NULL) <> (status = 'pending');

-- only running contracts have a request pending
SELECT c.id FROM contracts c JOIN time_adjustments a ON a.contract_id = c.id WHERE a.status = 'pending' AND c.status <> 'in_progress';

-- a conclusion has a submitted inspection
SELECT o.id FROM conclusions o WHERE NOT EXISTS (SELECT 1 FROM inspections i WHERE i.contract_id = o.contract_id AND i.status = 'submitted');

-- an inspection has begun work
SELECT i.id FROM inspections i JOIN contracts c ON c.id = i.contract_id WHERE c.work_started_at IS NULL OR i.started_at < c.work_started_at;

-- only completed contracts are reviewed, and their partner is
SELECT r.id FROM reviews r JOIN contracts c ON c.id = r.contract_id WHERE c.status <> 'completed' OR r.partner_id <> c.partner_id;

-- a review's overall rate is the average
SELECT r.id FROM reviews r JOIN (SELECT review_id, sum(rate) AS total, count(*) AS n FROM review_ratings GROUP BY review_id) t
  ON t.review_id = r.id WHERE abs(r.overall_tenths * t.n - t.total * 10) * 2 > t.n;

-- a partner's summary is that of its reviews
SELECT p.id FROM partners p LEFT JOIN reviews r ON r.partner_id = p.id GROUP BY p.id, p.reviews_count, p.reviews_tenths
  HAVING p.reviews_count <> count(r.id) OR p.reviews_tenths <> COALESCE(SUM(r.overall_tenths), 0);

-- a partner is sorted by its lowest active price, and behind the others without one
SELECT p.id FROM partners p LEFT JOIN base_prices b ON b.partner_id = p.id AND b.active GROUP BY p.id, p.cheapest_first, p.dearest_first
  HAVING p.cheapest_first <> COALESCE(MIN(b.amount), 4611686018427387904) OR p.dearest_first <> COALESCE(MIN(b.amount), -1);

-- the history counts the versions
SELECT c.id FROM contracts c LEFT JOIN contract_history h ON h.contract_id = c.id GROUP BY c.id, c.version
  HAVING count(h.id) <> c.version OR min(h.contract_version) <> 1 OR max(h.contract_version) <> c.version;

-- the last history row tells the present state
SELECT c.id FROM contracts c JOIN contract_history h ON h.contract_id = c.id AND h.contract_version = c.version
  WHERE h.to_status <> c.status OR h.to_stage <> c.stage OR h.at <> c.updated_at OR h.partner_id <> c.partner_id;

-- a history row begins where the one before ended
SELECT h.id FROM contract_history h JOIN contract_history b ON b.contract_id = h.contract_id AND b.contract_version = h.contract_version - 1
  WHERE h.from_status <> b.to_status OR h.from_stage <> b.to_stage OR h.at < b.at;

-- everything of a contract belongs to its institution
SELECT c.id FROM contracts c WHERE EXISTS (SELECT 1 FROM schedules x WHERE x.contract_id = c.id AND x.institution_id <> c.institution_id)
  OR EXISTS (SELECT 1 FROM payments x WHERE x.contract_id = c.id AND x.institution_id <> c.institution_id)
  OR EXISTS (SELECT 1 FROM partner_assignments x WHERE x.contract_id = c.id AND x.institution_id <> c.institution_id)
  OR EXISTS (SELECT 1 FROM contract_history x WHERE x.contract_id = c.id AND x.institution_id <> c.institution_id);

-- no partner has two works at once
SELECT a.id FROM contracts a JOIN contracts b ON b.partner_id = a.partner_id AND b.id > a.id
  AND a.scheduled_start_at < b.scheduled_end_at AND b.scheduled_start_at < a.scheduled_end_at
  WHERE a.status IN ('accepted', 'on_route', 'in_progress') AND b.status IN ('accepted', 'on_route', 'in_progress');

-- a partner's account and the partner are one
SELECT p.id FROM partners p JOIN users u ON u.id = p.user_id WHERE u.role <> 'partner' OR u.full_name <> p.full_name;
-- at most one request for time is pending
SELECT contract_id FROM time_adjustments WHERE status = 'pending' GROUP BY contract_id HAVING count(*) > 1;


-- a day of work ends with its contract
SELECT s.id FROM schedules s JOIN contracts c ON c.id = s.contract_id
  WHERE s.status IN ('pending', 'in_progress') AND c.status IN ('completed', 'cancelled', 'rejected', 'expired');

-- running work has a day that runs, and only running work
SELECT c.id FROM contracts c WHERE (c.status = 'in_progress') <> EXISTS
  (SELECT 1 FROM schedules s WHERE s.contract_id = c.id AND s.status = 'in_progress');

-- days are worked on contracts whose work began
SELECT s.id FROM schedules s JOIN contracts c ON c.id = s.contract_id
  WHERE s.status = 'completed' AND c.work_started_at IS NULL AND c.status <> 'completed';

-- a discount is not more than the price
SELECT id FROM contracts WHERE discount < 0 OR pricing_total < 0 OR discount > pricing_total;


-- a code of each phase was scanned once at most
SELECT contract_id FROM qr_tokens WHERE used_at IS NOT NULL GROUP BY contract_id, phase HAVING count(*) > 1;

-- a code that was scanned did its work
SELECT q.id FROM qr_tokens q JOIN contracts c ON c.id = q.contract_id WHERE q.used_at IS NOT NULL
  AND (q.phase = 'start' AND c.work_started_at IS NULL OR q.phase = 'end' AND c.completed_at IS NULL);

-- an assignment that is over, or accepted by its partner, has an answer's instant
SELECT id FROM partner_assignments WHERE (responded_at IS NULL AND status IN ('accepted', 'rejected') AND kind = 'initial')
  OR responded_at < assigned_at OR (status = 'pending' AND responded_at IS NOT NULL);

-- what is over waits for nothing
SELECT id FROM contracts WHERE status IN ('completed', 'cancelled', 'rejected', 'expired') AND (stage <> '' OR escalation_deadline_at IS NOT NULL);

-- history does not run backwards, nor past the contract
SELECT h.id FROM contract_history h JOIN contracts c ON c.id = h.contract_id WHERE h.at < c.created_at OR h.at > c.updated_at;

-- a certification counts the registrations that take a place of its quota
SELECT c.id FROM certifications c WHERE c.registered_count <> (SELECT count(*) FROM partner_certifications r
	WHERE r.certification_id = c.id AND r.status IN ('registered', 'in_review', 'passed'));

-- no certification has more registrations than its quota
SELECT id FROM certifications WHERE registered_count > quota;
