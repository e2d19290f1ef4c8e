package secrecy

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"kontrak/internal/testkit"
)

// each makes the proof whole, which takes a quarter of an hour. Without it those pairs
// run together that the same readers see, one reader of each role compares, and every
// second operation is asked, another half for the next pair.
var each = flag.Bool("secrecy.each", false, "run each pair of worlds by itself, for every reader, with every operation")

// TestMain lets garbage lie, up to a bound: many small worlds would be collected all
// the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(1 << 30)
	os.Exit(m.Run())
}

// masked are the parts of an answer that are random, or name the request.
var masked = []*regexp.Regexp{
	regexp.MustCompile(`"(?:errorId|error_id|token|qr_token|png|svg)":"(?:[^"\\]|\\.)*"`),
}

// sum is the checksum of an answer. That of a reading is kept, since many pairs share
// a first world; answers themselves would fill the memory.
func (w *world) sum(t testing.TB, reader string, o operation) [sha256.Size]byte {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	key := reader + " " + o.name
	sum, known := w.known[key]
	if !known {
		sum = sha256.Sum256([]byte(w.ask(t, reader, o)))
		w.known[key] = sum
	}
	return sum
}

// ask gives the answer to an operation, as it is compared: status, headers and body.
func (w *world) ask(t testing.TB, reader string, o operation) string {
	t.Helper()
	var body any
	if o.body != "" {
		body = expand(t, w.app, w.subject, o.body)
	}
	r := w.app.Do(t, o.method, expand(t, w.app, w.subject, o.path), w.tokens[reader], body)
	var b strings.Builder
	fmt.Fprintln(&b, r.Status)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		if name != "X-Request-Id" && name != "Content-Length" { // the body is compared itself
			fmt.Fprintln(&b, name, r.Header[name])
		}
	}
	text := string(r.Body)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "image/") {
		text = "a picture" // of a code that is random
	}
	for _, m := range masked {
		text = m.ReplaceAllString(text, "masked")
	}
	b.WriteString(text)
	return b.String()
}

// TestHiddenDataChangesNoAnswer: for every hidden value, two worlds that differ in it
// alone answer alike to everybody who has no tie to it.
func TestHiddenDataChangesNoAnswer(t *testing.T) {
	operations := corpus(t)
	if len(operations) < 200 {
		t.Fatalf("only %d operations", len(operations))
	}
	list, before := pairs(t), newBases(t)
	all := len(list)
	if !*each {
		list = together(list)
	}
	compared.Store(0)
	t.Cleanup(func() {
		t.Logf("%d hidden values in %d pairs of worlds, %d operations: %d pairs of answers", all, len(list), len(operations), compared.Load())
	})
	for i, p := range list {
		operations := half(operations, i)
		t.Run(p.String(), func(t *testing.T) {
			t.Parallel()
			other := p.other(t, testkit.SQLite(t))
			compare(t, p, before.world(p), other, reads(operations))
			// What is written makes other worlds, so the first one is made anew.
			compare(t, p, p.one(t, testkit.SQLite(t)), other, writes(operations))
		})
	}
}

// TestHiddenDataChangesNoAnswerOnPostgres is the same for some of the worlds.
func TestHiddenDataChangesNoAnswerOnPostgres(t *testing.T) {
	operations := corpus(t)
	documents := func(p *pair) bool { // JSON is written otherwise there
		return slices.ContainsFunc(p.change, func(s string) bool { return strings.Contains(s, "CAST(changes") })
	}
	list := together(slices.DeleteFunc(pairs(t), documents))
	for i := 0; i < len(list); i += 7 {
		p, operations := list[i], half(operations, i/7)
		t.Run(p.String(), func(t *testing.T) {
			t.Parallel()
			one, other := p.one(t, testkit.Postgres(t)), p.other(t, testkit.Postgres(t))
			compare(t, p, one, other, reads(operations))
			compare(t, p, one, other, writes(operations))
		})
	}
}

// compared counts the pairs of answers that were held against each other.
var compared atomic.Int64

// compare holds every answer of one world against the other's.
func compare(t *testing.T, p *pair, one, other *world, operations []operation) {
	t.Helper()
	for _, reader := range p.asking() {
		for _, o := range operations {
			if slices.ContainsFunc(p.without, func(part string) bool { return strings.Contains(o.name, part) }) {
				continue
			}
			compared.Add(1)
			if o.writes {
				if a, b := one.ask(t, reader, o), other.ask(t, reader, o); a != b {
					t.Errorf("%s learns of it by %s: %s", reader, o.name, difference(a, b))
				}
			} else if one.sum(t, reader, o) != other.sum(t, reader, o) {
				t.Errorf("%s learns of it by %s: %s", reader, o.name, difference(one.ask(t, reader, o), other.ask(t, reader, o)))
			}
		}
	}
}

// half gives every second operation, beginning with the first or the second.
func half(all []operation, which int) []operation {
	if *each {
		return all
	}
	var list []operation
	for i := which % 2; i < len(all); i += 2 {
		list = append(list, all[i])
	}
	return list
}

// reads and writes part the operations.
func reads(all []operation) []operation {
	return slices.DeleteFunc(slices.Clone(all), func(o operation) bool { return o.writes })
}

func writes(all []operation) []operation {
	return slices.DeleteFunc(slices.Clone(all), func(o operation) bool { return !o.writes })
}

// difference shows where two answers part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	around := func(s string) string { return s[max(0, i-120):min(len(s), i+120)] }
	return fmt.Sprintf("\n%s\n---- and in the other world\n%s", around(a), around(b))
}
