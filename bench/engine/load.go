package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kontrak/bench/engine/page"
)

// total is what an engine gave over HTTP.
type total struct {
	name string
	rate float64 // pages a second
	cpu  float64 // µs of the server a page
}

// body is a request for the page.
func body(rows int) []byte {
	text, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"first": rows}})
	if err != nil {
		panic(err) // texts and numbers can be written
	}
	return text
}

// serveUntilEnd serves on loopback, says where, and ends with in.
func serveUntilEnd(ctx context.Context, name string, rows int, in io.Reader, out io.Writer) error {
	e, err := newEngine(name, page.New(rows))
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: e.handler, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	if _, err := fmt.Fprintln(out, l.Addr()); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	_ = srv.Close()
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// server is an engine in a process of its own.
type server struct {
	name    string
	address string
	cmd     *exec.Cmd
	in      io.Closer
	asked   int
}

func startServer(ctx context.Context, name string, rows int) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-serve", name, "-rows", strconv.Itoa(rows))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{name: name, cmd: cmd, in: in}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s does not serve: %w", name, err), s.stop())
	}
	s.address = strings.TrimSpace(address)
	return s, nil
}

// stop ends the process.
func (s *server) stop() error {
	_ = s.in.Close()
	return s.cmd.Wait()
}

// load asks over so many connections, each one request after the other, and returns
// the answers a second.
func (s *server) load(ctx context.Context, connections int, request []byte, d time.Duration) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var answers atomic.Int64
	errs := make(chan error, connections)
	began := time.Now()
	var all sync.WaitGroup
	for range connections {
		all.Go(func() { errs <- s.ask(ctx, request, &answers) })
	}
	all.Wait()
	took := time.Since(began)
	close(errs)
	for err := range errs {
		if err != nil {
			return 0, err
		}
	}
	s.asked += int(answers.Load())
	return float64(answers.Load()) / took.Seconds(), nil
}

// ask keeps one connection busy until ctx is over. Every answer must be as long as
// the first.
func (s *server) ask(ctx context.Context, request []byte, answers *atomic.Int64) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	raw := fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", s.address, len(request), request)
	in := bufio.NewReaderSize(conn, 64<<10)
	var length int64
	for ctx.Err() == nil {
		if _, err := conn.Write(raw); err != nil {
			return err
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			return err
		}
		if resp.StatusCode != http.StatusOK || length > 0 && n != length {
			return fmt.Errorf("%s answered with %s and %d bytes", s.name, resp.Status, n)
		}
		length = n
		answers.Add(1)
	}
	return nil
}

// loadInTurns measures both engines round by round.
func loadInTurns(ctx context.Context, s settings) ([]total, error) {
	var servers []*server
	defer func() {
		for _, srv := range servers {
			if srv.cmd.ProcessState == nil {
				_ = srv.stop()
			}
		}
	}()
	for _, name := range []string{ours, theirs} {
		srv, err := startServer(ctx, name, s.rows)
		if err != nil {
			return nil, err
		}
		servers = append(servers, srv)
	}
	if err := same(ctx, servers, s.rows); err != nil {
		return nil, err
	}
	rates := make([][]float64, len(servers))
	for r := -1; r < s.rounds; r++ { // the first one warms up
		for i, srv := range servers {
			rate, err := srv.load(ctx, s.connections, body(s.rows), s.overHTTP)
			if err != nil {
				return nil, err
			}
			if r >= 0 {
				rates[i] = append(rates[i], rate)
			}
		}
	}
	var totals []total
	for i, srv := range servers {
		if err := srv.stop(); err != nil {
			return nil, err
		}
		used := srv.cmd.ProcessState.UserTime() + srv.cmd.ProcessState.SystemTime()
		totals = append(totals, total{
			name: srv.name, rate: median(rates[i], func(r float64) float64 { return r }),
			cpu: float64(used.Nanoseconds()) / 1e3 / float64(srv.asked),
		})
	}
	return totals, nil
}

// same makes sure that all servers give the same content.
func same(ctx context.Context, servers []*server, rows int) error {
	var first []byte
	for i, srv := range servers {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+srv.address, bytes.NewReader(body(rows)))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			return err
		}
		text, err = normal(text)
		if err != nil {
			return fmt.Errorf("%s: %w", srv.name, err)
		}
		if i == 0 {
			first = text
		} else if !bytes.Equal(text, first) {
			return fmt.Errorf("%s answers otherwise than %s", srv.name, servers[0].name)
		}
	}
	return nil
}

// normal is JSON with sorted keys and one way to write each text; numbers keep
// theirs.
func normal(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return json.Marshal(v)
}
