package secrecy

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// tagged are the fields of every view that the graph has, with who sees them, read
// from the source: the views are many, and none may be forgotten.
func tagged(t testing.TB) map[string][]string {
	t.Helper()
	notTests := func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }
	packages, err := parser.ParseDir(token.NewFileSet(), "../view", notTests, parser.SkipObjectResolution) //nolint:staticcheck // one directory without build tags
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	ast.Inspect(packages["view"], func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if s, ok := spec.Type.(*ast.StructType); ok {
			for _, f := range s.Fields.List {
				if f.Tag == nil || len(f.Names) == 0 {
					continue
				}
				if see := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("see"); see != "" {
					all[spec.Name.Name+"."+f.Names[0].Name] = strings.Split(see, ",")
				}
			}
		}
		return true
	})
	sdl, err := os.ReadFile("../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(all, func(field string, _ []string) bool {
		typeName, _, _ := strings.Cut(field, ".")
		return !bytes.Contains(sdl, []byte("\ntype "+typeName+" ")) // nothing shows it yet
	})
	if len(all) < 200 {
		t.Fatalf("only %d fields of views were found", len(all))
	}
	return all
}

// computed are the fields that hide no stored value: they say something of the
// reader, or follow from what the reader sees. Two worlds cannot differ in them
// alone, so their control is that widening the tag changes an answer.
var computed = map[string]string{
	"Contract.PartnerStatus": "cancelled_queue", // it follows from the state
	"Institution.IsMember":   "accepted",        // it is about the reader
	"Partner.IsWishlisted":   "accepted",        // it is about the reader
	// Only those in use are told of.
	"InspectionTemplate.Active": "accepted",
	"Promotion.Active":          "accepted",
	"RatingItem.Active":         "accepted",
	"CompetencyTest.Active":     "accepted",
	"Certification.Active":      "accepted",
	"Banner.Active":             "accepted",
	"TestQuestion.Active":       "accepted",
}

// wholeRow tells whether a field is hidden with its whole row only: the row is out of
// reach whatever the tag says, so widening it shows nothing. The control for these are
// the readers with a tie, who must notice.
func wholeRow(field string, ties []string) bool {
	typeName, _, _ := strings.Cut(field, ".")
	switch strings.Join(ties, ",") {
	case "party", "insider", "guest":
		return true
	case "manager,admin":
		return slices.Contains([]string{"APIKey", "Webhook", "WebhookDelivery"}, typeName)
	case "self,manager,admin":
		return typeName == "Membership"
	case "self":
		return slices.Contains([]string{"Notification", "CertificationWish", "BasicTest"}, typeName)
	case "self,admin":
		return slices.Contains([]string{"User", "PartnerTest"}, typeName)
	case "member,assignee":
		return typeName == "QRCode"
	case "admin":
		return slices.Contains([]string{"BasePrice", "PricingSchema", "Setting", "CatalogueChange", "FieldChange"}, typeName)
	}
	return false
}

// TestEveryHiddenFieldHasItsPairOfWorlds: a field that somebody does not see, and
// that no pair of worlds changes, would be proved by nothing.
func TestEveryHiddenFieldHasItsPairOfWorlds(t *testing.T) {
	t.Parallel()
	fields, covered := tagged(t), map[string]bool{}
	for _, p := range pairs(t) {
		for _, f := range p.fields {
			covered[f] = true
			if strings.Contains(f, ".") && fields[f] == nil {
				t.Errorf("%s: there is no field %s", p, f)
			}
			if slices.Contains(fields[f], "anyone") {
				t.Errorf("%s: %s is hidden from nobody", p, f)
			}
		}
	}
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(fields[f], "anyone") && !covered[f] && computed[f] == "" {
			t.Errorf("%s is hidden from some, and no pair of worlds differs in it", f)
		}
	}
}

// TestWhoHasATieNotices: the change of each pair is one that shows, to each reader
// that is named.
func TestWhoHasATieNotices(t *testing.T) {
	operations := reads(corpus(t))
	before := newBases(t)
	for _, p := range pairs(t) {
		if slices.Equal(p.seenBy, []string{"nobody"}) {
			continue
		}
		t.Run(p.String(), func(t *testing.T) {
			t.Parallel()
			one, other := before.world(p), p.other(t, testkit.SQLite(t))
			for _, reader := range p.seenBy {
				if noticed(t, reader, one, other, operations) == "" {
					t.Errorf("%s has a tie, and nothing that it reads tells", reader)
				}
			}
		})
	}
}

// TestEveryTagIsNoticed is the control: with its tag widened, a field's value reaches
// readers without a tie, and the proof fails.
func TestEveryTagIsNoticed(t *testing.T) { //nolint:paralleltest // what is widened is so for the whole process
	operations, fields := reads(corpus(t)), tagged(t)
	byField := map[string][]*pair{}
	for _, p := range pairs(t) {
		for _, f := range p.fields {
			byField[f] = append(byField[f], p)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		if slices.Contains(fields[f], "anyone") || wholeRow(f, fields[f]) {
			continue
		}
		t.Run(f, func(t *testing.T) {
			if computed[f] != "" {
				checkComputed(t, f, operations)
			} else {
				checkWidened(t, f, byField[f], operations)
			}
		})
	}
}

// above are the fields through which alone a field reaches those who may not see it.
func above(field string) []string {
	if strings.HasPrefix(field, "PaymentMethod.Account") || field == "PaymentMethod.Instructions" {
		return []string{"Payment.PaymentMethod"} // customers may see accounts, and nobody else gets as far
	}
	return nil
}

func checkWidened(t *testing.T, field string, of []*pair, operations []operation) {
	defer view.Widen(append(above(field), field)...)()
	for _, p := range of {
		one, other := p.one(t, testkit.SQLite(t)), p.other(t, testkit.SQLite(t))
		for _, reader := range p.hiddenFrom() {
			if by := noticed(t, reader, one, other, operations); by != "" {
				t.Logf("%s learns of %s by %s", reader, p, by)
				return
			}
		}
	}
	t.Errorf("everybody may see %s now, and no comparison notices", field)
}

// checkComputed insists that somebody is answered otherwise once the tag is widened.
func checkComputed(t *testing.T, field string, operations []operation) {
	s := subject{contract: computed[field], partner: "partner"}
	before := newWorld(t, testkit.SQLite(t), s)
	for _, reader := range reachOrder {
		for _, o := range operations {
			before.sum(t, reader, o)
		}
	}
	defer view.Widen(field)()
	after := newWorld(t, testkit.SQLite(t), s)
	for _, reader := range reachOrder {
		if noticed(t, reader, before, after, operations) != "" {
			return
		}
	}
	t.Errorf("everybody may see %s now, and no answer is another", field)
}

// noticed gives the first operation by which a reader tells two worlds apart.
func noticed(t testing.TB, reader string, one, other *world, operations []operation) string {
	t.Helper()
	for _, o := range operations {
		if one.sum(t, reader, o) != other.sum(t, reader, o) {
			return o.name
		}
	}
	return ""
}
