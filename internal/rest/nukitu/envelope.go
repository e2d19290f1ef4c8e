package nukitu

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"kontrak/internal/view"
)

// object is the envelope of a success with one record.
type object struct {
	Success bool `json:"success"`
	Data    any  `json:"data"`
}

func data(v any) object { return object{Success: true, Data: v} }

// list is the envelope of a success with a page of records.
type list[B any] struct {
	Success bool  `json:"success"`
	Data    []B   `json:"data"`
	Meta    pages `json:"meta"`
}

// pages says where in the list the page is (schema PaginationMeta).
type pages struct {
	Page       int  `json:"page"`
	PerPage    int  `json:"per_page"`
	TotalCount int  `json:"total_count"`
	TotalPages int  `json:"total_pages"`
	PrevPage   *int `json:"prev_page"`
	NextPage   *int `json:"next_page"`
}

// listOf makes the body of a page.
func listOf[V, B any](p paging, page *view.Page[V], to func(*V) B) list[B] {
	return list[B]{Success: true, Data: each(page.Items, to), Meta: pagesOf(p, int(*page.Total))}
}

func pagesOf(p paging, total int) pages {
	m := pages{Page: p.number, PerPage: p.size, TotalCount: total, TotalPages: (total + p.size - 1) / p.size}
	if before := min(p.number-1, m.TotalPages); before > 0 {
		m.PrevPage = &before
	}
	if p.number < m.TotalPages {
		m.NextPage = new(p.number + 1)
	}
	return m
}

// each converts a list; an empty one is printed as [].
func each[V, B any](items []*V, to func(*V) B) []B {
	bodies := make([]B, len(items))
	for i, v := range items {
		bodies[i] = to(v)
	}
	return bodies
}

// maybe converts a record that may not be there.
func maybe[V, B any](v *V, to func(*V) B) *B {
	if v == nil {
		return nil
	}
	b := to(v)
	return &b
}

// instant prints a time as 2006-01-02T15:04:05.000Z.
type instant time.Time

// MarshalJSON writes the instant in UTC with milliseconds.
func (i instant) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(i).UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

func toInstant(t *time.Time) instant { return instant(*t) }

// link gives the address of a file, or nil.
func link(f *view.File) *string {
	if f == nil {
		return nil
	}
	return &f.URL
}

// write answers with a body, whole and at once.
func (d *dialect) write(w http.ResponseWriter, r *http.Request, status int, body any) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // links stay readable; this is never HTML
	if err := encoder.Encode(body); err != nil {
		if status < http.StatusInternalServerError {
			d.fail(w, r, err)
		}
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "no-store") // every answer is for one caller
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	if _, err := w.Write(b.Bytes()); err != nil {
		d.log.DebugContext(r.Context(), "the client went away", "path", r.URL.Path, "error", err)
	}
}
