package authn

import (
	"context"
	"encoding/base32"
	"strconv"
	"time"

	"kontrak/ent"
	"kontrak/ent/onetimecode"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// InvitationLife is how long an invitation is good.
const InvitationLife = 7 * 24 * time.Hour

// Invite lets the owner of an account that somebody else opened choose its password: it
// ends the open invitation, makes another and leaves its mail in the outbox, in the
// transaction that opens the account.
func (s *Service) Invite(ctx context.Context, tx *ent.Tx, userID int64, email string) error {
	now, subject := store.Instant(s.wall()), s.codes.subject(email)
	err := tx.OneTimeCode.Update().
		Where(onetimecode.Subject(subject), onetimecode.PurposeEQ(lifecycle.CodeInvitation), onetimecode.EndedAtIsNil()).
		SetEndedAt(now).Exec(ctx)
	if err != nil {
		return err
	}
	ends := now.Add(InvitationLife)
	made, err := tx.OneTimeCode.Create().SetSubject(subject).SetUserID(userID).SetPurpose(lifecycle.CodeInvitation).
		SetNonce(refreshHash(s.codes.invitation(subject, userID, ends))).SetExpiresAt(ends).SetResendAt(now).SetCreatedAt(now).Save(ctx)
	if err != nil {
		return err
	}
	return store.Leave(ctx, tx, store.Message{
		Channel: lifecycle.ChannelMail, Topic: string(lifecycle.CodeInvitation), Payload: map[string]int64{"code_id": made.ID}, At: now, Wall: now,
	})
}

// invitation makes the token of an invitation: 160 bits that nobody can guess without
// the key. It hangs on whose it is and on the instant at which it ends, so that the mail
// makes it again, and the database holds its hash alone.
func (c Codes) invitation(subject string, userID int64, ends time.Time) string {
	sum := c.mac("invitation", subject, strconv.FormatInt(userID, 10), strconv.FormatInt(ends.UnixMilli(), 10))
	return base32.StdEncoding.EncodeToString(sum[:20])
}

// AcceptInvitation sets the first password of an account that its owner was invited to.
// Whoever has the token reads the account's mail, so its address is verified with it.
//
// Faults: RATE_LIMITED; INVALID with every bad field, a token that is wrong, old or used
// among them, alike.
func (s *Service) AcceptInvitation(ctx context.Context, token, password, address string) error {
	return s.setByToken(ctx, token, password, password, address, lifecycle.CodeInvitation)
}
