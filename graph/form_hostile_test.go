package graph_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kontrak/internal/testkit/ceiling"
)

// TestHostileFormsAreRefusedInBounds is not parallel, so that its figures are of one
// request. Documents and variables in forms are tested with those of other ways.
func TestHostileFormsAreRefusedInBounds(t *testing.T) {
	w := wire(t, nil)
	const (
		request = "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + keepFile + "\r\n"
		list    = "--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{\"0\":[\"variables.f\"]}\r\n"
		file    = "--x\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a\"\r\n"
		end     = "\r\n--x--\r\n"
	)
	headers := func(n, size int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "X-%d: %s\r\n", i, strings.Repeat("x", size))
		}
		return b.String() + "\r\n"
	}
	places := "--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{\"0\":[" + strings.Repeat(`"variables.f",`, 5000) + `""]}` + "\r\n"
	for _, c := range []struct{ name, body, code string }{
		{"a head of 9 MB before the request", "--x\r\n" + headers(1, 9<<20), "BODY_TOO_LARGE"},
		{"9,000 headers before the request", "--x\r\n" + headers(9000, 200), "BODY_TOO_LARGE"},
		{"9 MB before the first part", strings.Repeat("x", 9<<20), "BAD_REQUEST"},
		{"a head of 9 MB before a file", request + list + file + headers(1, 9<<20) + "abc" + end, "BODY_TOO_LARGE"},
		{"9,000 headers before a file", request + list + file + headers(9000, 1000) + "abc" + end, "BODY_TOO_LARGE"},
		{"a file name of 5 MB", request + list + strings.Replace(file, `"a"`, `"`+strings.Repeat("a", 5<<20)+`"`, 1) + "\r\nabc" + end, "BODY_TOO_LARGE"},
		{"100,000 files of no bytes", request + list + strings.Repeat(file+"\r\n\r\n", 100_000) + end, "BAD_REQUEST"},
		{"5,000 places for a file", request + places + file + "\r\nabc" + end, "BAD_REQUEST"},
		{"a boundary within its boundary", request + list + file + "\r\n" + strings.Repeat("\r\n--", 2<<20) + end, ""},
		{"no end", request + list + file + "\r\n" + strings.Repeat("a", 9<<20), "BAD_REQUEST"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/query", strings.NewReader(c.body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		before, began := ceiling.Allocated(), time.Now()
		_, body := w.do(r, good, preflight, "1")
		took, used := time.Since(began), float64(ceiling.Allocated()-before)/1e6
		t.Logf("%7.1f ms %5.1f MB  %s", float64(took.Microseconds())/1e3, used, c.name)
		if c.code == "" && !strings.HasPrefix(body, `{"data":`) || c.code != "" && !strings.Contains(body, `"code":"`+c.code+`"`) {
			t.Errorf("%s: %.300s", c.name, body)
		}
		if used > 32 {
			t.Errorf("%s: %.1f MB were allocated", c.name, used)
		}
	}
}
