package certificate

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/go-pdf/fpdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
)

func sample() Certificate {
	at := time.Date(2026, 6, 8, 2, 0, 0, 0, time.UTC)
	return Certificate{
		Title: "Lease", AgreementUUID: "a", SignatureUUID: "s", Institution: "Hospital", DocumentSHA256: strings.Repeat("ab", 32), ConcludedAt: at,
		Signers: []Signer{{
			Name: "Łucja 한", Reached: "l@x.test", RequestedAt: at, SignedAt: at, WallAt: at.Add(time.Hour), Address: "192.0.2.1", Agent: strings.Repeat("Browser ", 50),
			Values: []Value{{"Remark", strings.Repeat("a long remark ", 280)}, {"Read", "[x]"}},
		}},
	}
}

func pagesOf(t *testing.T, content []byte) int {
	t.Helper()
	n, err := api.PageCount(bytes.NewReader(content), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func document(t *testing.T, pages int) []byte {
	t.Helper()
	p := fpdf.New("P", "mm", "A4", "")
	for range pages {
		p.AddPage()
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTheDocumentStandsBeforeItsCertificate(t *testing.T) {
	t.Parallel()
	alone, err := sample().pages(true)
	if err != nil {
		t.Fatal(err)
	}
	own := pagesOf(t, alone)
	picture := func(write func(*bytes.Buffer, image.Image) error) []byte {
		var out bytes.Buffer
		if err := write(&out, image.NewNRGBA(image.Rect(0, 0, 30, 90))); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	for _, c := range []struct {
		name, kind string
		content    []byte
		pages      int
	}{
		{"a paper", "application/pdf", document(t, 3), 3},
		{"PNG", "image/png", picture(func(b *bytes.Buffer, i image.Image) error { return png.Encode(b, i) }), 1},
		{"JPEG", "image/jpeg", picture(func(b *bytes.Buffer, i image.Image) error { return jpeg.Encode(b, i, nil) }), 1},
		{"GIF", "image/gif", picture(func(b *bytes.Buffer, i image.Image) error { return gif.Encode(b, i, nil) }), 1},
		{"no paper, whatever it says", "application/pdf", []byte("%PDF-1.7 and the rest of a paper"), 0},
		{"half a paper", "application/pdf", document(t, 3)[:200], 0},
		{"no picture", "image/png", []byte("\x89PNG\r\n\x1a\n and so on"), 0},
		{"nothing", "application/pdf", nil, 0},
	} {
		all, why, err := Conclude(Document{Type: c.kind, Content: bytes.NewReader(c.content), Most: 1 << 20}, sample())
		if err != nil || (why == nil) != (c.pages > 0) {
			t.Errorf("%s: left out because of %v, %v", c.name, why, err)
			continue
		}
		if got := pagesOf(t, all); got != c.pages+own {
			t.Errorf("%s: %d pages, want %d and %d", c.name, got, c.pages, own)
		}
	}
}

func TestAPictureThatUnpacksToTooMuchIsLeftOut(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewPaletted(image.Rect(0, 0, 10_000, 5_000), color.Palette{color.Black})); err != nil {
		t.Fatal(err)
	}
	if _, err := picturePage(out.Bytes()); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("%v", err)
	}
}

func TestADocumentIsReadUpToItsBound(t *testing.T) {
	t.Parallel()
	content := document(t, 1)
	if _, _, err := Conclude(Document{Type: "application/pdf", Content: bytes.NewReader(content), Most: int64(len(content)) - 1}, sample()); err == nil {
		t.Error("more was read")
	}
	broken := errors.New("broken")
	if _, _, err := Conclude(Document{Type: "application/pdf", Content: reader{broken}, Most: 10}, sample()); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

type reader struct{ err error }

func (r reader) Read([]byte) (int, error) { return 0, r.err }

func TestACharacterThatTheFontLacksIsWrittenByItsNumber(t *testing.T) {
	t.Parallel()
	if got := printable("Łucja Ωμέγα Иван\n한"); got != "Łucja Ωμέγα Иван [U+D55C]" {
		t.Errorf("%q", got)
	}
}
