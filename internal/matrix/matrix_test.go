package matrix

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/testkit"
)

var update = flag.Bool("update", false, "write testdata/matrix.txt anew; every cell that changes wants a look")

const tableFile = "testdata/matrix.txt"

// row is one line of the table.
type row struct {
	operation, object string
	cells             []string
}

// cell gives what a column says.
func (r row) cell(column string) string {
	return r.cells[slices.IndexFunc(principals, func(p principal) bool { return p.name == column })]
}

// asker asks everybody's questions.
type asker struct {
	*stage
	t      testing.TB
	schema *ast.Schema
	table  []row
}

func loadSchema(t testing.TB) *ast.Schema {
	t.Helper()
	sdl, err := os.ReadFile("../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	return gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(sdl)})
}

// refusals are codes that tell of rights and existence: nothing else was looked at.
var refusals = []string{"401", "403", "404", "null", "none"}

// TestTheTableSaysWhoMayDoWhat asks everything in a world that stays as it is: reads, and
// writes with a bad input or by whom they are refused.
func TestTheTableSaysWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := &asker{stage: play(t, db), t: t, schema: loadSchema(t)}
		before := a.Snapshot(t)
		for _, o := range everything() {
			a.read(o)
			if o.write != nil && !o.write.after {
				a.tryWrites(o)
			}
		}
		if after := a.Snapshot(t); !maps.Equal(before, after) {
			for name, sum := range before {
				if after[name] != sum {
					t.Errorf("something was written to %s", name)
				}
			}
		}
		for line := range strings.Lines(a.Log.String()) {
			if strings.Contains(line, "level=ERROR") {
				t.Errorf("something was logged as a mistake of ours: %.1500s", line)
			}
		}
		for _, o := range everything() {
			if o.write != nil && o.write.after {
				a.askAfter(o)
			}
		}
		checkLaws(t, a.table)
		compare(t, render(a.table), db.Name == "sqlite")
	})
}

// everything is what the table is about.
func everything() []operation {
	return slices.Concat(graphReads, graphLive, graphContracts, graphOffice, graphOnboarding, graphPapers, graphMembers, graphAccounts, restRoutes)
}

// ask asks an operation with a text in which the object stands.
func (a *asker) ask(o operation, column, about, text string, parts []testkit.Part, file string) answer {
	a.t.Helper()
	about = a.expand(a.t, about)
	put := func(text string) string { return a.expand(a.t, strings.ReplaceAll(text, "<>", about)) }
	var got answer
	if o.isRoute() {
		if o.write != nil {
			text = strings.TrimSpace(filled(o.name, about) + " " + put(text))
		} else {
			text = put(text)
		}
		got = a.rest(a.t, column, text, parts)
	} else if o.live {
		got = a.subscribe(a.t, a.tokens[column], a.document(o, put(text)))
	} else {
		got = a.graph(a.t, a.tokens[column], a.document(o, put(text)), file)
	}
	if about != "" {
		got.body = regexp.MustCompile(`\b`+regexp.QuoteMeta(about)+`\b`).ReplaceAllLiteralString(got.body, "<>")
	}
	return got
}

func (o operation) isRoute() bool { return strings.Contains(o.name, " ") }

var parameter = regexp.MustCompile(`\{\w+\}`)

// filled puts the object into a route's path.
func filled(name, about string) string {
	name = strings.Replace(name, "{form}", "svg", 1)
	return parameter.ReplaceAllLiteralString(name, about)
}

// document is a root field as an operation of the graph.
func (a *asker) document(o operation, text string) string {
	root, kind := a.schema.Query, "query"
	if o.write != nil {
		root, kind = a.schema.Mutation, "mutation"
	}
	if o.live {
		root, kind = a.schema.Subscription, "subscription"
	}
	f := root.Fields.ForName(o.name)
	if f == nil {
		a.t.Fatalf("the graph has no field %s", o.name)
	}
	if f.Arguments.ForName("input") != nil && o.write != nil {
		text = "input: {" + text + "}"
	}
	if strings.Contains(text, "$file") {
		kind += "($file: Upload!)"
	}
	if text != "" {
		text = "(" + text + ")"
	}
	return kind + " { done: " + o.name + text + selection(a.schema, f.Type) + " }"
}

// note adds a row, of what each column was answered.
func (a *asker) note(o operation, object string, answers []answer) {
	r := row{operation: o.name, object: object}
	for _, got := range answers {
		r.cells = append(r.cells, got.code)
	}
	a.table = append(a.table, r)
}

// alike fails when a foreign object is told apart from none by whom may not know of it.
func (a *asker) alike(o operation, foreign, missing []answer) {
	a.t.Helper()
	for i, p := range principals {
		if !knows[p.name] && foreign[i] != missing[i] {
			a.t.Errorf("%s by %s: of a foreign one it says\n%s %s\nand of none\n%s %s", o.name, p.name,
				foreign[i].code, foreign[i].body, missing[i].code, missing[i].body)
		}
	}
}

// read asks what writes nothing.
func (a *asker) read(o operation) {
	a.t.Helper()
	foreign := map[string][]answer{}
	for _, r := range o.reads {
		var answers []answer
		for _, p := range principals {
			answers = append(answers, a.ask(o, p.name, r.about, r.text, nil, ""))
		}
		a.note(o, r.object, answers)
		if kind, is := strings.CutSuffix(r.object, "foreign"); is {
			foreign[kind] = answers
		}
		if kind, is := strings.CutSuffix(r.object, "missing"); is && foreign[kind] != nil {
			a.alike(o, foreign[kind], answers)
		}
	}
}

// tryWrites asks what writes, so that it does not: with something wrong in the input,
// and with nothing wrong by those who were refused before that was looked at.
func (a *asker) tryWrites(o operation) {
	a.t.Helper()
	w := o.write
	last := map[string][]answer{}
	for _, about := range [][2]string{{"own", cmpOr(w.spoiled, w.own)}, {"foreign", w.foreign}, {"missing", w.missing}} {
		if about[1] == "" && (about[0] != "own" || w.missing != "") {
			continue
		}
		var bad, good []answer
		for _, p := range principals {
			got := a.ask(o, p.name, about[1], w.bad, nil, a.fileIn(w.bad, cmpOr(w.badFile, w.file)))
			if got.code == "400" && slices.Contains(asField, o.name) && stranger(p.name, about[0]) {
				if right := a.ask(o, p.name, about[1], w.good, w.parts, a.fileIn(w.good, w.file)); right.code == "400" {
					got.code = "400-"
				}
			}
			bad = append(bad, got)
			if slices.Contains(refusals, got.code) && w.prepare == nil {
				right := a.ask(o, p.name, firstOf(about[0] == "own", w.own, about[1]), w.good, w.parts, a.fileIn(w.good, w.file))
				if right.code != got.code {
					a.t.Errorf("%s of %s by %s: %s with something wrong in the input, %s without", o.name, about[0], p.name, got.code, right.code)
				}
				good = append(good, right)
			} else {
				good = append(good, answer{})
			}
		}
		a.note(o, about[0], bad)
		last[about[0]], last[about[0]+" good"] = bad, good
	}
	if w.foreign != "" && w.missing != "" {
		a.alike(o, last["foreign"], last["missing"])
		a.alike(o, last["foreign good"], last["missing good"])
	}
}

// stranger tells whether a caller is none of the institution's: for whom a right input is
// as wrong as a bad one.
func stranger(column, object string) bool {
	switch object {
	case "own":
		return slices.Contains([]string{"asked", "former", "other", "superv2"}, column)
	case "foreign":
		return !knows[column]
	}
	return true
}

// askAfter asks what is done whenever it may be, everybody in a session of its own.
func (a *asker) askAfter(o operation) {
	a.t.Helper()
	var answers []answer
	for _, p := range principals {
		if p.who != "" {
			a.tokens[p.name] = a.Token(a.t, a.email(p.who))
		}
		answers = append(answers, a.ask(o, p.name, o.write.own, o.write.good, nil, ""))
		if !o.write.ends {
			continue
		}
		if again := a.ask(o, p.name, o.write.own, o.write.good, nil, ""); again.code != "401" && again.code != "wrong" {
			a.t.Errorf("%s by %s: afterwards %s", o.name, p.name, again.code)
		}
	}
	a.note(o, "own", answers)
}

func (a *asker) fileIn(text, file string) string {
	if strings.Contains(text, "$file") {
		return file
	}
	return ""
}

func firstOf(is bool, a, b string) string {
	if is {
		return a
	}
	return b
}

func cmpOr(a, b string) string { return firstOf(a != "", a, b) }

// render writes the table, by areas.
func render(table []row) string {
	slices.SortStableFunc(table, func(a, b row) int { return areaNumber(a.operation) - areaNumber(b.operation) })
	var b strings.Builder
	b.WriteString(legend)
	for _, p := range principals {
		fmt.Fprintf(&b, "#   %-9s %s\n", p.name, p.about)
	}
	wide := 0
	for _, r := range table {
		wide = max(wide, len(r.operation))
	}
	line := func(operation, object string, cells []string) {
		text := fmt.Sprintf("%-*s  %-26s", wide, operation, object)
		for _, c := range cells {
			text += fmt.Sprintf(" %-8s", c)
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	var names []string
	for _, p := range principals {
		names = append(names, p.name)
	}
	before := ""
	for _, r := range table {
		if area := areaOf(r.operation); area != before {
			b.WriteString("\n# " + area + "\n")
			line("# operation", "object", names)
			before = area
		}
		line(r.operation, r.object, r.cells)
	}
	return b.String()
}

// compare holds the table to the file, or writes it.
func compare(t *testing.T, got string, mayWrite bool) {
	t.Helper()
	if *update {
		if mayWrite {
			if err := os.WriteFile(tableFile, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	want, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("the table says otherwise (after a look: go test ./internal/matrix -update):\n%s", d)
	}
}
