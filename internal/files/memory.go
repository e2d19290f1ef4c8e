package files

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory keeps files in memory, as the demo and tests do.
type Memory struct {
	mu    sync.RWMutex
	files map[string][]byte    // by where they lie
	kept  map[string]time.Time // when; those that were there from the beginning at no time
}

// NewMemory holds the files by name; those that public names need no signature.
func NewMemory(bodies map[string][]byte, public map[string]bool) *Memory {
	m := &Memory{files: make(map[string][]byte, len(bodies)), kept: map[string]time.Time{}}
	for name, body := range bodies {
		m.files[keyOf(name, public[name])] = body
	}
	return m
}

// Put keeps a file.
func (m *Memory) Put(_ context.Context, f New) error {
	body, err := io.ReadAll(f.Content)
	if err != nil {
		return err
	}
	if err := counted(f.Size, int64(len(body))); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[keyOf(f.Name, f.Public)], m.kept[keyOf(f.Name, f.Public)] = body, f.At
	return nil
}

// Open gives a file.
func (m *Memory) Open(_ context.Context, name string) (*File, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, public := range []bool{false, true} {
		if body, ok := m.files[keyOf(name, public)]; ok {
			return &File{Content: inMemory{bytes.NewReader(body)}, Public: public}, nil
		}
	}
	return nil, fs.ErrNotExist
}

// Remove forgets a file.
func (m *Memory) Remove(_ context.Context, name string, public bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, keyOf(name, public))
	delete(m.kept, keyOf(name, public))
	return nil
}

// List gives a page of names.
func (m *Memory) List(_ context.Context, public bool, after string, n int) ([]Listed, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var list []Listed
	for key := range m.files {
		if name := path.Base(key); key == keyOf(name, public) && name > after {
			list = append(list, Listed{Name: name, At: m.kept[key]})
		}
	}
	return firstOf(list, n), nil
}

// firstOf gives the first n by their names.
func firstOf(list []Listed, n int) []Listed {
	slices.SortFunc(list, func(a, b Listed) int { return strings.Compare(a.Name, b.Name) })
	return list[:min(n, len(list))]
}

// Close does nothing.
func (m *Memory) Close() error { return nil }

// Count tells how many files there are.
func (m *Memory) Count() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.files)
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
