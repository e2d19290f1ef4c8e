package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// Memory holds files in memory, as the demo does.
type Memory struct {
	bodies map[string][]byte
	public map[string]bool
}

// NewMemory holds the files by name; those that public names need no signature.
func NewMemory(bodies map[string][]byte, public map[string]bool) *Memory {
	return &Memory{bodies: bodies, public: public}
}

// OpenFile gives a file.
func (m *Memory) OpenFile(_ context.Context, name string) (*File, error) {
	body, ok := m.bodies[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return &File{Content: inMemory{bytes.NewReader(body)}, Public: m.public[name]}, nil
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// Directory holds files in the folders public and private of a directory. It
// never leaves them, whatever links lie there.
type Directory struct{ root *os.Root }

// OpenDirectory opens the directory and makes it, with both folders, where it is
// missing.
func OpenDirectory(dir string) (*Directory, error) {
	for _, folder := range []string{"public", "private"} {
		if err := os.MkdirAll(path.Join(dir, folder), 0o750); err != nil {
			return nil, fmt.Errorf("api: files: %w", err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("api: files: %w", err)
	}
	return &Directory{root: root}, nil
}

// Close gives the directory back.
func (d *Directory) Close() error { return d.root.Close() }

// OpenFile gives a file. A name in both folders is private.
func (d *Directory) OpenFile(_ context.Context, name string) (*File, error) {
	for _, folder := range []string{"private", "public"} {
		f, err := openRegular(d.root, path.Join(folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return &File{Content: f, Public: folder == "public"}, nil
	}
	return nil, fs.ErrNotExist
}

// openRegular opens a file that is no directory, device or the like.
func openRegular(root *os.Root, name string) (io.ReadSeekCloser, error) {
	info, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	return root.Open(name)
}
