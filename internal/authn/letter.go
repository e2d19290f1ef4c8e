package authn

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/onetimecode"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// CodeLetter is what the mail of a one-time code says.
type CodeLetter struct {
	Email    string
	Name     string // empty until the address is verified
	Language lifecycle.Language
	Code     string // digits, or the token of an invitation
	Until    string // in UTC: hours and minutes; of an invitation the day too
}

// CodeLetter gives what the mail of a code says; nil when it is not to be sent: nobody
// has the address, or the code has ended meanwhile.
func (s *Service) CodeLetter(ctx context.Context, codeID int64) (*CodeLetter, error) {
	ctx, cancel := s.store.ReadContext(ctx)
	defer cancel()
	c, err := s.store.Client().OneTimeCode.Query().Where(onetimecode.ID(codeID)).WithUser().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // there is none, as the comment above says
	}
	if err != nil {
		return nil, store.Fault(err)
	}
	u := c.Edges.User
	if u == nil || c.EndedAt != nil || !s.wall().Before(c.ExpiresAt) || u.Status == lifecycle.UserClosed {
		return nil, nil //nolint:nilnil // there is none, as the comment above says
	}
	name := u.FullName
	if u.EmailVerifiedAt == nil {
		name = "" // whoever registered may have written it for a stranger to read
	}
	l := &CodeLetter{Email: u.Email, Name: name, Language: u.Language, Code: s.codes.Digits(c), Until: c.ExpiresAt.UTC().Format("15:04 UTC")}
	if c.Purpose == lifecycle.CodeInvitation {
		l.Code, l.Until = s.codes.invitation(c.Subject, u.ID, c.ExpiresAt), c.ExpiresAt.UTC().Format("2006-01-02 15:04 UTC")
	}
	return l, nil
}
