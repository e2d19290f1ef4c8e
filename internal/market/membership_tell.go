package market

import (
	"context"
	"encoding/json"
	"time"

	"kontrak/ent"
	"kontrak/ent/cataloguechange"
	"kontrak/ent/institution"
	"kontrak/ent/membership"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/notice"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// topicAsked is what managers are told when somebody asks to belong to their institution.
const topicAsked = "membership_requested"

// tellOfMembership leaves a message about a membership, as it has just become, in the
// outbox.
func (a *App) tellOfMembership(ctx context.Context, tx *ent.Tx, topic string, m *ent.Membership) error {
	return store.Leave(ctx, tx, store.Message{
		Topic: topic, InstitutionID: &m.InstitutionID, At: m.UpdatedAt, Wall: a.wall(),
		Payload: map[string]int64{"membership_id": m.ID, "version": m.Version},
	})
}

// tellOfEnd tells whom it concerns that a membership has ended: its managers when a member
// has left, and otherwise the one who was sent away, or whose request was refused. Of a
// request that was taken back nobody is told: what managers were told of it says so.
func (a *App) tellOfEnd(ctx context.Context, tx *ent.Tx, who actor.Actor, before, next *ent.Membership) error {
	asked, itself := before.State == lifecycle.MembershipRequested, who.UserID == next.UserID
	switch {
	case asked && itself:
		return nil
	case asked:
		return a.tellOfMembership(ctx, tx, "membership_refused", next)
	case itself:
		return a.tellOfMembership(ctx, tx, "membership_left", next)
	}
	return a.tellOfMembership(ctx, tx, "membership_ended", next)
}

// leaveAll ends every membership of an account that is closed, and tells the managers of
// the institutions that it belonged to.
func (a *App) leaveAll(ctx context.Context, tx *ent.Tx, userID int64, now time.Time) error {
	left, err := tx.Membership.Query().Where(membership.UserID(userID), membership.StateEQ(lifecycle.MembershipActive)).
		Order(membership.ByID()).All(ctx)
	if err != nil {
		return err
	}
	if err := endMemberships(ctx, tx, userID, now); err != nil {
		return err
	}
	for _, m := range left {
		m.Version, m.UpdatedAt = m.Version+1, now // as endMemberships has written it
		if err := a.tellOfMembership(ctx, tx, "membership_left", m); err != nil {
			return err
		}
	}
	return nil
}

// One institution is asked so often within that time by one account, and no oftener: its
// managers are told each time. Unlike the limits of requests it is a rule about what people
// do: the history counts, and business time, which stamps the history.
const (
	maxAsks = 3
	askSpan = 24 * time.Hour
)

// mayAskAgain refuses to ask one institution again and again. The membership is held.
//
// Faults: RATE_LIMITED, with retry_after: the seconds until it may be asked.
func mayAskAgain(ctx context.Context, tx *ent.Tx, before *ent.Membership, now time.Time) error {
	list, err := tx.CatalogueChange.Query().Where(
		cataloguechange.NounEQ(lifecycle.NounMembership), cataloguechange.RecordID(before.ID),
		cataloguechange.ActorID(before.UserID), cataloguechange.AtGT(now.Add(-askSpan)),
	).Order(cataloguechange.ByRecordVersion(sql.OrderDesc())).All(ctx)
	if err != nil {
		return err
	}
	asked := 0
	for _, c := range list {
		var told map[string]changelog.Change
		if err := json.Unmarshal(c.Changes, &told); err != nil {
			return err
		}
		if string(told[membership.FieldState].To) != `"`+string(lifecycle.MembershipRequested)+`"` {
			continue
		}
		if asked++; asked == maxAsks {
			from := c.At.Add(askSpan)
			return fault.Newf(fault.RateLimited, "You have asked this institution %d times within a day: it can be asked again from %s on.",
				maxAsks, from.UTC().Format(time.RFC3339)).With("retry_after", int((from.Sub(now)+time.Second-1)/time.Second))
		}
	}
	return nil
}

// membershipTold is what the texts may say of a membership, and by which ties.
type membershipTold struct {
	id, userID  int64
	version     int64
	institution string
	state       lifecycle.MembershipState
	managed     int // 1: the reader manages the institution
}

// membershipsTold reads memberships that somebody was told of.
func (a *App) membershipsTold(ctx context.Context, on *ent.Client, who actor.Actor, ids []int64) (map[int64]*membershipTold, error) {
	byID := make(map[int64]*membershipTold, len(ids))
	if len(ids) == 0 {
		return byID, nil
	}
	m, i, own := sql.Table(membership.Table).As("m"), sql.Table(institution.Table).As("i"), sql.Table(membership.Table).As("own")
	s := selectFrom[membershipTold](a.store.Dialect(), m)
	s.take(m, membership.FieldID, func(r *membershipTold) any { return &r.id })
	s.take(m, membership.FieldUserID, func(r *membershipTold) any { return &r.userID })
	s.take(m, membership.FieldState, func(r *membershipTold) any { return &r.state })
	s.take(m, membership.FieldVersion, func(r *membershipTold) any { return &r.version })
	s.Join(i).On(i.C(institution.FieldID), m.C(membership.FieldInstitutionID))
	s.take(i, institution.FieldName, func(r *membershipTold) any { return &r.institution })
	s.LeftJoin(own).OnP(sql.And(
		sql.ColumnsEQ(own.C(membership.FieldInstitutionID), m.C(membership.FieldInstitutionID)), sql.EQ(own.C(membership.FieldUserID), who.UserID),
		is(own.C(membership.FieldRole), lifecycle.MembershipManager), is(own.C(membership.FieldState), lifecycle.MembershipActive),
	))
	s.compute(sql.Expr("CASE WHEN "+own.C(membership.FieldID)+" IS NULL THEN 0 ELSE 1 END"), "managed", func(r *membershipTold) any { return &r.managed })
	s.Where(store.InP(m.C(membership.FieldID), ids))
	rows, err := s.rows(ctx, on)
	for _, r := range rows {
		byID[r.id] = r
	}
	return byID, err
}

// about is what a text may say of a membership to its reader; nil where that is neither the
// member nor a manager any more, and of a request that does not wait any more, though
// another one may.
func (r *membershipTold) about(who actor.Actor, n *notificationRow) (*notice.About, error) {
	// access: who belongs to an institution is for its managers and for the member to know.
	if r == nil || r.userID != who.UserID && r.managed == 0 {
		return nil, nil //nolint:nilnil // nil says that nothing may be said
	}
	if n.topic == topicAsked && r.userID != who.UserID {
		var m about
		if err := json.Unmarshal(n.payload, &m); err != nil {
			return nil, err
		}
		if !stillAsks(r.state, r.version, m) {
			return nil, nil //nolint:nilnil // as above
		}
	}
	return &notice.About{Institution: r.institution}, nil
}

// stillAsks tells whether the request that a message is about still waits: each one that is
// made anew is another version of its membership.
func stillAsks(state lifecycle.MembershipState, version int64, m about) bool {
	return state == lifecycle.MembershipRequested && version == m.Version
}
