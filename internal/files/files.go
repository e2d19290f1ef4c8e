// Package files keeps the bytes of uploads: in a directory, in a bucket that
// speaks S3, or in memory. What a file is for, and who may read it, is for others
// to say; here it has a name and is public or private.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"time"
)

// Store keeps files by their names. A name is given once: what it holds never
// changes. It is safe for concurrent use.
type Store interface {
	// Put keeps a new file, whole or not at all.
	Put(ctx context.Context, f New) error
	// Open gives the file of that name, and fails with fs.ErrNotExist when there
	// is none. The name is one plain segment, as Name makes them.
	Open(ctx context.Context, name string) (*File, error)
	// Remove forgets a file. One that is not there is no failure.
	Remove(ctx context.Context, name string, public bool) error
	// List gives the names in one folder that come after a name, in their order, n of
	// them at most: the next page begins after the last. What is only half kept is among
	// them.
	List(ctx context.Context, public bool, after string, n int) ([]Listed, error)
	// Close gives back what the store holds open.
	Close() error
}

// Listed is a file by its name.
type Listed struct {
	Name string
	// At is when it was kept: New.At, or as the store's own clock has it.
	At time.Time
}

// New is a file that is to be kept. Every part but At is required.
type New struct {
	Name string
	// At is when it is kept, in real time; a bucket goes by its own clock.
	At time.Time
	// Public files may be read by everybody.
	Public bool
	// Type is the media type that was read from the content.
	Type string
	// Size is how many bytes Content gives.
	Size    int64
	Content io.Reader
}

// File is an open file.
type File struct {
	Content io.ReadSeekCloser
	// Public files need no signature.
	Public bool
}

// Open opens the store of an address: file:DIR for the folders public and private
// of a directory, mem: for memory, s3://BUCKET/FOLDER for a bucket. It fails when
// nothing can be kept there.
func Open(ctx context.Context, address string) (Store, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("files: the address cannot be read") // it may hold a secret
	}
	switch u.Scheme {
	case "file":
		return OpenDirectory(u.Opaque + u.Path)
	case "mem":
		return NewMemory(nil, nil), nil
	case "s3":
		return openBucket(ctx, u)
	}
	return nil, fmt.Errorf("files: %q is no store of files: use file:DIR, mem: or s3://BUCKET", u.Scheme)
}

// The folders, in the order in which a name is looked for: one in both is private.
const (
	privateFolder = "private"
	publicFolder  = "public"
)

var folders = []string{privateFolder, publicFolder}

// keyOf gives where a file lies.
func keyOf(name string, public bool) string {
	if public {
		return path.Join(publicFolder, name)
	}
	return path.Join(privateFolder, name)
}

// counted fails unless exactly so many bytes were read.
func counted(want, read int64) error {
	if want != read {
		return fmt.Errorf("files: %d bytes were to be kept, and %d came", want, read)
	}
	return nil
}
