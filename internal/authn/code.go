package authn

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"kontrak/ent"
	"kontrak/ent/onetimecode"
	"kontrak/ent/predicate"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// What holds of one-time codes unless the settings name others (Nukitu reference,
// section 5), and how long the token lives that is given for the code of a forgotten
// password (4.1).
const (
	DefaultCodeLife     = 10 * time.Minute
	DefaultCodeCoolDown = time.Minute
	DefaultCodeTries    = 5
	DefaultCodesPerHour = 5
	ResetTokenLife      = 15 * time.Minute
	// CodeDigits is how many digits a code has.
	CodeDigits = 6
	// codesWindow is over how long the codes of an address are counted.
	codesWindow = time.Hour
)

// Codes say what holds of one-time codes. Zero values take the defaults.
type Codes struct {
	// Key derives the digits from what is stored: at least 32 bytes, the same on every
	// node.
	Key []byte
	// Life is how long a code is good, CoolDown how long no other one is sent.
	Life, CoolDown time.Duration
	// Tries is how often somebody may be wrong before the code ends.
	Tries int
	// PerHour is how many of one purpose are sent to an address within an hour, from
	// wherever they are asked for.
	PerHour int
}

func (c Codes) withDefaults() Codes {
	if c.Life <= 0 {
		c.Life = DefaultCodeLife
	}
	if c.CoolDown <= 0 {
		c.CoolDown = DefaultCodeCoolDown
	}
	if c.Tries <= 0 {
		c.Tries = DefaultCodeTries
	}
	if c.PerHour <= 0 {
		c.PerHour = DefaultCodesPerHour
	}
	return c
}

// Verification is what somebody is told of a code that was sent, whether anybody has
// the address or not.
type Verification struct {
	Email             string    `json:"email"`
	ExpiresAt         time.Time `json:"expires_at"`
	ResendAvailableAt time.Time `json:"resend_available_at"`
	AttemptsRemaining int       `json:"attempts_remaining"`
}

// subject is under what the codes of an address are kept. It is a keyed hash, so that
// the addresses of those who have no account are not kept.
func (c Codes) subject(email string) string {
	return hex.EncodeToString(c.mac("subject", FoldEmail(email)))
}

// Digits gives the code that was sent. It follows from the row and the key, so the
// row alone tells nobody the digits, and a mail that is sent twice says the same.
func (c Codes) Digits(r *ent.OneTimeCode) string {
	sum := c.mac("digits", string(r.Purpose), r.Subject, r.Nonce)
	return fmt.Sprintf("%0*d", CodeDigits, binary.BigEndian.Uint64(sum)%1_000_000)
}

func (c Codes) mac(words ...string) []byte {
	m := hmac.New(sha256.New, c.Key)
	for _, w := range words {
		_, _ = fmt.Fprintf(m, "%d:%s", len(w), w) // a hash takes everything
	}
	return m.Sum(nil)
}

// sendCode makes another code for the address, unless it had one a moment ago, or its
// share of the hour. userID is nil where nobody has the address, or nobody is to have the
// mail: the same statements are run, and the mail is dropped on its way.
//
// Faults: RATE_LIMITED, with retry_after, while the newest code is young or there were too
// many, whatever became of them.
func (s *Service) sendCode(ctx context.Context, tx *ent.Tx, purpose lifecycle.CodePurpose, email string, userID *int64) (*Verification, error) {
	now, subject := store.Instant(s.wall()), s.codes.subject(email)
	// Ended ones count too: whoever guesses wrong or right does not earn another mail.
	recent, err := tx.OneTimeCode.Query().
		Where(onetimecode.Subject(subject), onetimecode.PurposeEQ(purpose),
			onetimecode.ResendAtGT(now.Add(s.codes.CoolDown-codesWindow)), store.ForUpdate).
		Order(onetimecode.ByResendAt(sql.OrderDesc())).Limit(s.codes.PerHour).All(ctx)
	if err != nil {
		return nil, err
	}
	if wait := s.codes.next(recent).Sub(now); wait > 0 {
		return nil, tooSoon(wait)
	}
	// One that was made since they were read is young, and stands in the way of another.
	made, err := s.newCode(ctx, tx, purpose, subject, userID, now, onetimecode.ResendAtLTE(now))
	if err != nil {
		return nil, err
	}
	v := s.verification(email, made)
	v.ResendAvailableAt = s.codes.next(append([]*ent.OneTimeCode{made}, recent...))
	return v, nil
}

// next is when another code may follow those of the last hour, the newest first: some time
// ago when there are none.
func (c Codes) next(recent []*ent.OneTimeCode) (at time.Time) {
	if len(recent) > 0 {
		at = recent[0].ResendAt
	}
	if n := c.PerHour; len(recent) >= n {
		if room := recent[n-1].ResendAt.Add(codesWindow - c.CoolDown); room.After(at) {
			at = room
		}
	}
	return at
}

// newCode makes another code of a subject and leaves its mail in the outbox. The open one
// ends, if it is such a one.
//
// Faults: RATE_LIMITED when another one is open.
func (s *Service) newCode(ctx context.Context, tx *ent.Tx, purpose lifecycle.CodePurpose, subject string, userID *int64, now time.Time, such ...predicate.OneTimeCode) (*ent.OneTimeCode, error) {
	err := tx.OneTimeCode.Update().
		Where(append(such, onetimecode.Subject(subject), onetimecode.PurposeEQ(purpose), onetimecode.EndedAtIsNil())...).SetEndedAt(now).Exec(ctx)
	if err != nil {
		return nil, err
	}
	made, err := tx.OneTimeCode.Create().SetSubject(subject).SetNillableUserID(userID).SetPurpose(purpose).SetNonce(rand.Text()).
		SetExpiresAt(now.Add(s.codes.Life)).SetResendAt(now.Add(s.codes.CoolDown)).SetCreatedAt(now).Save(ctx)
	if err != nil {
		return nil, s.codeRace(err)
	}
	return made, store.Leave(ctx, tx, store.Message{
		Channel: lifecycle.ChannelMail, Topic: string(purpose), Payload: map[string]int64{"code_id": made.ID}, At: now, Wall: now,
	})
}

// codeRace tells whoever lost a race for the code of an address what the winner's
// code would have told.
func (s *Service) codeRace(err error) error {
	if fault.Is(store.Fault(err), fault.Duplicate) {
		return tooSoon(s.codes.CoolDown)
	}
	return err
}

func (s *Service) verification(email string, c *ent.OneTimeCode) *Verification {
	return &Verification{
		Email: FoldEmail(email), ExpiresAt: c.ExpiresAt, ResendAvailableAt: c.ResendAt, AttemptsRemaining: s.codes.Tries - c.Tries,
	}
}

// takeCode counts a try at the open code of the address, and ends the code when the
// digits are right or the tries are used up. The try is counted before the digits are
// looked at: whoever guesses many at once has no more tries.
//
// right is nil when the digits are wrong; what was counted must be committed then.
func (s *Service) takeCode(ctx context.Context, tx *ent.Tx, purpose lifecycle.CodePurpose, email, digits string) (right *ent.OneTimeCode, err error) {
	now := store.Instant(s.wall())
	subject := s.codes.subject(email)
	n, err := tx.OneTimeCode.Update().
		Where(onetimecode.Subject(subject), onetimecode.PurposeEQ(purpose), onetimecode.EndedAtIsNil(),
			onetimecode.ExpiresAtGT(now), onetimecode.TriesLT(s.codes.Tries)).
		AddTries(1).Save(ctx)
	if err != nil || n == 0 {
		return nil, err
	}
	c, err := tx.OneTimeCode.Query().
		Where(onetimecode.Subject(subject), onetimecode.PurposeEQ(purpose), onetimecode.EndedAtIsNil()).Only(ctx)
	if err != nil {
		return nil, err
	}
	fits := hmac.Equal([]byte(s.codes.Digits(c)), []byte(digits)) && c.UserID != nil
	if !fits && c.Tries < s.codes.Tries {
		return nil, nil //nolint:nilnil // there is none, as the comment above says
	}
	if err := tx.OneTimeCode.UpdateOne(c).SetEndedAt(now).Exec(ctx); err != nil || !fits {
		return nil, err
	}
	return c, nil
}

// errCode is what every wrong, old, used or guessed code is told.
func errCode(field string) error {
	var bad fault.Fields
	bad.Add(field, "is wrong or no longer good: ask for another code")
	return bad.Err(fault.InputInvalid)
}

// tooSoon tells whoever asks for another code when there may be one. Whoever forgot a
// password is not told, so it can be told apart from the limit of an address.
func tooSoon(wait time.Duration) error {
	err := limited(wait, "A code was sent already: wait and try again.")
	if f, is := fault.As(err); is {
		return f.With("cool_down", true)
	}
	return err
}
