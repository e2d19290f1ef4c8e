// Package secrecy holds the proof that hidden data changes no answer: pairs of
// worlds that differ in one hidden value answer alike, byte for byte, to everybody
// who has no tie to the value (testdata/worlds.sql), whatever they ask
// (testdata/operations). The control widens each tag in turn, and sees the proof
// fail.
package secrecy

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

const operationsDir = "testdata/operations"

// operation is one request that every reader makes.
type operation struct {
	name         string
	method, path string
	body         string
	// writes says that whoever may do it changes the world by it.
	writes bool
}

// corpus reads every operation of testdata/operations.
func corpus(t testing.TB) []operation {
	t.Helper()
	fragments := fragmentsOf(t)
	var all []operation
	for _, file := range files(t, "*.graphql") {
		for _, line := range lines(t, file) {
			if kind, rest, _ := strings.Cut(line, " "); kind == "query" || kind == "mutation" {
				name, _, _ := strings.Cut(rest, " ")
				all = append(all, graphOperation(t, name, line, fragments, strings.HasSuffix(file, "mutations.graphql")))
			}
		}
	}
	for _, line := range lines(t, filepath.Join(operationsDir, "nukitu.txt")) {
		part := strings.SplitN(line, " ", 3)
		o := operation{name: line, method: part[0], path: part[1]}
		if len(part) == 3 {
			o.body = part[2]
		}
		o.writes = o.method != http.MethodGet || strings.Contains(o.path, "/qr-")
		all = append(all, o)
	}
	names := map[string]bool{} // answers are kept by name
	for _, o := range all {
		if names[o.name] {
			t.Fatalf("two operations are called %s", o.name)
		}
		names[o.name] = true
	}
	return all
}

// graphOperation is an operation of the graph with the fragments that it needs.
func graphOperation(t testing.TB, name, text string, fragments map[string]string, writes bool) operation {
	t.Helper()
	var used []string
	for pending := []string{text}; len(pending) > 0; pending = pending[1:] {
		for _, spread := range spreads.FindAllStringSubmatch(pending[0], -1) {
			if body, known := fragments[spread[1]]; known && !slices.Contains(used, spread[1]) {
				used, pending = append(used, spread[1]), append(pending, body)
			}
		}
	}
	for _, f := range used {
		text += "\n" + fragments[f]
	}
	body, err := json.Marshal(map[string]string{"query": text})
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(body))
	return operation{name: name, method: http.MethodPost, path: "/query", body: plain, writes: writes}
}

var (
	spreads       = regexp.MustCompile(`\.\.\.(\w+)`)
	fragmentBegin = regexp.MustCompile(`(?m)^fragment (\w+) on`)
)

// fragmentsOf reads the fragments by their names.
func fragmentsOf(t testing.TB) map[string]string {
	t.Helper()
	text := strings.Join(lines(t, filepath.Join(operationsDir, "fragments.graphql")), "\n")
	all := map[string]string{}
	begins := fragmentBegin.FindAllStringSubmatchIndex(text, -1)
	for i, at := range begins {
		end := len(text)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		all[text[at[2]:at[3]]] = text[at[0]:end]
	}
	return all
}

func files(t testing.TB, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(operationsDir, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no operations: %v", err)
	}
	return found
}

// lines gives the lines of a file that say something.
func lines(t testing.TB, file string) []string {
	t.Helper()
	text, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = text.Close() }() // read only
	var all []string
	for s := bufio.NewScanner(text); s.Scan(); {
		if line := strings.TrimRight(s.Text(), " "); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all
}

// subject is what operations and changes are about.
type subject struct {
	contract string // a story
	partner  string // by its name in the demo
}

var placeholder = regexp.MustCompile(`<(\w+)(?:([:#])([\w-]+))?>`)

// expand puts numbers and ids of the demo world into a text: <contract> is the
// number of the subject's, <Contract> its id in the graph, <contract:offer> another
// one, <SubService#8> one by its number.
func expand(t testing.TB, app *testkit.App, s subject, text string) string {
	t.Helper()
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		part := placeholder.FindStringSubmatch(found)
		kind, name := part[1], part[3]
		if kind == "old" || kind == "new" {
			return "veil-" + kind
		}
		n := number(app, s, strings.ToLower(kind), name)
		if part[2] == "#" {
			n, _ = strconv.ParseInt(name, 10, 64)
		}
		if n == 0 {
			t.Fatalf("%s is nothing of the demo world", found)
		}
		if strings.ToLower(kind) == kind {
			return strconv.FormatInt(n, 10)
		}
		return view.GlobalID{Type: kind, Number: n}.String()
	})
}

// number looks something up in the demo world; 0 for nothing.
func number(app *testkit.App, s subject, kind, name string) int64 {
	w := app.World
	switch kind {
	case "contract":
		if name == "" {
			name = s.contract
		}
		return w.Contract(name)
	case "partner":
		if name == "" {
			name = s.partner
		}
		return w.Partners[name]
	case "institution":
		return w.Institutions[name]
	case "agreement":
		return w.Agreements[name]
	case "user":
		account, _ := w.Account(name + "@demo.test")
		return account.UserID
	}
	return 0
}
