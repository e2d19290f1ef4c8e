package authn

import (
	"context"
	"time"

	"kontrak/ent"
)

// OpenFor opens a session for an account whose password fitted when it was read.
func (s *Service) OpenFor(ctx context.Context, u *ent.User) error {
	now := s.wall()
	return s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		_, err := s.openSession(ctx, tx, u, Device{}, "a secret", now, now.Add(time.Hour))
		return err
	})
}
