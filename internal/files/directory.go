package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// Directory keeps files in the folders public and private of a directory. It
// never leaves them, whatever links lie there.
type Directory struct{ root *os.Root }

// OpenDirectory opens the directory and makes it, with both folders, where it is
// missing.
func OpenDirectory(dir string) (*Directory, error) {
	for _, folder := range folders {
		if err := os.MkdirAll(path.Join(dir, folder), 0o750); err != nil {
			return nil, fmt.Errorf("files: %w", err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	return &Directory{root: root}, nil
}

// Close gives the directory back.
func (d *Directory) Close() error { return d.root.Close() }

// Put keeps a file: it is written under a name that is never served, reaches the
// disk, and gets its own name last.
func (d *Directory) Put(_ context.Context, f New) error {
	key := keyOf(f.Name, f.Public)
	unfinished := path.Join(path.Dir(key), "."+f.Name+".new")
	err := d.write(unfinished, f)
	if err == nil && !f.At.IsZero() {
		err = d.root.Chtimes(unfinished, f.At, f.At)
	}
	if err == nil {
		err = d.root.Rename(unfinished, key)
	}
	if err != nil {
		return errors.Join(err, d.remove(unfinished))
	}
	return d.settle(path.Dir(key))
}

func (d *Directory) write(name string, f New) error {
	file, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	n, err := io.Copy(file, f.Content)
	if err == nil {
		err = errors.Join(counted(f.Size, n), file.Sync())
	}
	return errors.Join(err, file.Close())
}

// settle lets the names in a folder reach the disk.
func (d *Directory) settle(folder string) error {
	dir, err := d.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Open gives a file. A name in both folders is private.
func (d *Directory) Open(_ context.Context, name string) (*File, error) {
	for _, folder := range folders {
		f, err := openRegular(d.root, path.Join(folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return &File{Content: f, Public: folder == publicFolder}, nil
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

// Remove forgets a file.
func (d *Directory) Remove(_ context.Context, name string, public bool) error {
	return d.remove(keyOf(name, public))
}

func (d *Directory) remove(key string) error {
	if err := d.root.Remove(key); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// listedAtOnce is how many names are read of a directory at a time.
const listedAtOnce = 512

// List gives a page of names. A directory has no order: all of its names are read for
// each page, and a page and a half of them are kept in memory.
func (d *Directory) List(_ context.Context, public bool, after string, n int) ([]Listed, error) {
	folder := path.Dir(keyOf("x", public))
	dir, err := d.root.Open(folder)
	if err != nil {
		return nil, err
	}
	defer func() { _ = dir.Close() }() // it was only read
	var list []Listed
	for {
		entries, err := dir.ReadDir(listedAtOnce)
		for _, e := range entries {
			if e.Type().IsRegular() && e.Name() > after {
				list = append(list, Listed{Name: e.Name()})
			}
		}
		if len(list) > n+listedAtOnce {
			list = firstOf(list, n)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return d.dated(folder, firstOf(list, n))
}

// dated notes when the files were kept, and leaves out those that are gone meanwhile.
func (d *Directory) dated(folder string, list []Listed) ([]Listed, error) {
	there := list[:0]
	for _, l := range list {
		info, err := d.root.Lstat(path.Join(folder, l.Name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		l.At = info.ModTime()
		there = append(there, l)
	}
	return there, nil
}
