package market

import (
	"context"
	"slices"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementhistory"
	"kontrak/ent/contract"
	"kontrak/ent/contracthistory"
	"kontrak/ent/membership"
	"kontrak/ent/participant"
	"kontrak/ent/partner"
	"kontrak/ent/signature"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// crowd gathers whom an event is told: those whom it concerned when it happened, as far
// as they may still know of its record. So it does not matter how late, how often or in
// which order messages are delivered.
type crowd struct {
	app *App
	on  *ent.Client
	ids []int64
	not int64 // who did it
}

// crowdOf gives the accounts that are told of a message, ascending.
func (a *App) crowdOf(ctx context.Context, on *ent.Client, t topic, m about) ([]int64, error) {
	c := &crowd{app: a, on: on}
	var err error
	switch {
	case t.about == aboutContract && m.ContractID != 0:
		err = c.ofContract(ctx, t.to, m)
	case t.about == aboutAgreement && m.AgreementID != 0:
		err = c.ofAgreement(ctx, t.to, m)
	case t.about == aboutMembership && m.MembershipID != 0:
		err = c.ofMembership(ctx, t.to, m)
	case t.to&(toPartner|toMaker) != 0 && m.PartnerID != 0:
		err = c.ofPartner(ctx, t.to, m.PartnerID)
	case t.to&toUser != 0 && m.UserID != 0:
		c.add(m.UserID)
	}
	if err != nil || len(c.ids) == 0 {
		return nil, err
	}
	return on.User.Query().Where(store.In(user.FieldID, c.ids), user.IDNEQ(c.not), user.StatusEQ(lifecycle.UserActive)).
		Order(user.ByID()).IDs(ctx)
}

func (c *crowd) add(ids ...int64) { c.ids = append(c.ids, ids...) }

// select adds the accounts that a statement finds.
func (c *crowd) find(ctx context.Context, s *sql.Selector, column string) error {
	found := &selection[int64]{Selector: s}
	s.AppendSelect(column)
	found.into = append(found.into, func(id *int64) any { return id })
	rows, err := found.rows(ctx, c.on)
	for _, id := range rows {
		c.add(*id)
	}
	return err
}

// ofContract adds those whom an event of a contract concerns.
func (c *crowd) ofContract(ctx context.Context, to audience, m about) error {
	row, err := c.on.Contract.Query().Where(contract.ID(m.ContractID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	then, err := c.on.ContractHistory.Query().
		Where(contracthistory.ContractID(row.ID), contracthistory.ContractVersion(m.Version)).Only(ctx)
	switch {
	case ent.IsNotFound(err): // it is as it stands now
		then = &ent.ContractHistory{PartnerID: &row.PartnerID, ToStage: row.Stage}
	case err != nil:
		return err
	case then.ActorID != nil:
		c.not = *then.ActorID
	}
	// access: the tie of an assignee ends when it loses the contract, and only then may
	// another have it.
	assigned := then.PartnerID != nil && *then.PartnerID == row.PartnerID && row.OfferedAt != nil && row.ReleasedAt == nil
	if to&toAssignee != 0 && assigned {
		if err := c.partner(ctx, row.PartnerID, toPartner); err != nil {
			return err
		}
	}
	if to&toHandler != 0 && row.SupervisorID != nil {
		c.add(*row.SupervisorID)
	}
	if to&toMembers != 0 {
		if err := c.members(ctx, row.InstitutionID, lifecycle.MembershipManager, lifecycle.MembershipMember); err != nil {
			return err
		}
	}
	if to&toSupervisors != 0 && then.ToStage == lifecycle.StageSupervisor {
		return c.queue(ctx, row.ID)
	}
	return nil
}

// members adds the active members of an institution with those roles.
func (c *crowd) members(ctx context.Context, institutionID int64, roles ...lifecycle.MembershipRole) error {
	m, u := sql.Table(membership.Table).As("m"), sql.Table(user.Table).As("u")
	words := make([]any, len(roles))
	for i, r := range roles {
		words[i] = r
	}
	return c.find(ctx, sql.Dialect(c.app.store.Dialect()).Select().From(m).
		Join(u).On(u.C(user.FieldID), m.C(membership.FieldUserID)).
		Where(sql.And(
			sql.EQ(m.C(membership.FieldInstitutionID), institutionID), is(m.C(membership.FieldState), lifecycle.MembershipActive),
			sql.In(m.C(membership.FieldRole), words...), is(u.C(user.FieldRole), actor.Institution),
		)), u.C(user.FieldID))
}

// queue adds the supervisors in whose queue a contract waits now.
func (c *crowd) queue(ctx context.Context, contractID int64) error {
	dialect := c.app.store.Dialect()
	u, t := sql.Table(user.Table).As("u"), sql.Table(contract.Table).As("c")
	waiting := sql.Dialect(dialect).Select(t.C(contract.FieldID)).From(t).
		Where(sql.And(sql.EQ(t.C(contract.FieldID), contractID), queueOf(columnTerm(u.C(user.FieldID)), dialect, t)))
	return c.find(ctx, sql.Dialect(dialect).Select().From(u).
		Where(sql.And(is(u.C(user.FieldRole), actor.Supervisor), sql.Exists(waiting))), u.C(user.FieldID))
}

// partner adds the account of a partner, and that of the supervisor that made it.
func (c *crowd) partner(ctx context.Context, id int64, to audience) error {
	p, err := c.on.Partner.Query().Where(partner.ID(id), partner.DeletedAtIsNil()).Only(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if to&toPartner != 0 {
		c.add(p.UserID)
	}
	if to&toMaker != 0 && p.CreatedByID != nil {
		c.add(*p.CreatedByID)
	}
	return nil
}

func (c *crowd) ofPartner(ctx context.Context, to audience, id int64) error {
	return c.partner(ctx, id, to)
}

// ofMembership adds those whom an event of a membership concerns. Whoever did it is none
// of them: the topics part what the member does from what is done to it.
func (c *crowd) ofMembership(ctx context.Context, to audience, m about) error {
	row, err := c.on.Membership.Query().Where(membership.ID(m.MembershipID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if to&toUser != 0 {
		c.add(row.UserID)
	}
	if to&toManagers != 0 || to&toAnswerers != 0 && stillAsks(row.State, row.Version, m) {
		return c.members(ctx, row.InstitutionID, lifecycle.MembershipManager)
	}
	return nil
}

// ofAgreement adds those whom an event of an agreement concerns.
func (c *crowd) ofAgreement(ctx context.Context, to audience, m about) error {
	row, err := c.on.Agreement.Query().Where(agreement.ID(m.AgreementID), agreement.DeletedAtIsNil()).Only(ctx)
	if ent.IsNotFound(err) {
		return nil // access: a deleted one is not to be known of
	}
	if err != nil {
		return err
	}
	by, err := c.on.AgreementHistory.Query().
		Where(agreementhistory.AgreementID(row.ID), agreementhistory.AgreementVersion(m.Version)).Only(ctx)
	switch {
	case err == nil && by.ActorID != nil:
		c.not = *by.ActorID
	case err != nil && !ent.IsNotFound(err):
		return err
	}
	if to&toKeepers != 0 {
		if err := c.keepers(ctx, row, m.SignatureID); err != nil {
			return err
		}
	}
	if to&toSigners != 0 && m.SignatureID != 0 {
		return c.signers(ctx, m)
	}
	return nil
}

// keepers adds those who look after an agreement, and who asked for a signature.
func (c *crowd) keepers(ctx context.Context, row *ent.Agreement, signatureID int64) error {
	for _, named := range []*int64{row.OwnerID, row.ApproverID} {
		if named != nil {
			c.add(*named)
		}
	}
	told, err := row.QueryNotifyUsers().IDs(ctx)
	if err != nil {
		return err
	}
	c.add(told...)
	if signatureID != 0 {
		by, err := c.on.Signature.Query().Where(signature.ID(signatureID), signature.CreatedByIDNotNil()).All(ctx)
		if err != nil {
			return err
		}
		for _, s := range by {
			// access: whoever asked may have left the institution since.
			member, err := c.on.Membership.Query().Where(membership.InstitutionID(row.InstitutionID),
				membership.UserID(*s.CreatedByID), membership.StateEQ(lifecycle.MembershipActive)).Exist(ctx)
			if err != nil {
				return err
			}
			if member {
				c.add(*s.CreatedByID)
			}
		}
	}
	return c.members(ctx, row.InstitutionID, lifecycle.MembershipManager)
}

// signers adds those asked to sign, or the one that the message names, who have an
// account with that address and have shown that it is theirs.
func (c *crowd) signers(ctx context.Context, m about) error {
	p, u := sql.Table(participant.Table).As("p"), sql.Table(user.Table).As("u")
	s := sql.Dialect(c.app.store.Dialect()).Select().From(p).
		Join(u).OnP(sql.P(func(b *sql.Builder) {
		b.Ident(u.C(user.FieldEmail)).WriteString(" = lower(").Ident(p.C(participant.FieldEmail)).WriteString(")")
	})).
		Where(sql.And(
			sql.EQ(p.C(participant.FieldSignatureID), m.SignatureID), sql.NotNull(p.C(participant.FieldRequestedAt)),
			sql.NotNull(u.C(user.FieldEmailVerifiedAt)),
		))
	if m.ParticipantID != 0 {
		s.Where(sql.EQ(p.C(participant.FieldID), m.ParticipantID))
	}
	return c.find(ctx, s, u.C(user.FieldID))
}

// Audience lists the roles that may be told of a topic, in order.
func (t topic) roles() []actor.Role {
	var list []actor.Role
	for _, role := range actor.Roles {
		for to, roles := range speaksTo {
			if t.to&to != 0 && slices.Contains(roles, role) && !slices.Contains(list, role) {
				list = append(list, role)
			}
		}
	}
	return list
}
