package files_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kontrak/internal/files"
)

// TestFilesAreListedPageByPage in the order of their names, each folder by itself, with
// when they were kept.
func TestFilesAreListedPageByPage(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for kind, s := range stores(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var want []string
			for i := range 7 {
				f := newFile(fmt.Sprintf("%d.png", (i*5)%7), true, "x")
				f.At = at
				if err := s.Put(t.Context(), f); err != nil {
					t.Fatal(err)
				}
				want = append(want, fmt.Sprintf("%d.png", i))
			}
			if err := s.Put(t.Context(), newFile("shut.png", false, "x")); err != nil {
				t.Fatal(err)
			}
			var got []string
			after := ""
			for range 10 {
				page, err := s.List(t.Context(), true, after, 3)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range page {
					got = append(got, f.Name)
					if kind != "bucket" && !f.At.Equal(at) || f.At.IsZero() {
						t.Errorf("%s was kept at %v", f.Name, f.At)
					}
				}
				if len(page) < 3 {
					break
				}
				after = page[2].Name
			}
			if !slices.Equal(got, want) {
				t.Errorf("it lists %v, want %v", got, want)
			}
			if private, err := s.List(t.Context(), false, "", 3); err != nil || len(private) != 1 || private[0].Name != "shut.png" {
				t.Errorf("the other folder: %v %v", private, err)
			}
		})
	}
}

// TestWhatIsOnlyHalfKeptIsListedToo and can be removed; folders are not files.
func TestWhatIsOnlyHalfKeptIsListedToo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	s, err := files.OpenDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := os.WriteFile(filepath.Join(dir, "public", ".x.png.new"), []byte("ha"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "public", "folder"), 0o750); err != nil {
		t.Fatal(err)
	}
	for i := range 1500 { // more than is read at a time
		if err := os.WriteFile(filepath.Join(dir, "public", fmt.Sprintf("%04d.png", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	page, err := s.List(t.Context(), true, "", 2)
	if err != nil || len(page) != 2 || page[0].Name != ".x.png.new" || page[1].Name != "0000.png" {
		t.Fatalf("%v %v", page, err)
	}
	if err := s.Remove(t.Context(), ".x.png.new", true); err != nil {
		t.Fatal(err)
	}
	if page, err = s.List(t.Context(), true, "1490.png", 100); err != nil || len(page) != 9 || page[8].Name != "1499.png" {
		t.Errorf("%v %v", page, err)
	}
}
