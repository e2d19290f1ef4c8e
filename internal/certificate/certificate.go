// Package certificate makes the file that concludes an agreement: the document that
// was signed, and after it the pages that say who has signed it, when and from
// where. It is evidence as text: nothing in it is signed by a key.
package certificate

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// Document is what was signed.
type Document struct {
	// Type is its media type: application/pdf or that of a picture.
	Type    string
	Content io.Reader
	// Most bounds how many bytes are read of it.
	Most int64
}

// Certificate is what the pages after the document say.
type Certificate struct {
	Title          string
	AgreementUUID  string
	SignatureUUID  string
	Institution    string
	DocumentSHA256 string
	ConcludedAt    time.Time
	Signers        []Signer
}

// Signer is one who has signed.
type Signer struct {
	Name, Role, Reached string // reached at: an address or a phone number
	RequestedAt         time.Time
	ViewedAt            time.Time // zero: it has not looked at the page before
	SignedAt            time.Time // business time
	WallAt              time.Time // real time
	Address, Agent      string
	Values              []Value
}

// Value is what a signer, or who asked, has filled in.
type Value struct{ Name, Text string }

// Conclude writes the concluded file. A document that cannot be put before the
// certificate, for it is broken, encrypted or too large a picture, is left out: the
// certificate names it by its SHA-256, and says so. whole tells which it was, and
// why.
func Conclude(d Document, c Certificate) (content []byte, why error, err error) {
	content, err = io.ReadAll(io.LimitReader(d.Content, d.Most+1))
	switch {
	case err != nil:
		return nil, nil, err
	case int64(len(content)) > d.Most:
		return nil, nil, fmt.Errorf("certificate: a document of more than %d bytes", d.Most)
	}
	first, why := asPDF(d.Type, content)
	if why == nil {
		var last, all []byte
		if last, err = c.pages(true); err != nil {
			return nil, nil, err
		}
		if all, why = joined(first, last); why == nil {
			return all, nil, nil
		}
	}
	content, err = c.pages(false)
	return content, why, err
}

func init() { api.DisableConfigDir() } // nothing is written beside what is asked for

// asPDF gives the pages of the document.
func asPDF(kind string, content []byte) ([]byte, error) {
	if kind == "application/pdf" {
		return content, nil
	}
	return picturePage(content)
}

// joined puts one file of pages after the other. The library panics on some files
// that are broken.
func joined(first, last []byte) (all []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("certificate: the document cannot be read: %v", p)
		}
	}()
	var out bytes.Buffer
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	err = api.MergeRaw([]io.ReadSeeker{bytes.NewReader(first), bytes.NewReader(last)}, &out, false, conf)
	return out.Bytes(), err
}
