package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"kontrak/internal/view"
)

// rowWriter writes a list in one form.
type rowWriter interface {
	begin(names []string) error
	row(values []any) error
	flush() error
	// broken says at the end that the list is not whole, where the form has a place
	// for it.
	broken(err error)
}

// forms are what a list is written in, by the ending of the file.
var forms = map[string]struct {
	mediaType string
	writer    func(io.Writer) rowWriter
}{
	"csv": {"text/csv; charset=utf-8; header=present", func(w io.Writer) rowWriter {
		out := csv.NewWriter(w)
		out.UseCRLF = true // RFC 4180
		return &csvRows{out: out}
	}},
	"ndjson": {"application/x-ndjson", func(w io.Writer) rowWriter { return &ndjsonRows{out: bufio.NewWriter(w)} }},
}

// csvRows writes RFC 4180: a header, then a line for each row.
type csvRows struct {
	out   *csv.Writer
	cells []string
}

func (c *csvRows) begin(names []string) error {
	c.cells = make([]string, len(names))
	return c.out.Write(names)
}

func (c *csvRows) row(values []any) error {
	for i, v := range values {
		c.cells[i] = cell(v)
	}
	return c.out.Write(c.cells)
}

func (c *csvRows) flush() error {
	c.out.Flush()
	return c.out.Error()
}

func (c *csvRows) broken(error) {}

// cell writes a value as text; nil is empty. A text that a spreadsheet would take for a
// formula gets an apostrophe before it.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return "'" + v
		}
		return v
	case time.Time:
		return v.UTC().Format(instantForm)
	}
	return fmt.Sprint(v)
}

// instantForm is how instants are written: UTC in milliseconds.
const instantForm = "2006-01-02T15:04:05.000Z"

// ndjsonRows writes one JSON object a line.
type ndjsonRows struct {
	out  *bufio.Writer
	keys [][]byte
}

func (n *ndjsonRows) begin(names []string) error {
	for _, name := range names {
		raw, err := json.Marshal(name)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		n.keys = append(n.keys, append(raw, ':'))
	}
	return nil
}

func (n *ndjsonRows) row(values []any) error {
	for i, v := range values {
		before := byte(',')
		if i == 0 {
			before = '{'
		}
		if at, is := v.(time.Time); is {
			v = at.UTC().Format(instantForm)
		}
		raw, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		// A bufio.Writer keeps its first error until Flush.
		_ = n.out.WriteByte(before)
		_, _ = n.out.Write(n.keys[i])
		_, _ = n.out.Write(raw)
	}
	_, err := n.out.WriteString("}\n")
	return err
}

func (n *ndjsonRows) flush() error { return n.out.Flush() }

func (n *ndjsonRows) broken(err error) {
	f := known(err)
	_ = json.NewEncoder(n.out).Encode(failure{Error: failureBody{Code: f.Code, Message: f.Message}})
	_ = n.out.Flush() // the connection is broken off next
}

// column is a column of a list: the field of a view that it shows, which decides who may
// see it, and its value, nil for none.
type column[V any] struct {
	name  string
	of    any
	field string
	value func(*V) any
}

// readableColumns leaves out what somebody with these ties at most can never read.
func readableColumns[V any](list []column[V], ties view.Tie) []column[V] {
	var shown []column[V]
	for _, c := range list {
		if view.Readable(c.of, c.field, ties) {
			shown = append(shown, c)
		}
	}
	return shown
}

func namesOf[V any](list []column[V]) []string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.name
	}
	return names
}

// given gives what a pointer points to, or nothing.
func given[T any](p *T) any {
	if p == nil {
		return nil
	}
	return plain(*p)
}

// plain writes the texts of views as strings.
func plain(v any) any {
	switch v := v.(type) {
	case time.Time, int64, int32, float64, bool, string:
		return v
	}
	return fmt.Sprint(v)
}
