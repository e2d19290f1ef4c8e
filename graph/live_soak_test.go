package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/worker"

	"github.com/coder/websocket"
)

// How large the soak is. make soak-live runs it in full.
var (
	soakSockets = flag.Int("live.sockets", 20, "`subscribers` over WebSockets in the soak")
	soakStreams = flag.Int("live.streams", 5, "`subscribers` to server-sent events in the soak")
	soakChanges = flag.Int("live.changes", 50, "`changes` that each of them is told of")
)

// soak is many subscribers of two institutions, and how they fared.
type soak struct {
	app       *testkit.App
	w         *wired
	contracts map[string]int64 // of each institution's account, the one that changes
	stored    sync.Map         // when a change was stored, by its contract and version

	ready, done sync.WaitGroup
	mu          sync.Mutex
	late        []time.Duration // from the commit to the subscriber, of a sample
	faults      []string
}

// TestEverySubscriberIsToldOfEveryChange: over both transports, in order, none missing
// and none foreign, while one of them takes nothing and is dropped.
func TestEverySubscriberIsToldOfEveryChange(t *testing.T) {
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := newSoak(t, db)
		before := inUse()
		for i := range *soakSockets {
			s.begin(t, i, s.overSocket)
		}
		for i := range *soakStreams {
			s.begin(t, i, s.asEvents)
		}
		s.ready.Wait()
		all := *soakSockets + *soakStreams
		if n := s.app.Market.Subscriptions(); n != all {
			t.Fatalf("%d of %d are subscribed: %v", n, all, s.faults)
		}
		each := (inUse() - before) / int64(all)
		dropped := s.slowOne(t)
		began := time.Now()
		s.change(t)
		changed := time.Since(began)
		s.done.Wait()
		took := time.Since(began)
		if len(s.faults) > 0 {
			t.Errorf("%d mistakes, the first: %s", len(s.faults), s.faults[0])
		}
		if why := wait(t, dropped); why != nil {
			t.Error(why)
		}
		slices.Sort(s.late)
		if len(s.late) == 0 {
			t.Fatal("nobody was told anything")
		}
		told := all * *soakChanges
		t.Logf("%s: %d subscribers, %d changes each: %d updates in %s (the changes took %s), %d a second; from commit to client p50 %s, p99 %s; %d KB a subscriber with its client",
			db.Name, all, *soakChanges, told, took.Round(time.Millisecond), changed.Round(time.Millisecond), int(float64(told)/took.Seconds()),
			s.late[len(s.late)/2].Round(time.Millisecond/10), s.late[len(s.late)*99/100].Round(time.Millisecond/10), each>>10)
	})
}

func newSoak(t *testing.T, db testkit.Database) *soak {
	t.Helper()
	app := doors.Start(t, db)
	app.BendAll()
	s := &soak{app: app, w: put(t, app), contracts: map[string]int64{
		customer: app.World.Contract("draft_details"), byOther: app.World.Contract("draft_payment"),
	}}
	// The other institution has no draft in the demo: it is given one.
	if _, err := app.Store.Client().ExecContext(t.Context(), "UPDATE contracts SET institution_id = $1 WHERE id = $2",
		app.World.Institutions["foreign"], s.contracts[byOther]); err != nil {
		t.Fatal(err)
	}
	s.deliver(t)
	return s
}

// deliver delivers events as the program does: at once when one was left.
func (s *soak) deliver(t *testing.T) {
	events := s.app.Events()
	ctx, end := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		worker.Loop{Name: "events", Interval: time.Second, Task: events.Task, Wake: s.app.Store.Left(events.Name), Logger: events.Log}.Run(ctx)
	})
	t.Cleanup(func() {
		end()
		running.Wait()
	})
}

// begin begins a subscriber, every other one of the same institution.
func (s *soak) begin(t *testing.T, i int, follow func(token string, heard func(text string) bool) error) {
	t.Helper()
	email := []string{customer, byOther}[i%2]
	token := s.app.Token(t, email)
	f := &follower{soak: s, contract: s.contracts[email], sampled: i%10 < 2}
	s.ready.Add(1)
	s.done.Go(func() {
		if err := follow(token, f.hears); err != nil {
			f.fail("%v", err)
		}
	})
}

// follower is one subscriber.
type follower struct {
	*soak
	contract int64
	sampled  bool
	standing sync.Once
	heard    int64
	version  int64
}

func (f *follower) fail(format string, a ...any) {
	f.standing.Do(f.ready.Done)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, fmt.Sprintf(format, a...))
}

// hears takes a message, and reports whether more is to come.
func (f *follower) hears(text string) bool {
	var m struct {
		Data    map[string]liveUpdate
		Payload struct{ Data map[string]liveUpdate }
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		f.fail("%v: %s", err, text)
		return false
	}
	u, ok := m.Data["contractsChanged"]
	if !ok {
		u, ok = m.Payload.Data["contractsChanged"]
	}
	switch {
	case !ok && strings.Contains(text, `"ping"`):
		return true
	case ok && u.Topic == "subscribed":
		f.standing.Do(f.ready.Done)
		return true
	case !ok || u.ContractID != globalID("Contract", f.contract) || u.Sequence != f.heard+1 || f.version != 0 && u.Version != f.version+1:
		f.fail("after %d of version %d it is told %.300s", f.heard, f.version, text)
		return false
	}
	f.heard, f.version = u.Sequence, u.Version
	if at, known := f.stored.Load([2]int64{f.contract, u.Version}); known && f.sampled {
		f.mu.Lock()
		f.late = append(f.late, time.Since(at.(time.Time)))
		f.mu.Unlock()
	}
	return f.heard < int64(*soakChanges)
}

const soakQuery = "subscription { contractsChanged(greeting: true) { sequence topic contractId version contract { id referenceCode status version partner { fullName } } } }"

func (s *soak) overSocket(token string, heard func(string) bool) error {
	conn, err := s.connect(token, soakQuery, nil)
	if err != nil {
		return err
	}
	defer func() { _ = conn.CloseNow() }()
	for {
		_, b, err := conn.Read(context.Background())
		if err != nil {
			return err
		}
		if strings.Contains(string(b), `"connection_ack"`) {
			continue
		}
		if !heard(string(b)) {
			return nil
		}
	}
}

func (s *soak) connect(token, query string, client *http.Client) (*websocket.Conn, error) {
	ctx := context.Background()
	conn, _, err := websocket.Dial(ctx, s.w.url+"/query", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: client})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(-1)
	for _, text := range []string{`{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`, asks("s", query)} {
		if err := conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			return nil, err
		}
	}
	return conn, nil
}

func (s *soak) asEvents(token string, heard func(string) bool) error {
	r, err := http.NewRequest(http.MethodPost, s.w.url+"/query", strings.NewReader(`{"query":"`+soakQuery+`"}`))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if data, found := strings.CutPrefix(lines.Text(), "data: "); found && !heard(data) {
			return nil
		}
	}
	return errors.Join(lines.Err(), errors.New("the stream ended"))
}

// slowOne subscribes to much and reads nothing. It tells whether it was dropped with
// the code for that, or was cut off.
func (s *soak) slowOne(t *testing.T) <-chan error {
	t.Helper()
	small := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(256 << 10)
		}
		return conn, err
	}}}
	var fields strings.Builder
	for i := range 15 {
		fmt.Fprintf(&fields, " d%d: description", i)
	}
	conn, err := s.connect(s.app.Token(t, customer), "subscription { contractsChanged { sequence contract {"+fields.String()+" } } }", small)
	if err != nil {
		t.Fatal(err)
	}
	dropped := make(chan error, 1)
	before := s.app.Market.Subscriptions()
	for s.app.Market.Subscriptions() == before {
		runtime.Gosched()
	}
	go func() {
		defer func() { _ = conn.CloseNow() }()
		s.done.Wait() // the others have everything, and it has read nothing
		for n := 0; ; n++ {
			_, _, err := conn.Read(context.Background())
			if err == nil {
				continue
			}
			// After 15 seconds without a read the server waits no longer to say why.
			if cut := errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF); n < *soakChanges && (cut || websocket.CloseStatus(err) == websocket.StatusTryAgainLater) {
				err = nil
			}
			dropped <- err
			return
		}
	}()
	return dropped
}

// change changes the contract of each institution so many times.
func (s *soak) change(t *testing.T) {
	t.Helper()
	var failed atomic.Bool
	var writing sync.WaitGroup
	for email, id := range s.contracts {
		ctx := s.app.As(email)
		writing.Go(func() {
			for i := range *soakChanges {
				text := fmt.Sprintf("%d %s", i, strings.Repeat("\U0001F527", 4900))
				c, err := s.app.Market.SetContractDetails(ctx, market.SetContractDetails{ContractID: id, Description: market.Some(text)}, market.ContractWants{})
				if err != nil {
					failed.Store(true)
					t.Errorf("change %d: %v", i, err)
					return
				}
				s.stored.Store([2]int64{id, c.Version}, time.Now())
			}
		})
	}
	writing.Wait()
	if failed.Load() {
		t.FailNow()
	}
}

// inUse is how many bytes live in the program.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
