package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/file"
	"kontrak/internal/files"
	"kontrak/internal/store"
)

// KeepOrphans is how long a file is left alone that no row names: the row comes after
// the file, in a transaction that may be tried again, or whose outcome nobody knows.
const KeepOrphans = 24 * time.Hour

// FilePlace is how far a walk through the stored files has come; the zero FilePlace is
// its beginning.
type FilePlace struct {
	Public bool
	After  string
}

// ForgetOrphans looks at the next n stored files and removes those that no row names, if
// they are older than KeepOrphans. It gives where the walk goes on, the zero FilePlace
// after the last file, and how many files it has removed. Any number of nodes may walk.
func (a *App) ForgetOrphans(ctx context.Context, at FilePlace, n int) (next FilePlace, gone int, err error) {
	page, err := a.files.List(ctx, at.Public, at.After, n)
	if err != nil {
		return at, 0, err
	}
	named, err := a.namedFiles(ctx, page)
	if err != nil {
		return at, 0, err
	}
	old := a.wall().Add(-KeepOrphans)
	for _, f := range page {
		if named[f.Name] || f.At.After(old) {
			continue
		}
		if err := a.files.Remove(ctx, f.Name, at.Public); err != nil {
			return at, gone, err
		}
		gone++
	}
	switch {
	case len(page) == n:
		next = FilePlace{Public: at.Public, After: page[n-1].Name}
	case !at.Public:
		next = FilePlace{Public: true}
	}
	return next, gone, nil
}

// namedFiles tells which of the files have rows.
func (a *App) namedFiles(ctx context.Context, page []files.Listed) (map[string]bool, error) {
	names := make([]string, len(page))
	for i, f := range page {
		names[i] = f.Name
	}
	named := map[string]bool{}
	err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		found, err := on.File.Query().Where(store.In(file.FieldName, names)).Select(file.FieldName).Strings(ctx)
		for _, name := range found {
			named[name] = true
		}
		return err
	})
	return named, err
}
