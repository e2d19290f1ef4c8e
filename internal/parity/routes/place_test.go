// Package routes proves that the graph reads and does what the routes of Nukitu read and
// do: each route is asked or done beside its twin in the graph, and both say the same and
// leave the same behind.
package routes

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/certification"
	"kontrak/ent/file"
	"kontrak/ent/partnercertification"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/rest/nukitu"
	"kontrak/internal/rest/openapi"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

var (
	worlds = flag.Int("routes.worlds", 2, "in how many random `worlds` the routes are compared with the graph")
	visits = flag.Int("routes.visits", 1, "how many random `requests` each person makes of each route that reads")
)

// person is somebody who may sign in.
type person struct {
	email, token string
	actor.Actor
}

// place is a program on a random world, with everybody in it.
type place struct {
	app    *testkit.App
	people []person
	// answers are those of the graph so far, by token and document.
	answers map[string]map[string]any
}

var nukitus = openapi.MustParse(nukitu.OpenAPI)

// settle starts a program on the world of a seed: the demo's own and after that random
// ones, in which some time has passed and has fired what fell due.
func settle(t testing.TB, db testkit.Database, seed uint64) *place {
	t.Helper()
	p := &place{app: doors.StartSeeded(t, db, seed), answers: map[string]map[string]any{}}
	p.app.Handler = nukitus.Hold(p.app.Handler, func(err error) { t.Errorf("%.500v", err) })
	rng := rand.New(rand.NewPCG(seed, 7))
	if seed > 0 {
		hours := fmt.Sprintf("%dm", 1+rng.IntN(60*72))
		got := p.ask(t, p.app.Token(t, "admin@demo.test"), fmt.Sprintf(`mutation { clockAdvance(input: {by: %q}) { now userErrors { message } } }`, hours))
		if got["errors"] != nil {
			t.Fatalf("the clock was not moved: %v", got)
		}
	}
	for _, account := range p.app.World.Accounts {
		token := p.app.Token(t, account.Email)
		who, err := p.app.Auth.Verify(t.Context(), token)
		if err != nil {
			continue // suspended, closed or not proved
		}
		p.people = append(p.people, person{account.Email, token, who})
	}
	return p
}

// fill adds what the demo's world has too little of: people who were told something and
// have read it, educations, and certifications that were passed.
func (p *place) fill(t testing.TB, seed uint64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 8))
	p.tell(t, rng)
	for _, who := range p.people {
		if rng.IntN(3) == 0 {
			p.ask(t, who.token, `mutation { notificationsReadAll { count } }`)
		}
		if who.PartnerID != 0 && rng.IntN(2) == 0 {
			p.teach(t, rng, who.Actor)
		}
		if who.PartnerID != 0 {
			p.certify(t, rng, who.Actor)
		}
	}
}

// tell tells everybody that something has happened to the contracts of the stories.
func (p *place) tell(t testing.TB, rng *rand.Rand) {
	t.Helper()
	for _, s := range p.app.World.Stories {
		p.app.Leave(t, []string{"contract_payment_refused", "contract_assigned", "contract_completed"}[rng.IntN(3)], s.ContractID)
	}
	p.app.TellEvents(t)
}

// teach gives a partner the education that it would have registered with.
func (p *place) teach(t testing.TB, rng *rand.Rand, who actor.Actor) {
	t.Helper()
	c, now := p.app.Store.Client(), p.app.Market.Now()
	paper := c.File.Query().Where(file.Purpose("proof")).Offset(rng.IntN(20)).FirstX(t.Context())
	row := c.Education.Create().SetPartnerID(who.PartnerID).SetLevel("diploma").SetInstitutionName("Poltekkes Jakarta II").
		SetCertificate(paper.Name).SetCreatedAt(now).SetUpdatedAt(now)
	if rng.IntN(2) == 0 {
		row.SetMajor("Electromedicine").SetGraduationYear(int64(1990 + rng.IntN(30)))
	}
	row.SaveX(t.Context())
}

// certify registers a partner for some certifications that it is not registered for, in any
// state; who has passed has a paper for it.
func (p *place) certify(t testing.TB, rng *rand.Rand, who actor.Actor) {
	t.Helper()
	c, now := p.app.Store.Client(), p.app.Market.Now()
	paper := c.File.Query().Where(file.Purpose("proof")).Offset(rng.IntN(20)).FirstX(t.Context())
	taken := c.PartnerCertification.Query().Where(partnercertification.PartnerID(who.PartnerID)).AllX(t.Context())
	for _, of := range c.Certification.Query().Order(certification.ByID()).AllX(t.Context()) {
		status := lifecycle.CertificationStatuses[rng.IntN(len(lifecycle.CertificationStatuses))]
		if slices.ContainsFunc(taken, func(r *ent.PartnerCertification) bool { return r.CertificationID == of.ID }) ||
			rng.IntN(3) == 0 || of.Quota != nil && of.RegisteredCount >= *of.Quota {
			continue
		}
		at := now.Add(-time.Duration(rng.IntN(100)) * time.Hour)
		row := c.PartnerCertification.Create().SetPartnerID(who.PartnerID).SetCertificationID(of.ID).SetStatus(status).
			SetRegisteredAt(at).SetCreatedAt(at).SetUpdatedAt(at)
		if status == lifecycle.CertificationPassed {
			row.SetCertificate(paper.Name)
		}
		row.SaveX(t.Context())
		if status != lifecycle.CertificationFailed && status != lifecycle.CertificationCancelled {
			c.Certification.UpdateOne(of).AddRegisteredCount(1).ExecX(t.Context())
		}
	}
}

// those gives the people of the roles, everybody for none.
func (p *place) those(roles []actor.Role) []person {
	return slices.DeleteFunc(slices.Clone(p.people), func(who person) bool { return len(roles) > 0 && !slices.Contains(roles, who.Role) })
}

// ask asks the graph, and gives the whole answer.
func (p *place) ask(t testing.TB, token, document string) map[string]any {
	t.Helper()
	return p.app.Do(t, http.MethodPost, "/query", token, map[string]any{"query": document}).Exact(t)
}

// remembered is ask of what nobody changes: each is asked once.
func (p *place) remembered(t testing.TB, token, document string) map[string]any {
	t.Helper()
	key := token + document
	if p.answers[key] == nil {
		p.answers[key] = p.ask(t, token, document)
	}
	return p.answers[key]
}

// refusal is how a request was refused: the code in the words of the graph, and the
// fields that were wrong, sorted.
type refusal struct {
	code   string
	fields []string
}

func (r refusal) String() string { return fmt.Sprintf("%s %q", r.code, r.fields) }

// codes are the graph's words for those of the routes.
var codes = map[string]string{
	"bad_request": "BAD_REQUEST", "validation_error": "INVALID", "invalid_parameter": "INVALID", "not_eligible": "PARTNER_NOT_ELIGIBLE",
	"invalid_state": "WRONG_STATE", "deadline_passed": "DEADLINE_PASSED", "unauthorized": "UNAUTHENTICATED", "token_expired": "TOKEN_EXPIRED",
	"forbidden": "FORBIDDEN", "account_suspended": "ACCOUNT_SUSPENDED", "email_not_verified": "EMAIL_NOT_VERIFIED", "not_found": "NOT_FOUND",
	"rate_limited": "RATE_LIMITED",
}

// refusedByRoute reads the refusal of a route. names are the graph's of what was sent.
func refusedByRoute(got map[string]any, names map[string]string) refusal {
	e, _ := got["error"].(map[string]any)
	r := refusal{code: codes[fmt.Sprint(e["code"])]}
	if r.code == "" {
		r.code = text(e)
	}
	details, _ := e["details"].(map[string]any)
	for field := range details {
		name, place := field, ""
		if i := strings.IndexAny(field, ".["); i > 0 && names[field] == "" {
			name, place = field[:i], field[i:]
		}
		if names[name] != "" {
			name = names[name]
		} else {
			name = camel(strings.TrimSuffix(name, "_id"))
		}
		r.fields = append(r.fields, withoutPlaces(name+place))
	}
	return r.tidy()
}

// refusedByGraph reads the first error of an answer.
func refusedByGraph(got map[string]any) (refusal, bool) {
	list, _ := got["errors"].([]any)
	if len(list) == 0 {
		return refusal{}, false
	}
	extensions, _ := list[0].(map[string]any)["extensions"].(map[string]any)
	r := refusal{code: fmt.Sprint(extensions["code"])}
	fields, _ := extensions["fields"].([]any)
	for _, f := range fields {
		r.fields = append(r.fields, withoutPlaces(fmt.Sprint(f.(map[string]any)["field"])))
	}
	return r.tidy(), true
}

func (r refusal) tidy() refusal {
	slices.Sort(r.fields)
	r.fields = slices.Compact(r.fields)
	return r
}

// withoutPlaces writes a field without its places in lists, which not both have.
func withoutPlaces(field string) string {
	for {
		from, to := strings.IndexByte(field, '['), strings.IndexByte(field, ']')
		if from < 0 || to < from {
			return field
		}
		field = field[:from] + field[to+1:]
	}
}
