package yedpay_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/testkit"
)

var (
	papers = flag.Int("yedpay.papers", 300, "how many random `agreements` the lists are compared over")
	rounds = flag.Int("yedpay.rounds", 2, "how many `questions` each input and each pair is asked")
	seed   = flag.Uint64("yedpay.seed", 1, "the `seed` of agreements and questions")
)

// asked is an input as it is sent, and what it asks for; 0 for what counts as absent.
type asked struct {
	text  string
	value int
}

// limits and pages draw inputs: good ones, and those that count as absent.
func limits(r *rand.Rand) asked {
	bad := []string{"", "0", "-3", "abc", "1e2", "null"}
	if n := r.IntN(9); n < len(bad) {
		return asked{"limit=" + bad[n], 0}
	}
	n := 1 + r.IntN(130)
	return asked{fmt.Sprint("limit=", n), min(n, 100)}
}

func pages(r *rand.Rand) asked {
	bad := []string{"", "0", "-1", "x", "1.0"}
	if n := r.IntN(12); n < len(bad) {
		return asked{"page=" + bad[n], 0}
	}
	n := 1 + r.IntN(8)
	return asked{fmt.Sprint("page=", n), n}
}

// TestTheListIsWhatAPlainSearchFinds: each company, with each input alone and with both,
// for the back office and for members: the same agreements, oldest first, with the same
// numbers around them, and links to the pages beside.
func TestTheListIsWhatAPlainSearchFinds(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, r := start(t, db), rand.New(rand.NewPCG(*seed, 4))
		of := map[string][]string{}
		for _, p := range app.Papers(t, *papers, *seed) {
			if p.DeletedAt == nil {
				of[p.Company] = append(of[p.Company], p.PublicID) // in the order of their numbers
			}
		}
		tokens := map[string][]string{}
		for name, id := range app.World.Companies {
			email := strings.Replace(name, "home", "institution", 1) + "@demo.test"
			tokens[id] = []string{app.Token(t, admin), app.Token(t, email)}
		}
		questions := 0
		for _, id := range app.World.Companies {
			for range *rounds {
				for _, sent := range [][]asked{{}, {limits(r)}, {pages(r)}, {limits(r), pages(r)}, {pages(r), limits(r)}} {
					for _, token := range tokens[id] {
						questions++
						comparePage(t, app, token, id, sent, of[id])
					}
				}
			}
		}
		t.Logf("%d questions", questions)
	})
}

// comparePage asks for one page.
func comparePage(t *testing.T, app *testkit.App, token, company string, sent []asked, all []string) {
	t.Helper()
	size, number, texts := 40, 1, []string{}
	for _, a := range sent {
		texts = append(texts, a.text)
		switch {
		case a.value == 0:
		case strings.HasPrefix(a.text, "limit"):
			size = a.value
		default:
			number = a.value
		}
	}
	query := strings.Join(texts, "&")
	got := contracts(t, app, token, company, "?"+query)
	ids := []string{}
	for _, row := range got.Data {
		ids = append(ids, row.ID)
	}
	from, to := min(len(all), (number-1)*size), min(len(all), number*size)
	if want := all[from:to]; !slices.Equal(want, ids) {
		t.Errorf("%s gives %v, want %v", query, ids, want)
	}
	last := max(1, (len(all)+size-1)/size)
	p := got.Meta.Pagination
	if want := (pagination{len(all), to - from, size, number, last, p.Links}); !cmp.Equal(want, p) {
		t.Errorf("%s: %+v, want %+v", query, p, want)
	}
	var links struct{ Previous, Next string }
	if string(p.Links) != "[]" {
		if err := json.Unmarshal(p.Links, &links); err != nil {
			t.Fatal(err)
		}
	}
	if (links.Previous != "") != (number > 1) || (links.Next != "") != (number < last) {
		t.Errorf("%s: %s on page %d of %d", query, p.Links, number, last)
	}
	for link, page := range map[string]int{links.Previous: number - 1, links.Next: number + 1} {
		if u, err := url.Parse(link); link != "" && (err != nil || u.Query().Get("page") != fmt.Sprint(page) || !strings.HasPrefix(link, testkit.PublicURL)) {
			t.Errorf("%s: a link %q to page %d", query, link, page)
		}
	}
}

// TestNobodyElsesCompanyIsListed: not one of the others opens the list of a company, and
// a refusal says nothing of how many there are.
func TestNobodyElsesCompanyIsListed(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 60, 2)
	for name, id := range app.World.Companies {
		for _, email := range []string{"member@demo.test", "branch@demo.test", "foreign@demo.test", "other@demo.test", "partner@demo.test", "requested@demo.test", "former@demo.test"} {
			if strings.HasPrefix(email, name+"@") || name == "home" && email == "member@demo.test" {
				continue
			}
			if w := get(t, app, app.Token(t, email), "/v1/companies/"+id+"/contracts"); w.Status != http.StatusForbidden || strings.Contains(string(w.Body), "total") {
				t.Errorf("%s lists %s: %d %s", email, name, w.Status, w.Body)
			}
		}
	}
}
