package market_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

var rounds = flag.Int("rounds", 50, "how many `rounds` each race has on each database")

// many is how many rounds show that every side of a race can win.
const many = 1000

// contest is a race. Each of its rounds has contracts of its own.
type contest struct {
	name string
	// story is the contract of the demo that the contracts of a round are copies of.
	story string
	// contracts is how many of them a round has; one when zero.
	contracts int
	// due tells that a rival moves the clock to the contract's deadline. It is back
	// at the demo's instant when the next round begins.
	due bool
	// ready prepares a round beyond its contracts.
	ready  func(t *testing.T, r *round)
	rivals []rival
	// twins tells that all rivals leave the same rows.
	twins bool
	// scene prepares a round that is about people and not about contracts.
	scene func(t *testing.T, r *round)
	// shared tells that whoever is not first is answered as the winner is, and leaves
	// nothing.
	shared bool
}

// rival is one side of a race.
type rival struct {
	name string
	as   string // an address, or "" for time
	do   func(ctx context.Context, r *round) error
	// events and topics are the history and the messages that it leaves when it wins.
	events []lifecycle.ContractEvent
	topics []string
	// told is what it may be told when it loses, beside late.
	told []fault.Code
}

// round is what one round of a race has.
type round struct {
	*ground
	ids      []int64
	token    string
	criteria []int64 // of a review

	// Of a scene: who takes part, and what it is about.
	people                       []actor.Actor
	membership, partner, version int64
	answers                      map[int][]market.Answer // by how many of them are wrong
	changes, messages            int64                   // the newest before the rivals meet
}

// late are the answers to whoever was not first: it had read the contract before
// the winner wrote it; or it read the contract afterwards, and it was in another
// state then, or nothing of the caller's any more.
var late = []fault.Code{fault.Stale, fault.WrongState, fault.RecordNotFound}

// passed is what time is told where somebody was faster.
const passed fault.Code = "PASSED"

var errPassed = errors.New("the contract does not wait for it any more")

// TestOfThoseWhoMeetExactlyOneWins runs every race on each database. What a round
// leaves must be, row by row, what its winner leaves that has no rival.
func TestOfThoseWhoMeetExactlyOneWins(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(contests, peopleContests) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
				g := prepare(t, db, c)
				for range *rounds {
					g.round(t)
				}
				g.report(t, db.Name)
			})
		})
	}
}

// ground is where a race is run: a program with a database of its own.
type ground struct {
	contest
	app      *testkit.App
	as       map[string]context.Context
	pattern  *testkit.Pattern
	version  int64 // of the pattern
	deadline time.Time
	alone    []string // what each rival leaves that has no rival
	sites    []int64  // institutions that all rounds have

	rounds, overlapped, failed int
	wins                       []int
	told                       []map[fault.Code]int
	usual                      time.Duration // how long a call takes
}

// prepare starts a program for a race, and has each rival act alone.
func prepare(t *testing.T, db testkit.Database, c contest) *ground {
	t.Helper()
	app := testkit.Start(t, db)
	g := &ground{contest: c, app: app, as: map[string]context.Context{"": context.Background(), admin: app.As(admin), institution: app.As(institution)}}
	for _, r := range c.rivals {
		g.wins, g.told = append(g.wins, 0), append(g.told, map[fault.Code]int{})
		if g.as[r.as] == nil {
			g.as[r.as] = app.As(r.as)
		}
	}
	if c.scene == nil {
		g.draw(t)
	}
	for i, rival := range c.rivals {
		r, begin := g.begin(t), time.Now()
		if err := rival.do(g.as[rival.as], r); err != nil {
			t.Fatalf("%s alone: %v", rival.name, err)
		}
		g.usual = time.Since(begin)
		g.checkMarks(t, r, i)
		g.alone = append(g.alone, g.left(t, r))
		g.free(t, r.ids...)
		if i > 0 && (g.alone[i] == g.alone[i-1]) != c.twins {
			t.Fatalf("%s leaves the same as the one before: %v", rival.name, !c.twins)
		}
	}
	return g
}

// draw takes the pattern of the contracts.
func (g *ground) draw(t *testing.T) {
	t.Helper()
	id := g.app.World.Contract(g.story)
	row := g.app.Store.Client().Contract.GetX(t.Context(), id)
	g.pattern, g.version = g.app.Pattern(t, id), row.Version
	if a, waits := readTruthOf(t, g.app, row).waits(row); waits {
		g.deadline = a.at
	}
	g.free(t, id)
	if g.due { // what the demo waits for is out of the way
		g.app.Clock.Set(g.deadline)
		fireDue(t.Context(), t, g.app)
	}
}

// left writes what the rivals of a round have left.
func (g *ground) left(t *testing.T, r *round) string {
	t.Helper()
	if g.scene != nil {
		return leftOfPeople(t, r)
	}
	return leftOn(t, g.app, r.ids)
}

// begin makes what a round is about.
func (g *ground) begin(t *testing.T) *round {
	t.Helper()
	g.app.Clock.Set(world.Now)
	r := &round{ground: g}
	if g.scene != nil {
		g.scene(t, r)
		r.marked(t)
		return r
	}
	for range max(1, g.contracts) {
		r.ids = append(r.ids, g.pattern.Copy(t))
	}
	if g.ready != nil {
		g.ready(t, r)
	}
	return r
}

// round has the rivals meet once.
func (g *ground) round(t *testing.T) {
	t.Helper()
	r := g.begin(t)
	codes, overlapped := g.meet(r)
	g.rounds++
	if overlapped {
		g.overlapped++
	}
	var winners []int
	for i, code := range codes {
		if code == "" {
			winners = append(winners, i)
			g.wins[i]++
			continue
		}
		g.told[i][code]++
		if !slices.Contains(late, code) && !slices.Contains(g.rivals[i].told, code) {
			g.fail(t, "%s was told %s", g.rivals[i].name, code)
		}
	}
	if want := map[bool]int{true: len(g.rivals), false: 1}[g.shared]; len(winners) != want {
		g.fail(t, "%d have won: the rivals were told %q", len(winners), codes)
	} else {
		g.checkMarks(t, r, winners[0])
		if left := g.left(t, r); left != g.alone[winners[0]] {
			g.fail(t, "%s has won, and alone it leaves other rows:\n%s", g.rivals[winners[0]].name, apart(left, g.alone[winners[0]]))
		}
	}
	g.free(t, r.ids...)
}

// fail ends a race that fails again and again.
func (g *ground) fail(t *testing.T, format string, args ...any) {
	t.Helper()
	t.Errorf("round %d: "+format, append([]any{g.rounds}, args...)...)
	if g.failed++; g.failed == 3 {
		t.FailNow()
	}
}

// meet lets all rivals go at once, and gives what each was told, and whether they
// really overlapped: whether all had begun before any had ended, by the monotonic
// clock, which is read right before and right after each call. So that not always
// the same is first, all but one hold back for up to an eighth of the time that a
// call takes, before the clock is read.
func (g *ground) meet(r *round) (codes []fault.Code, overlapped bool) {
	n := len(g.rivals)
	codes = make([]fault.Code, n)
	began, ended := make([]time.Duration, n), make([]time.Duration, n)
	var ready, done sync.WaitGroup
	released, first, origin := make(chan struct{}), rand.N(n), time.Now()
	for i, rival := range g.rivals {
		ctx, back := wavering{g.as[rival.as]}, time.Duration(0)
		if i != first {
			back = rand.N(g.usual/8 + 1)
		}
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-released
			spin(back)
			began[i] = time.Since(origin)
			err := rival.do(ctx, r)
			ended[i] = time.Since(origin)
			if codes[i] = codeOf(err); errors.Is(err, errPassed) {
				codes[i] = passed
			}
		})
	}
	ready.Wait()
	close(released)
	done.Wait()
	if ended[first]-began[first] < g.usual { // towards the median: a busy machine has calls that take very long
		g.usual -= g.usual / 16
	} else {
		g.usual += g.usual/16 + 1
	}
	return codes, slices.Max(began) < slices.Min(ended)
}
