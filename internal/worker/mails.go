package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"kontrak/ent"
	"kontrak/internal/authn"
	"kontrak/internal/lifecycle"
	"kontrak/internal/mail"
	"kontrak/internal/market"
)

// codeLetters tells what the mail of a one-time code says: authn.Service.
type codeLetters interface {
	CodeLetter(ctx context.Context, codeID int64) (*authn.CodeLetter, error)
}

// signingLetters tells what the mail to somebody who is asked to sign says: market.App.
type signingLetters interface {
	SigningLetter(ctx context.Context, participantID int64) (*market.SigningLetter, error)
}

// envelope is what a mail says, in which language, and its address.
type envelope struct {
	to       string
	language lifecycle.Language
	content  mail.Content
}

// Mails delivers the messages of the channel for mails.
func Mails(codes codeLetters, signers signingLetters, by mail.Sender) func(context.Context, *ent.Outbox) error {
	return func(ctx context.Context, m *ent.Outbox) error {
		e, err := address(ctx, codes, signers, m)
		if err != nil {
			return err
		}
		if e == nil {
			return fmt.Errorf("%w: nobody is to have it", ErrDropped)
		}
		letter, err := mail.Write(e.language, m.Topic, e.content)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrGivenUp, err)
		}
		letter.ID, letter.To = m.Key, e.to
		if err := by.Send(ctx, letter); err != nil {
			if errors.Is(err, mail.ErrRefused) {
				return fmt.Errorf("%w: %w", ErrGivenUp, err)
			}
			return err
		}
		return nil
	}
}

// address gives what is sent to whom; nil for nothing.
func address(ctx context.Context, codes codeLetters, signers signingLetters, m *ent.Outbox) (*envelope, error) {
	var about struct {
		CodeID        int64 `json:"code_id"`
		ParticipantID int64 `json:"participant_id"`
	}
	switch err := json.Unmarshal(m.Payload, &about); {
	case err == nil && about.CodeID != 0:
		l, err := codes.CodeLetter(ctx, about.CodeID)
		if err != nil || l == nil {
			return nil, err
		}
		return &envelope{l.Email, l.Language, mail.Content{Name: l.Name, Code: l.Code, Until: l.Until}}, nil
	case err == nil && about.ParticipantID != 0:
		l, err := signers.SigningLetter(ctx, about.ParticipantID)
		if err != nil || l == nil {
			return nil, err
		}
		return &envelope{l.Email, l.Language, mail.Content{Name: l.Name, Title: l.Title, By: l.By, Link: l.Link, Until: l.Until}}, nil
	}
	return nil, fmt.Errorf("%w: its payload names neither a code nor who is to sign", ErrGivenUp)
}
