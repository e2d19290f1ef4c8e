package api

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// timed is an answer that notes the deadlines of its connection.
type timed struct {
	*httptest.ResponseRecorder
	set []string
}

func (d *timed) SetReadDeadline(at time.Time) error  { return d.note("read", at) }
func (d *timed) SetWriteDeadline(at time.Time) error { return d.note("write", at) }

func (d *timed) note(which string, at time.Time) error {
	if at.IsZero() {
		which += " none"
	}
	d.set = append(d.set, which)
	return nil
}

func TestAFormMayTakeAsLongAsItKeepsItsPace(t *testing.T) {
	t.Parallel()
	const window = "read,write none"
	for _, c := range []struct {
		name, kind string
		body       string
		reads      int64
		want       string
	}{
		{"a window for each 10 bytes", "multipart/form-data; boundary=x", strings.Repeat("x", 25), 100, window + "," + window + "," + window + ",write,read none"},
		{"one that is not read to its end", "multipart/form-data; boundary=x", strings.Repeat("x", 25), 9, window + ",write"},
		{"an empty one", "multipart/form-data; boundary=x", "", 100, window + ",write,read none"},
		{"other bodies have the server's time", "application/json", strings.Repeat("x", 25), 100, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := Bodies{Rate: 10, Window: time.Second}.orDefault().limit(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{io.LimitReader(r.Body, c.reads)}, make([]byte, 5))
			}))
			r := httptest.NewRequestWithContext(
				context.WithValue(t.Context(), http.ServerContextKey, &http.Server{WriteTimeout: time.Minute}),
				http.MethodPost, "/", struct{ io.Reader }{strings.NewReader(c.body)})
			r.Header.Set("Content-Type", c.kind)
			w := &timed{ResponseRecorder: httptest.NewRecorder()}
			h.ServeHTTP(w, r)
			if got := strings.Join(w.set, ","); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestBodiesHaveTheirLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, kind string
		bodies     Bodies
		size       int
		fails      bool
	}{
		{"1 MB", "application/json", Bodies{}, 1 << 20, false},
		{"one byte more", "application/json", Bodies{}, 1<<20 + 1, true},
		{"no kind", "", Bodies{}, 1<<20 + 1, true},
		{"a form of 50 MB", "multipart/form-data; boundary=x", Bodies{}, 50 << 20, false},
		{"one byte more of a form", "multipart/form-data; boundary=x", Bodies{}, 50<<20 + 1, true},
		{"a limit of one's own", "application/json", Bodies{JSON: 5}, 6, true},
		{"one of one's own for forms", "multipart/form-data; boundary=x", Bodies{Form: 5}, 6, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := c.bodies.orDefault().limit(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, err := io.Copy(io.Discard, r.Body)
				if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok != c.fails {
					t.Errorf("%v %v", err, tooLarge)
				}
			}))
			r := httptest.NewRequest(http.MethodPost, "/", io.LimitReader(endless{}, int64(c.size)))
			r.Header.Set("Content-Type", c.kind)
			h.ServeHTTP(httptest.NewRecorder(), r)
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestAFormThatStopsIsCutOff goes through a socket, whose client sends the
// beginning of a form and then nothing.
func TestAFormThatStopsIsCutOff(t *testing.T) {
	t.Parallel()
	failed := make(chan error, 1)
	srv := httptest.NewServer(Bodies{Rate: 1000, Window: 20 * time.Millisecond}.orDefault().limit(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := io.Copy(io.Discard, r.Body)
			failed <- err
			w.WriteHeader(http.StatusRequestTimeout)
		})))
	defer srv.Close()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n--x")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn) // to its end: the connection is of no more use
	if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("reading failed with %v", err)
	}
	if status := strings.Fields(string(answer)); err != nil || !slices.Contains(status, "408") {
		t.Errorf("%q %v", answer, err)
	}
}
