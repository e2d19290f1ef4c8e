package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/participant"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// SigningLetter is what the mail to somebody who is asked to sign says.
type SigningLetter struct {
	Email, Name string
	Language    lifecycle.Language
	Title       string // of what is to be signed
	By          string // the institution that asks
	Link        string // whoever has it may sign
	Until       string // the last instant of the link, in UTC
}

// SigningLetter gives what the mail to a participant says; nil when none is to be sent: it
// has answered, the link is over or was replaced, or it is not reached by mail. The link is
// made again from the key, and kept nowhere.
func (a *App) SigningLetter(ctx context.Context, participantID int64) (*SigningLetter, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	p, err := a.store.Client().Participant.Query().
		Where(participant.ID(participantID), participant.SendEQ(lifecycle.SendEmail), participant.EmailNEQ(""), participant.TokenHashNEQ("")).
		WithSignature().WithInstitution().Only(ctx)
	if err != nil {
		return nil, store.Fault(ent.MaskNotFound(err))
	}
	if p.RequestedAt == nil || p.TokenExpiresAt == nil || !a.Now().Before(*p.TokenExpiresAt) || p.Edges.Signature.Status != lifecycle.SignatureWaiting {
		return nil, nil //nolint:nilnil // there is none, as the comment above says
	}
	token := a.links.signToken(p.UUID, *p.RequestedAt)
	if hashToken(token) != p.TokenHash {
		return nil, nil //nolint:nilnil // as above
	}
	return &SigningLetter{
		Email: p.Email, Name: p.Name, Language: lifecycle.Language(p.Language), Title: p.Edges.Signature.Title, By: p.Edges.Institution.Name,
		Link: a.links.signPage(token), Until: p.TokenExpiresAt.UTC().Format("2006-01-02 15:04 UTC"),
	}, nil
}
