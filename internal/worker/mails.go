package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"kontrak/ent"
	"kontrak/internal/authn"
	"kontrak/internal/mail"
)

// codeLetters tells what the mail of a one-time code says: authn.Service.
type codeLetters interface {
	CodeLetter(ctx context.Context, codeID int64) (*authn.CodeLetter, error)
}

// Mails delivers the messages of the channel for mails.
func Mails(codes codeLetters, by mail.Sender) func(context.Context, *ent.Outbox) error {
	return func(ctx context.Context, m *ent.Outbox) error {
		var about struct {
			CodeID int64 `json:"code_id"`
		}
		if err := json.Unmarshal(m.Payload, &about); err != nil || about.CodeID == 0 {
			return fmt.Errorf("%w: its payload names no code", ErrDropped)
		}
		l, err := codes.CodeLetter(ctx, about.CodeID)
		if err != nil {
			return err
		}
		if l == nil {
			return fmt.Errorf("%w: nobody is to have it", ErrDropped)
		}
		letter, err := mail.Write(l.Language, m.Topic, mail.Content{Name: l.Name, Code: l.Code, Until: l.Until})
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDropped, err)
		}
		letter.ID, letter.To = m.Key, l.Email
		if err := by.Send(ctx, letter); err != nil {
			if errors.Is(err, mail.ErrRefused) {
				return fmt.Errorf("%w: %w", ErrDropped, err)
			}
			return err
		}
		return nil
	}
}
