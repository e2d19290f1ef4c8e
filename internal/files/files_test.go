package files_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"kontrak/internal/files"
)

// TestMain gives the keys of the buckets, which are read from the environment.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test secret"} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// service speaks S3 and notes what it was asked.
type service struct {
	http.Handler
	mu    sync.Mutex
	asked []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	s.mu.Unlock()
	s.Handler.ServeHTTP(w, r)
}

// bucket gives the address of a bucket on this machine.
func bucket(t *testing.T) (address string, s *service) {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("papers"); err != nil {
		t.Fatal(err)
	}
	s = &service{Handler: gofakes3.New(backend).Server()}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return "s3://papers/kontrak?region=eu-west-1&endpoint=" + url.QueryEscape(server.URL), s
}

// stores gives a store of each kind.
func stores(t *testing.T) map[string]files.Store {
	t.Helper()
	inBucket, _ := bucket(t)
	all := map[string]files.Store{}
	for name, address := range map[string]string{
		"memory": "mem:", "directory": "file:" + filepath.Join(t.TempDir(), "files"), "bucket": inBucket,
	} {
		s, err := files.Open(t.Context(), address)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Cleanup(func() { _ = s.Close() })
		all[name] = s
	}
	return all
}

func newFile(name string, public bool, body string) files.New {
	return files.New{Name: name, Public: public, Type: "image/png", Size: int64(len(body)), Content: strings.NewReader(body)}
}

// read gives what is kept under a name.
func read(t *testing.T, s files.Store, name string) (body string, public bool) {
	t.Helper()
	f, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Content.Close() }()
	// As it is served: the first bytes, back, the size, back, the whole.
	head := make([]byte, 4)
	_, err = io.ReadFull(f.Content, head)
	for _, seek := range []struct {
		offset int64
		whence int
	}{{0, io.SeekStart}, {0, io.SeekEnd}, {0, io.SeekStart}} {
		_, again := f.Content.Seek(seek.offset, seek.whence)
		err = errors.Join(err, again)
	}
	all, again := io.ReadAll(f.Content)
	if err = errors.Join(err, again); err != nil {
		t.Fatal(err)
	}
	return string(all), f.Public
}

func TestAFileIsKeptUntilItIsRemoved(t *testing.T) {
	t.Parallel()
	for kind, s := range stores(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for name, public := range map[string]bool{"open.png": true, "shut.png": false} {
				if err := s.Put(t.Context(), newFile(name, public, "bytes of "+name)); err != nil {
					t.Fatal(err)
				}
				if body, got := read(t, s, name); body != "bytes of "+name || got != public {
					t.Errorf("%s holds %q, public %t", name, body, got)
				}
				if err := s.Remove(t.Context(), name, public); err != nil {
					t.Error(err)
				}
				if _, err := s.Open(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("after its removal %s gives %v", name, err)
				}
			}
			if err := s.Remove(t.Context(), "never.png", true); err != nil {
				t.Errorf("the removal of what is not there: %v", err)
			}
		})
	}
}

func TestANameInBothFoldersIsPrivate(t *testing.T) {
	t.Parallel()
	for kind, s := range stores(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for _, public := range []bool{true, false} {
				if err := s.Put(t.Context(), newFile("both.png", public, strings.Repeat("x", 3))); err != nil {
					t.Fatal(err)
				}
			}
			if f, err := s.Open(t.Context(), "both.png"); err != nil || f.Public {
				t.Errorf("it is public: %v %v", f, err)
			}
		})
	}
}

func TestHalfAFileIsNotKept(t *testing.T) {
	t.Parallel()
	broken := errors.New("the sender went away")
	for kind, s := range stores(t) {
		for _, c := range []struct {
			name    string
			content io.Reader
		}{
			{"short.png", strings.NewReader("bytes")},
			{"broken.png", io.MultiReader(strings.NewReader("bytes"), iotest.ErrReader(broken))},
		} {
			f := newFile(c.name, false, "")
			f.Size, f.Content = 100, c.content
			if err := s.Put(t.Context(), f); err == nil {
				t.Errorf("%s: half of %s was kept", kind, c.name)
			}
			if _, err := s.Open(t.Context(), c.name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %s is there: %v", kind, c.name, err)
			}
		}
	}
}

func TestADirectoryHoldsNothingBesideItsFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := files.OpenDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	bad := newFile("bad.png", true, "half")
	bad.Size = 100
	if s.Put(t.Context(), bad) == nil || s.Put(t.Context(), newFile("good.png", true, "whole")) != nil {
		t.Fatal("the wrong one was kept")
	}
	var have []string
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			have = append(have, path)
		}
		return err
	})
	if err != nil || !slices.Equal(have, []string{"public/good.png"}) {
		t.Errorf("%v, %v", have, err)
	}
}

func TestADirectoryIsNotLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := files.OpenDirectory(filepath.Join(dir, "files"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, name := range []string{"../../outside.png", "../../../outside.png"} {
		if s.Put(t.Context(), newFile(name, true, "bytes")) == nil {
			t.Errorf("%s was written", name)
		}
		if _, err := s.Open(t.Context(), name); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestABucketIsAskedForItsOwnKeysOnly(t *testing.T) {
	t.Parallel()
	address, service := bucket(t)
	s, err := files.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), newFile("open.png", true, "bytes")); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), newFile("shut.png", false, "bytes")); err != nil {
		t.Fatal(err)
	}
	want := []string{"PUT /papers/kontrak/public/open.png", "PUT /papers/kontrak/private/shut.png"}
	service.mu.Lock()
	defer service.mu.Unlock()
	if have := service.asked[len(service.asked)-2:]; !slices.Equal(have, want) {
		t.Errorf("asked %v", have)
	}
}

func TestAStoreThatCannotBeUsedIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	there, _ := bucket(t)
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, address, complaint string }{
		{"another scheme", "ftp://papers", "is no store of files"},
		{"no address", "s3://%zz", "cannot be read"},
		{"a file in the place of the directory", "file:" + file, "files:"},
		{"an unknown bucket", strings.Replace(there, "papers", "unknown", 1), "there is no bucket unknown"},
		{"an endpoint without a scheme", "s3://papers?endpoint=localhost:9000", "the endpoint of a bucket is an address"},
		{"an endpoint with a password", "s3://papers?endpoint=https://me:secret@s3.example.com", "the endpoint of a bucket is an address"},
		{"a parameter that nobody knows", there + "&acl=public-read", "no parameter acl"},
		{"a service that is away", "s3://papers?region=eu-west-1&endpoint=" + url.QueryEscape(away.URL), "does not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			if strings.Contains(c.complaint, "answer") {
				cancel() // it would be asked again and again
			}
			defer cancel()
			_, err := files.Open(ctx, c.address)
			if err == nil || !strings.Contains(err.Error(), c.complaint) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWhatAFileIsStandsInItsFirstBytes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, head, want string }{
		{"JPEG", "\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg .jpg true"},
		{"PNG", "\x89PNG\r\n\x1a\n", "image/png .png true"},
		{"GIF of 1987", "GIF87a", "image/gif .gif true"},
		{"GIF of 1989", "GIF89a", "image/gif .gif true"},
		{"WEBP", "RIFF\x00\x00\x00\x00WEBPVP", "image/webp .webp true"},
		{"PDF", "%PDF-1.7", "application/pdf .pdf false"},
		{"a page", "<html><script>", ""},
		{"a drawing", `<svg xmlns="http://www.w3.org/2000/svg">`, ""},
		{"a BMP", "BM\x00\x00", ""},
		{"an archive", "PK\x03\x04", ""},
		{"a program", "\x7fELF", ""},
		{"a sound in the same box as WEBP", "RIFF\x00\x00\x00\x00WAVEfmt ", ""},
		{"a text", "hello", ""},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			kind, known := files.Sniff([]byte(c.head))
			if known != (c.want != "") {
				t.Fatalf("known: %t, %+v", known, kind)
			}
			if !known {
				return
			}
			name := kind.Name()
			got := kind.Type + " " + name[strings.LastIndexByte(name, '.'):] + " " + map[bool]string{true: "true", false: "false"}[kind.Picture]
			if got != c.want || name == kind.Name() || len(name) < 26 || strings.ToLower(name) != name {
				t.Errorf("%s, named %s", got, name)
			}
		})
	}
}

// TestAFileThatOnlyBeginsLikeOneIsNone: the first bytes are right, the rest is not.
func TestAFileThatOnlyBeginsLikeOneIsNone(t *testing.T) {
	t.Parallel()
	drawn := func(width, height int, encode func(io.Writer, image.Image) error) string {
		var b bytes.Buffer
		if err := encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	asJPEG := func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }
	asGIF := func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) }
	const webp = "RIFF\x1e\x00\x00\x00WEBPVP8L\x11\x00\x00\x00/\x00\x00\x00\x00\x07\xd0\xff\xfe\xf7\xbf\xff\x81\x88\xe8\x7f\x00\x00"
	large := []byte(drawn(1, 1, png.Encode))
	binary.BigEndian.PutUint32(large[16:], 20_000) // the width stands first in the header
	binary.BigEndian.PutUint32(large[20:], 20_000)
	binary.BigEndian.PutUint32(large[29:], crc32.ChecksumIEEE(large[12:29]))
	for _, c := range []struct{ name, content, want string }{
		{"a PNG", drawn(9, 9, png.Encode), ""},
		{"a JPEG", drawn(9, 9, asJPEG), ""},
		{"a JPEG with what a camera adds", drawn(9, 9, asJPEG) + strings.Repeat("x", 5000), ""},
		{"a GIF", drawn(9, 9, asGIF), ""},
		{"a WEBP", webp, ""},
		{"a PDF", "%PDF-1.7\n" + strings.Repeat("x", 5000) + "\nstartxref\n9\n%%EOF\n", ""},
		{"the first bytes of a PNG", "\x89PNG\r\n\x1a\n", "none"},
		{"a page that begins like a JPEG", "\xff\xd8\xff\xe0<html>", "none"},
		{"a page that begins like a GIF", "GIF89a<script>", "pixels"},
		{"a page within a small GIF's header", "GIF89a\x01\x00\x01\x00\x00\x00\x00<script>alert(1)</script>", "none"},
		{"half a WEBP", webp[:22], "none"},
		{"the first bytes of a PDF", "%PDF-", "none"},
		{"a PDF that was cut off", "%PDF-1.7\n%%EOF" + strings.Repeat("x", 5000), "none"},
		{"a picture that is too large to show", string(large), "20000 × 20000 pixels"},
	} {
		kind, known := files.Sniff([]byte(c.content)[:min(len(c.content), files.SniffBytes)])
		problem, err := kind.Problem(strings.NewReader(c.content))
		if !known || err != nil || (problem == "") != (c.want == "") || !strings.Contains(problem, c.want) {
			t.Errorf("%s: known %t, %q, %v, want %q", c.name, known, problem, err, c.want)
		}
	}
}

func TestMemoryMayBeSharedByMany(t *testing.T) {
	t.Parallel()
	s := files.NewMemory(map[string][]byte{"first.png": []byte("bytes")}, map[string]bool{"first.png": true})
	var wait sync.WaitGroup
	for i := range 8 {
		name := string(rune('a'+i)) + ".png"
		wait.Go(func() {
			body := bytes.Repeat([]byte{'x'}, 10+i)
			err := s.Put(context.Background(), files.New{Name: name, Size: int64(len(body)), Content: bytes.NewReader(body)})
			if _, again := s.Open(context.Background(), "first.png"); err != nil || again != nil {
				t.Error(err, again)
			}
		})
	}
	wait.Wait()
	if s.Count() != 9 {
		t.Errorf("%d files", s.Count())
	}
}
