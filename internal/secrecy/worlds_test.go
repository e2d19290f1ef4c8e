package secrecy

import (
	"crypto/sha256"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// pair is two worlds that differ in a hidden value.
type pair struct {
	fields  []string // Type.Field of internal/view; or words, for what has no view
	subject subject
	seenBy  []string // readers
	without []string // parts of the names of operations that may lawfully tell
	given   []string // statements that make both worlds
	change  []string // statements that make the second one
}

func (p *pair) String() string { return strings.Join(p.fields, "+") + "@" + p.subject.contract }

// pairs reads testdata/worlds.sql.
func pairs(t testing.TB) []*pair {
	t.Helper()
	var all []*pair
	var open *pair
	var in []string
	end := func() {
		if open == nil {
			return
		}
		for _, story := range in {
			p := *open
			p.subject.contract = story
			all = append(all, &p)
		}
		open = nil
	}
	for _, line := range lines(t, "testdata/worlds.sql") {
		said, comment := strings.CutPrefix(line, "-- ")
		key, value, keyed := strings.Cut(said, ": ")
		switch {
		case !comment:
			open.change = append(open.change, line)
		case said == "then":
			open.given, open.change = open.change, nil
		case keyed && key == "in":
			in = strings.Fields(value)
		case keyed && key == "partner":
			open.subject.partner = value
		case keyed && key == "seen by":
			open.seenBy = strings.Fields(value)
		case keyed && key == "without":
			open.without = strings.Fields(value)
		default: // what is hidden, or words between
			end()
			open = &pair{fields: strings.Split(said, ", "), subject: subject{partner: "partner"}}
			in = nil
		}
	}
	end()
	if len(all) < 100 {
		t.Fatalf("only %d pairs of worlds were read", len(all))
	}
	return all
}

// together joins pairs that the same readers see in the same contract, so that one
// run shows all of them. Rows that come or go are apart from values that change.
func together(list []*pair) []*pair {
	groups := map[string]*pair{}
	var order []string
	for _, p := range list {
		kind := "values"
		if !strings.HasPrefix(p.change[0], "UPDATE") {
			kind = "rows"
		}
		key := strings.Join([]string{kind, p.subject.contract, p.subject.partner, strings.Join(p.seenBy, " "), strings.Join(p.without, " ")}, "|")
		g := groups[key]
		if g == nil {
			g = &pair{subject: p.subject, seenBy: p.seenBy, without: p.without}
			groups[key] = g
			order = append(order, key)
		}
		g.fields = append(g.fields, p.fields...)
		g.given, g.change = append(g.given, p.given...), append(g.change, p.change...)
	}
	var all []*pair
	for _, key := range order {
		all = append(all, groups[key])
	}
	return all
}

// readers are who asks, by a short name.
func readers(app *testkit.App) map[string]string {
	all := map[string]string{}
	for _, name := range []string{"institution", "member", "foreign", "newcomer", "partner", "supervisor", "supervisor2", "admin"} {
		all[name] = name + "@demo.test"
	}
	for _, name := range []string{"lost", "eligible_too", "jayapura"} {
		all[name] = app.PartnerEmail(name)
	}
	return all
}

// world is the program on one of two worlds.
type world struct {
	app     *testkit.App
	subject subject
	tokens  map[string]string // by reader

	mu    sync.Mutex                   // guards known
	known map[string][sha256.Size]byte // of answers, by reader and operation
}

// newWorld starts the program, lets the readers sign in, and applies statements.
func newWorld(t testing.TB, db testkit.Database, s subject, statements ...string) *world {
	t.Helper()
	app := doors.Start(t, db)
	app.BendAll()
	w := &world{app: app, subject: s, tokens: map[string]string{}, known: map[string][sha256.Size]byte{}}
	for name, email := range readers(app) {
		account, _ := app.World.Account(email)
		token, err := app.Auth.Mint(t.Context(), account.UserID, 24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		w.tokens[name] = token
	}
	w.apply(t, statements)
	return w
}

func (w *world) apply(t testing.TB, statements []string) {
	t.Helper()
	for _, s := range statements {
		if _, err := w.app.Store.Client().ExecContext(t.Context(), expand(t, w.app, w.subject, s)); err != nil {
			t.Fatalf("%v in %s", err, s)
		}
	}
}

// reachOrder has those first who stand farthest from contracts: what one of them does
// must not give the next one a tie.
var reachOrder = []string{"newcomer", "supervisor2", "supervisor", "foreign", "jayapura", "lost", "eligible_too", "partner", "member", "institution", "admin"}

// hiddenFrom lists the readers without a tie to the value.
func (p *pair) hiddenFrom() []string {
	return slices.DeleteFunc(slices.Clone(reachOrder), func(name string) bool { return slices.Contains(p.seenBy, name) })
}

// concerned are the partners that have, or had, to do with a contract; with the others
// partner@demo.test has.
var concerned = map[string]string{
	"queue": "lost", "cancelled_queue": "lost", "rejected": "lost", "reassigned": "eligible_too",
	"offer_foreign": "jayapura", "reviewed_foreign": "jayapura",
}

// asking lists the readers who compare: of each role the one who stands nearest to the
// contract, or with -secrecy.each everybody.
func (p *pair) asking() []string {
	hidden := p.hiddenFrom()
	if *each {
		return hidden
	}
	partner := concerned[p.subject.contract]
	if partner == "" {
		partner = "partner"
	}
	var list []string
	for _, role := range [][]string{
		{"supervisor", "supervisor2"}, {partner, "partner", "lost"}, {"institution", "member", "foreign", "newcomer"}, {"admin"},
	} {
		for _, name := range role {
			if slices.Contains(hidden, name) {
				list = append(list, name)
				break
			}
		}
	}
	return list
}

// bases are the first worlds of pairs, which many share. They are only read.
type bases struct {
	t  testing.TB // ends after all that share them
	mu sync.Mutex
	of map[string]*world
}

func newBases(t testing.TB) *bases { return &bases{t: t, of: map[string]*world{}} }

func (b *bases) world(p *pair) *world {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	key := strings.Join(append([]string{p.subject.contract, p.subject.partner}, p.given...), "|")
	if b.of[key] == nil {
		b.of[key] = p.one(b.t, testkit.SQLite(b.t))
	}
	return b.of[key]
}

// one and other make the two worlds.
func (p *pair) one(t testing.TB, db testkit.Database) *world {
	t.Helper()
	return newWorld(t, db, p.subject, p.given...)
}

func (p *pair) other(t testing.TB, db testkit.Database) *world {
	t.Helper()
	w := p.one(t, db)
	w.apply(t, p.change)
	return w
}
