package certificate

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // kinds of pictures that are taken
	_ "image/jpeg" // "
	"image/png"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	_ "golang.org/x/image/webp" // "
)

// The measures of a page of A4, in millimetres.
const (
	margin    = 18.0
	line      = 5.0
	nameWidth = 42.0
)

// maxPixels bounds a picture: what is larger is not unpacked.
const maxPixels = 40_000_000

const fontName = "go"

// regular tells which characters the font has.
var regular = func() *sfnt.Font {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic(err) // it is part of the program
	}
	return f
}()

// printable writes the characters that the font lacks by their numbers: nothing is
// left out without a trace.
func printable(text string) string {
	var into sfnt.Buffer
	var b strings.Builder
	for _, c := range text {
		switch at, err := regular.GlyphIndex(&into, c); {
		case c == '\n' || c == '\t' || c == '\r':
			b.WriteByte(' ')
		case err != nil || at == 0:
			fmt.Fprintf(&b, "[U+%04X]", c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// sheet begins a file of pages.
func sheet(at time.Time) *fpdf.Fpdf {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin)
	p.SetCreationDate(at)
	p.SetModificationDate(at)
	p.SetCatalogSort(true)
	p.AddUTF8FontFromBytes(fontName, "", goregular.TTF)
	p.AddUTF8FontFromBytes(fontName, "B", gobold.TTF)
	return p
}

// picturePage gives a page with the picture on it, as large as it fits.
func picturePage(content []byte) ([]byte, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("certificate: the picture cannot be read: %w", err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height {
		return nil, errors.New("certificate: the picture is too large")
	}
	// Every kind is unpacked and packed anew, so that one reader judges all.
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("certificate: the picture cannot be read: %w", err)
	}
	var packed bytes.Buffer
	if err := png.Encode(&packed, picture); err != nil {
		return nil, fmt.Errorf("certificate: the picture cannot be packed: %w", err)
	}
	p := sheet(time.Unix(0, 0).UTC())
	p.AddPage()
	wide, high := p.GetPageSize()
	wide, high = wide-2*margin, high-2*margin
	scale := min(wide/float64(size.Width), high/float64(size.Height))
	kind := fpdf.ImageOptions{ImageType: "PNG"}
	p.RegisterImageOptionsReader("document", kind, &packed)
	p.ImageOptions("document", margin, margin, float64(size.Width)*scale, float64(size.Height)*scale, false, kind, 0, "")
	var out bytes.Buffer
	err = p.Output(&out)
	return out.Bytes(), err
}

// pages writes the certificate. whole says that the document stands before it.
func (c Certificate) pages(whole bool) ([]byte, error) {
	p := sheet(c.ConcludedAt)
	p.AddPage()
	p.SetFont(fontName, "B", 16)
	p.MultiCell(0, 8, "Certificate of signatures", "", "L", false)
	p.Ln(2)
	row(p, "Title", c.Title)
	row(p, "Agreement", c.AgreementUUID)
	row(p, "Signature", c.SignatureUUID)
	row(p, "Asked for by", c.Institution)
	row(p, "Document, SHA-256", c.DocumentSHA256)
	row(p, "Concluded at", instant(c.ConcludedAt))
	if !whole {
		row(p, "Note", "The document could not be repeated in this file. It is kept beside it, and is known by its SHA-256.")
	}
	for i, s := range c.Signers {
		s.write(p, i+1)
	}
	var out bytes.Buffer
	err := p.Output(&out)
	return out.Bytes(), err
}

func (s Signer) write(p *fpdf.Fpdf, n int) {
	p.Ln(4)
	p.SetFont(fontName, "B", 12)
	p.MultiCell(0, 7, printable(fmt.Sprintf("%d. %s", n, s.Name)), "T", "L", false)
	row(p, "Role", s.Role)
	row(p, "Asked at", s.Reached)
	row(p, "Asked", instant(s.RequestedAt))
	row(p, "Viewed", instant(s.ViewedAt))
	row(p, "Signed", instant(s.SignedAt))
	if !s.WallAt.Equal(s.SignedAt) {
		row(p, "Signed, real time", instant(s.WallAt))
	}
	row(p, "Network address", s.Address)
	row(p, "Program", s.Agent)
	for _, v := range s.Values {
		row(p, v.Name, v.Text)
	}
}

// row writes a name and its text; nothing for no text.
func row(p *fpdf.Fpdf, name, text string) {
	if text == "" {
		return
	}
	text = printable(text)
	p.SetFont(fontName, "B", 9)
	_, high := p.GetPageSize()
	if lines := p.SplitText(text, 120); p.GetY()+line*float64(min(len(lines), 40)) > high-margin {
		p.AddPage()
	}
	y := p.GetY()
	p.MultiCell(nameWidth, line, printable(name), "", "L", false)
	after := p.GetY()
	p.SetXY(margin+nameWidth, y)
	p.SetFont(fontName, "", 9)
	p.MultiCell(0, line, text, "", "L", false)
	p.SetY(max(after, p.GetY()))
}

func instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02 15:04:05.000 UTC")
}
