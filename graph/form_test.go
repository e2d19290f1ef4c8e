package graph_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"kontrak/graph"
	"kontrak/internal/guard"
	"kontrak/internal/testkit/ceiling"
)

const (
	keepFile  = `{"query":"mutation($f: Upload) { keep(file: $f) }","variables":{"f":null}}`
	preflight = "GraphQL-Require-Preflight"
)

// form is a request with files, as it is written while it is read.
type form struct {
	operations, places string
	// files are the sizes of the files, by their names in places: 0, 1 and so on.
	files []int64
	// names of the first two parts, where they are not the usual ones.
	first, second string
}

// filesOf is a request with files of those sizes.
func filesOf(sizes ...int64) form {
	f := form{operations: `{"query":"mutation($f: [Upload!]) { keep(files: $f) }","variables":{"f":[`, places: `{`, files: sizes}
	for i := range sizes {
		f.operations += "null,"
		f.places += fmt.Sprintf(`"%d":["variables.f.%d"],`, i, i)
	}
	f.operations, f.places = strings.TrimSuffix(f.operations, ",")+"]}}", strings.TrimSuffix(f.places, ",")+"}"
	return f
}

// zeros is a file of zeros.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// request makes the request; read counts what is read of it.
func (f form) request(t *testing.T) (r *http.Request, read *counted) {
	t.Helper()
	out, in := io.Pipe()
	w := multipart.NewWriter(in)
	go func() {
		err := f.write(w)
		_ = in.CloseWithError(errors.Join(err, w.Close()))
	}()
	t.Cleanup(func() { _ = out.Close() })
	read = &counted{Reader: out}
	r = httptest.NewRequest(http.MethodPost, "/query", read)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r, read
}

func (f form) write(w *multipart.Writer) error {
	for _, part := range [][2]string{{orElse(f.first, "operations"), f.operations}, {orElse(f.second, "map"), f.places}} {
		if err := w.WriteField(part[0], part[1]); err != nil {
			return err
		}
	}
	for i, size := range f.files {
		part, err := w.CreateFormFile(fmt.Sprint(i), fmt.Sprintf("file%d", i))
		if err == nil {
			_, err = io.CopyN(part, zeros{}, size)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// counted counts what is read, and may fail from some point on.
type counted struct {
	io.Reader
	n     int64
	after int64
	fails error
}

func (c *counted) Read(p []byte) (int, error) {
	if c.fails != nil && c.n >= c.after {
		return 0, c.fails
	}
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func TestFormsNeedAHeaderThatAForeignPageCannotSend(t *testing.T) {
	t.Parallel()
	w := wire(t, nil)
	for _, c := range []struct {
		name   string
		header []string
		code   string
	}{
		{"none", nil, "PREFLIGHT_REQUIRED"},
		{"empty", []string{preflight, ""}, "PREFLIGHT_REQUIRED"},
		{"Apollo's", []string{"Apollo-Require-Preflight", "true"}, ""},
		{"the usual one of servers", []string{preflight, "1"}, ""},
		{"that of older scripts", []string{"X-Requested-With", "XMLHttpRequest"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, read := filesOf(3).request(t)
			status, body := w.do(r, good, c.header...)
			if c.code == "" {
				if status != 200 || body != `{"data":{"keep":"file0 3 true"}}` {
					t.Errorf("%d %s", status, body)
				}
				return
			}
			if status != 400 || !strings.Contains(body, c.code) || read.n != 0 {
				t.Errorf("%d %s, %d bytes were read", status, body, read.n)
			}
		})
	}
}

func TestFormsAreRefusedWithTheCodeOfTheirLimit(t *testing.T) {
	t.Parallel()
	many := make([]int64, 11)
	values := `{"query":"{ size }","variables":{"of":[` + strings.Repeat("1,", 30_000) + `1]}}`
	for _, c := range []struct {
		name    string
		form    form
		change  func(*graph.HandlerConfig)
		body    *counted
		status  int
		code    string
		atMost  int64 // bytes read; 0 is any number
		message string
	}{
		{name: "10 files", form: filesOf(many[1:]...), status: 200},
		{name: "11 files", form: filesOf(append(many[1:], 9<<20)...), status: 413, code: "TOO_MANY_FILES", atMost: 20_000},
		{name: "a number of one's own", form: filesOf(1, 1), change: func(c *graph.HandlerConfig) { c.Uploads.Files = 1 }, status: 413, code: "TOO_MANY_FILES", message: "2 files, and 1 are"},
		{name: "a file of 10 MB", form: filesOf(10 << 20), status: 200},
		{name: "one byte more", form: filesOf(1, 10<<20+1), status: 200, code: "FILE_TOO_LARGE", message: "10485761 bytes, and 10485760 are"},
		{name: "a size of one's own", form: filesOf(6), change: func(c *graph.HandlerConfig) { c.Uploads.Bytes = 5 }, status: 200, code: "FILE_TOO_LARGE"},
		{name: "no limit", form: filesOf(slices.Concat(many, []int64{11 << 20})...), change: func(c *graph.HandlerConfig) { c.Uploads = guard.Uploads{Files: -1, Bytes: -1} }, status: 200},
		{name: "a request of 2 MB", form: form{operations: strings.Repeat(" ", 2<<20), places: "{}"}, status: 413, code: "BODY_TOO_LARGE"},
		{name: "a list of files of 2 MB", form: form{operations: keepFile, places: strings.Repeat(" ", 2<<20)}, status: 413, code: "BODY_TOO_LARGE"},
		{name: "too many values", form: form{operations: values, places: "{}"}, status: 413, code: "VARIABLES_TOO_LARGE"},
		{name: "too many values among the files", form: form{operations: keepFile, places: `{"0":[` + strings.Repeat("1,", 30_000) + `1]}`}, status: 413, code: "VARIABLES_TOO_LARGE"},
		{name: "larger than the whole may be, at its files", form: filesOf(9<<20, 9<<20), body: &counted{after: 3 << 20, fails: &http.MaxBytesError{Limit: 3 << 20}}, status: 413, code: "BODY_TOO_LARGE", message: "3145728"},
		{name: "larger than the whole may be, before them", form: filesOf(1), body: &counted{after: 10, fails: &http.MaxBytesError{Limit: 10}}, status: 413, code: "BODY_TOO_LARGE"},
		{name: "too slow, at its files", form: filesOf(9 << 20), body: &counted{after: 3 << 20, fails: os.ErrDeadlineExceeded}, status: 408, code: "BODY_TOO_SLOW"},
		{name: "too slow, before them", form: filesOf(9 << 20), body: &counted{after: 0, fails: os.ErrDeadlineExceeded}, status: 408, code: "BODY_TOO_SLOW"},
		{name: "no request", form: form{first: "x", operations: keepFile}, status: 400, code: "BAD_REQUEST", message: "operations is missing"},
		{name: "no list of files", form: form{second: "x", operations: keepFile}, status: 400, code: "BAD_REQUEST", message: "map is missing"},
		{name: "a list of files that is none", form: form{operations: keepFile, places: "[]"}, status: 400, code: "BAD_REQUEST"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := wire(t, c.change)
			r, read := c.form.request(t)
			if c.body != nil {
				c.body.Reader = read
				r.Body = io.NopCloser(c.body)
			}
			status, body := w.do(r, good, preflight, "1")
			if status != c.status || !strings.Contains(body, c.message) {
				t.Errorf("%d %.300s", status, body)
			}
			if c.code == "" && !strings.HasPrefix(body, `{"data":{"keep":"`) || c.code != "" && !strings.Contains(body, `"code":"`+c.code+`"`) {
				t.Errorf("%d %.300s, want %s", status, body, c.code)
			}
			if strings.Contains(body, "false") {
				t.Errorf("a file did not come whole: %s", body)
			}
			if c.atMost > 0 && read.n > c.atMost {
				t.Errorf("%d bytes were read", read.n)
			}
		})
	}
}

func TestATokenIsAskedForBeforeFilesAreRead(t *testing.T) {
	t.Parallel()
	w := wire(t, nil)
	for _, c := range []struct {
		name, operations string
		status           int
		code             string
	}{
		{"a good request of a bad caller", keepFile, 401, "TOKEN_INVALID"},
		{"a bad request of a bad caller", `{"query":`, 400, "BAD_REQUEST"},
	} {
		r, read := (form{operations: c.operations, places: `{"0":["variables.f"]}`, files: []int64{9 << 20}}).request(t)
		status, body := w.do(r, bad, preflight, "1")
		if status != c.status || !strings.Contains(body, c.code) || read.n > 50_000 || strings.Contains(body, "secret") {
			t.Errorf("%s: %d %s, %d bytes were read", c.name, status, body, read.n)
		}
	}
}

// This test is not parallel, so that its figure is of one request. The race detector has pools forget some of what they
// keep, which is why the bound is a third of the files and not less.
func TestFilesOf50MBAreNotKeptInMemory(t *testing.T) {
	w := wire(t, nil)
	r, _ := filesOf(9<<20, 9<<20, 9<<20, 9<<20, 9<<20).request(t)
	before := ceiling.Allocated()
	status, body := w.do(r, good, preflight, "1")
	used := ceiling.Allocated() - before
	t.Logf("%.1f MB were allocated", float64(used)/1e6)
	if status != 200 || strings.Count(body, "true") != 5 || used > 16<<20 {
		t.Errorf("%d %s, %d bytes were allocated", status, body, used)
	}
}

func TestABodyOfJSONThatIsNotReadToItsEndIsRefusedForTheReason(t *testing.T) {
	t.Parallel()
	w := wire(t, nil)
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{os.ErrDeadlineExceeded, 408, "BODY_TOO_SLOW"},
		{&http.MaxBytesError{Limit: 5}, 413, "BODY_TOO_LARGE"},
		{io.ErrUnexpectedEOF, 400, "BAD_REQUEST"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/query", &counted{Reader: bytes.NewReader(nil), fails: c.err})
		r.Header.Set("Content-Type", "application/json")
		if status, body := w.do(r, good); status != c.status || !strings.Contains(body, c.code) {
			t.Errorf("%v: %d %s", c.err, status, body)
		}
	}
}
