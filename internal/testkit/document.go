package testkit

import (
	"bytes"
	"testing"

	"github.com/go-pdf/fpdf"
)

// Document is a paper of two pages, whole: one that can be signed.
func Document(t testing.TB) string {
	t.Helper()
	p := fpdf.New("P", "mm", "A4", "")
	p.SetFont("Helvetica", "", 12)
	for range 2 {
		p.AddPage()
		p.Cell(40, 10, "We agree.")
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
