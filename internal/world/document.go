package world

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"strings"

	"kontrak/ent"
)

// documentKind is how a document of the demo is written.
type documentKind struct{ extension, contentType string }

var (
	kindPDF  = documentKind{"pdf", "application/pdf"}
	kindWord = documentKind{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
)

// document says what a document is and whose.
type document struct {
	upload
	kind               documentKind
	title, description string
	shared             bool
	lines              []string
}

// documentOf gives the row and the bytes of a document. Its name and its public id
// look random and follow from its key.
func documentOf(d document) (*ent.File, []byte) {
	body := pdf(d.lines)
	if d.kind == kindWord {
		body = word(d.lines)
	}
	row := fileRow(d.upload, body)
	row.Name = strings.TrimSuffix(row.Name, ".png") + "." + d.kind.extension
	row.ContentType, row.Title, row.Description, row.Shared = d.kind.contentType, d.title, d.description, d.shared
	return row, body
}

// fileRow is the row of a picture; a document's differs in a few columns.
func fileRow(u upload, body []byte) *ent.File {
	name, content := sha256.Sum256([]byte("kontrak file "+u.key)), sha256.Sum256(body)
	return &ent.File{
		InstitutionID: u.institution, UploadedByID: u.by,
		Name: "p-" + hex.EncodeToString(name[:12]) + ".png", Purpose: u.purpose, ContentType: "image/png",
		Size: int64(len(body)), Sha256: hex.EncodeToString(content[:]), Public: u.public, CreatedAt: u.at,
	}
}

// pdf writes one page of lines, the first of them large. Only letters of Latin 1 are
// shown.
func pdf(lines []string) []byte {
	var page strings.Builder
	page.WriteString("BT /F1 18 Tf 72 760 Td 20 TL ")
	for i, line := range lines {
		if i == 1 {
			page.WriteString("/F1 11 Tf ")
		}
		fmt.Fprintf(&page, "(%s) Tj T* ", strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(line))
	}
	page.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	starts := make([]int, len(objects))
	for i, o := range objects {
		starts[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, start := range starts {
		fmt.Fprintf(&b, "%010d 00000 n \n", start)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}

// word writes the lines as paragraphs of the smallest document that word processors
// open.
func word(lines []string) []byte {
	var text bytes.Buffer
	for _, line := range lines {
		text.WriteString(`<w:p><w:r><w:t xml:space="preserve">`)
		_ = xml.EscapeText(&text, []byte(line)) // a buffer takes everything
		text.WriteString(`</w:t></w:r></w:p>`)
	}
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + text.String() + `</w:body></w:document>`},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Store}) // deflating costs more than it saves
		if err == nil {
			_, err = w.Write([]byte(head + part[1]))
		}
		if err != nil {
			panic(err) // a buffer takes everything
		}
	}
	if err := z.Close(); err != nil {
		panic(err) // as above
	}
	return b.Bytes()
}
