// Package graph answers the wire's schema with what a test gives it.
package graph

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/internal/wire/graph/model"
)

// Resolver answers what a test says.
type Resolver struct {
	// Feed opens the stream of a subscription.
	Feed func(ctx context.Context, topic string) (<-chan *model.Item, error)
	// Held answers the query held.
	Held func(ctx context.Context) (string, error)
	// Bumps counts the mutation bump.
	Bumps atomic.Int64
}

var errLate = errors.New("it came too late")

// received reads a file to its end, and once more from its beginning.
func received(u *graphql.Upload) (*model.File, error) {
	if u == nil {
		return nil, nil
	}
	if _, err := io.Copy(io.Discard, u.File); err != nil {
		return nil, err
	}
	if _, err := u.File.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(u.File)
	if err != nil {
		return nil, err
	}
	if len(text) > 100 {
		text = text[:100]
	}
	return &model.File{Name: u.Filename, Type: u.ContentType, Size: int(u.Size), Text: string(text)}, nil
}

func receivedAll(files []*graphql.Upload) ([]*model.File, error) {
	out := make([]*model.File, len(files))
	for i, u := range files {
		var err error
		if out[i], err = received(u); err != nil {
			return nil, err
		}
	}
	return out, nil
}
