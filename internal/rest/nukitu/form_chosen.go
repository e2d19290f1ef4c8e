package nukitu

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
)

// readChosen reads a form, but for the file inputs in which no file was chosen:
// browsers send those as a part with an empty name of a file and without a byte, which
// is not the empty text that says an empty list.
func readChosen(body io.Reader, contentType string) (*multipart.Form, error) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, fmt.Errorf("nukitu: the type of a form: %w", err)
	}
	c := &chosen{from: multipart.NewReader(body, params["boundary"])}
	c.to = multipart.NewWriter(&c.ready)
	return multipart.NewReader(c, c.to.Boundary()).ReadForm(formMemory)
}

// chosen writes the parts of a form that are kept again, as far as they are asked for.
type chosen struct {
	from  *multipart.Reader
	part  io.Reader // that is under way; nil between two
	to    *multipart.Writer
	into  io.Writer    // the same part, written again
	ready bytes.Buffer // what the next reads give
	chunk [16 << 10]byte
	err   error
}

func (c *chosen) Read(p []byte) (int, error) {
	for c.ready.Len() == 0 && c.err == nil {
		if c.part == nil {
			c.err = c.next()
		} else {
			c.err = c.more()
		}
	}
	if c.ready.Len() == 0 {
		return 0, c.err
	}
	return c.ready.Read(p)
}

// next begins the next part that is kept.
func (c *chosen) next() error {
	part, err := c.from.NextRawPart()
	if err == io.EOF { //nolint:errorlint // a form that breaks off gives one that wraps it
		_ = c.to.Close() // into memory
		return err
	}
	if err != nil {
		return err
	}
	first, err := io.ReadFull(part, c.chunk[:1])
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if first == 0 && unchosen(part.Header) {
		return nil
	}
	if c.into, err = c.to.CreatePart(part.Header); err != nil {
		return err
	}
	c.part = part
	_, err = c.into.Write(c.chunk[:first])
	return err
}

// more hands on what comes next of the part.
func (c *chosen) more() error {
	n, err := c.part.Read(c.chunk[:])
	if _, failed := c.into.Write(c.chunk[:n]); failed != nil {
		return failed
	}
	if err == io.EOF { // a part that breaks off gives another one
		c.part, err = nil, nil
	}
	return err
}

// unchosen tells whether a part names a file, whose name is empty.
func unchosen(header textproto.MIMEHeader) bool {
	_, params, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	name, file := params["filename"]
	return err == nil && file && name == ""
}
