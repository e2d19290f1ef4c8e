package market_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/cataloguechange"
	"kontrak/ent/competency"
	"kontrak/ent/outbox"
	"kontrak/ent/partner"
	"kontrak/ent/partnertest"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// papers is a registration in which nothing is wrong, for the sub-services.
func papers(subServices ...int64) market.Registration {
	return market.Registration{
		FullName: market.Some("Nur Hayati"), Gender: market.Some(lifecycle.GenderFemale), BirthDate: market.Some("1995-03-04"),
		IdentityNumber: market.Some("3171014403950001"), PhoneNumber: market.Some("+62 812 5550 0101"),
		IdentityCard: testkit.Upload(testkit.PDF), Picture: testkit.Upload(testkit.PNG),
		Domicile: market.Place{
			Province: market.Some("DKI Jakarta"), City: market.Some("Jakarta Pusat"), Address: market.Some("Jalan Kenanga 5"),
			Latitude: market.Some(-6.19), Longitude: market.Some(106.84),
		},
		Education: market.Schooling{
			Level: market.Some("D3"), InstitutionName: market.Some("Politeknik Kesehatan"), GraduationYear: market.Some(int64(2017)), Certificate: testkit.Upload(testkit.PNG),
		},
		SubServiceIDs: subServices,
	}
}

// onboarding drives one account through its onboarding.
type onboarding struct {
	*testing.T
	app    *testkit.App
	c      *ent.Client
	userID int64
	office context.Context //nolint:containedctx // who decides
	test   *ent.CompetencyTest
}

// newcomer opens an account of a partner that has said nothing yet.
func newcomer(t *testing.T, app *testkit.App) *onboarding {
	t.Helper()
	c := app.Store.Client()
	u := c.User.Create().SetEmail(fmt.Sprintf("nur%d@x.test", c.User.Query().CountX(t.Context()))).SetFullName("Nur").SetRole(actor.Partner).
		SetPasswordHash("none").SetEmailVerifiedAt(app.Clock.Now()).SetCreatedAt(app.Clock.Now()).SetUpdatedAt(app.Clock.Now()).SaveX(t.Context())
	return &onboarding{T: t, app: app, c: c, userID: u.ID, office: app.As(admin), test: c.CompetencyTest.Query().FirstX(t.Context())}
}

// paper is its first certificate; nil before it has sent one.
func (o *onboarding) paper() *ent.PartnerTest {
	list := o.c.PartnerTest.Query().Where(partnertest.PartnerID(o.partnerID())).Order(partnertest.ByID()).AllX(o.Context())
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func (o *onboarding) partnerID() int64 {
	if id, err := o.c.Partner.Query().Where(partner.UserID(o.userID)).OnlyID(o.Context()); err == nil {
		return id
	}
	return 0
}

// answers are those to the basic test, so many of them wrong.
func (o *onboarding) answers(wrong int) []market.Answer {
	v, err := o.app.Market.AllTestQuestions(o.office, new(true), market.NumberedPage(1, 100), fault.Fields{})
	if err != nil {
		o.Fatal(err)
	}
	var list []market.Answer
	for i, q := range v.Items {
		a := market.Answer{QuestionID: q.ID, OptionID: int64(*q.Answer)}
		if i < wrong {
			a.OptionID = a.OptionID%int64(len(q.Options)) + 1
		}
		list = append(list, a)
	}
	return list
}

// events are what can happen to a newcomer, as the use-cases do it.
var events = []string{"register", "fail", "pass", "submit", "approve", "reject", "verify", "refuse", "open"}

// do does one of the events.
func (o *onboarding) do(event string) (err error) {
	m, version := o.app.Market, int64(1)
	if id := o.partnerID(); id != 0 {
		version = o.c.Partner.GetX(o.Context(), id).Version
	}
	paper, paperVersion := market.NoRecord, int64(1)
	if p := o.paper(); p != nil {
		paper, paperVersion = p.ID, p.Version
	}
	switch event {
	case "register":
		_, err = m.RegisterPartner(o.ctx(), papers(o.test.SubServiceID), 0)
	case "fail":
		_, err = m.SubmitBasicTest(o.ctx(), o.answers(4), fault.Fields{})
	case "pass":
		_, err = m.SubmitBasicTest(o.ctx(), o.answers(1), fault.Fields{})
	case "submit":
		_, err = m.SubmitCompetencyTest(o.ctx(), o.test.ID, testkit.Upload(testkit.PDF), fault.Fields{}, market.TestWants{})
	case "approve":
		_, err = m.ApproveTest(o.office, paper, paperVersion, market.TestWants{})
	case "reject":
		_, err = m.RejectTest(o.office, paper, paperVersion, "It cannot be read.", market.TestWants{})
	case "verify":
		_, err = m.VerifyPartner(o.office, o.partnerID(), version, 0)
	case "refuse":
		_, err = m.RefusePartner(o.office, o.partnerID(), version, "The papers are of somebody else.", 0)
	case "open":
		_, err = m.SetAvailability(o.ctx(), market.Some(false), fault.Fields{}, 0)
	}
	return err
}

// ctx is the newcomer's call, made as its next request is.
func (o *onboarding) ctx() context.Context {
	return actor.With(o.Context(), actor.Actor{UserID: o.userID, Role: actor.Partner, PartnerID: o.partnerID()})
}

// through does events that must be done.
func (o *onboarding) through(events ...string) *onboarding {
	o.Helper()
	for _, e := range events {
		if err := o.do(e); err != nil {
			o.Fatalf("%s: %v", e, err)
		}
	}
	return o
}

// stands is where the newcomer stands: step, status, and that of its certificate.
func (o *onboarding) stands() string {
	if o.partnerID() == 0 {
		return "nothing"
	}
	p := o.c.Partner.GetX(o.Context(), o.partnerID())
	text := fmt.Sprint(p.VerificationStep, " ", p.VerificationStatus)
	if paper := o.paper(); paper != nil {
		text += " " + string(paper.Status)
	}
	return text
}

// ways lead to every state of an onboarding, and say what is possible there, with where
// it leads.
var ways = []struct {
	by       string
	possible map[string]string
}{
	{"", map[string]string{"register": "basic_test in_progress"}},
	{"register", map[string]string{
		"fail": "basic_test in_progress", "pass": "competency_test in_progress", "refuse": "registration rejected",
	}},
	{"register fail", map[string]string{"refuse": "registration rejected"}}, // the next try is too soon
	{"register refuse", map[string]string{"register": "basic_test in_progress"}},
	{"register pass", map[string]string{"submit": "review in_progress pending", "refuse": "registration rejected"}},
	{"register pass submit", map[string]string{
		"approve": "review in_progress approved", "reject": "competency_test in_progress rejected", "refuse": "registration rejected rejected",
	}},
	{"register pass submit approve", map[string]string{"verify": "verified completed approved", "refuse": "registration rejected approved"}},
	{"register pass submit reject", map[string]string{"submit": "review in_progress pending", "refuse": "registration rejected rejected"}},
	{"register pass submit refuse", map[string]string{"register": "competency_test in_progress rejected"}},
	{"register pass submit approve refuse", map[string]string{"register": "review in_progress approved"}},
	{"register pass submit approve verify", map[string]string{"open": "verified completed approved"}},
}

// TestEachEventOfAnOnboardingIsPossibleWhereItShouldBe: every pair of a state and an
// event is done and leads where it should, or is refused as the state's and writes nothing.
func TestEachEventOfAnOnboardingIsPossibleWhereItShouldBe(t *testing.T) {
	testkit.OneCaller(t)
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		for _, way := range ways {
			for _, event := range events {
				o := newcomer(t, app).through(strings.Fields(way.by)...)
				before := app.Snapshot(t)
				err := o.do(event)
				to, possible := way.possible[event]
				switch code := codeOf(err); {
				case possible && (err != nil || o.stands() != to):
					t.Errorf("after %q %s: %v, it stands at %s, not %s", way.by, event, err, o.stands(), to)
				case possible:
				case code != fault.WrongState && code != fault.RecordNotFound:
					t.Errorf("after %q %s: %v", way.by, event, err)
				case code == fault.RecordNotFound && !slices.Contains([]string{"approve", "reject", "verify", "refuse"}, event):
					t.Errorf("after %q %s: %v", way.by, event, err)
				case !maps.Equal(before, app.Snapshot(t)):
					t.Errorf("after %q %s: something was written", way.by, event)
				}
				if f, is := fault.As(err); is && f.Code == fault.WrongState && len(f.Refusals) == 0 {
					t.Errorf("after %q %s: no rule is named: %v", way.by, event, err)
				}
			}
		}
	})
}

// TestWhatAVerificationMakes: the competency counts, the partner is found, everybody is
// told who is to be, and each decision is written down.
func TestWhatAVerificationMakes(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		o := newcomer(t, app).through("register", "pass", "submit")
		list := func() []int64 {
			page, err := app.Market.Partners(o.office, market.PartnerFilter{Text: "Nur Hayati"}, market.PartnerOrder{}, market.NumberedPage(1, 10), 0)
			if err != nil {
				t.Fatal(err)
			}
			return idsOf(page.Items, func(v *view.Partner) int64 { return v.ID })
		}
		skill := func() lifecycle.CatalogueStatus {
			return o.c.Competency.Query().Where(competency.PartnerID(o.partnerID())).OnlyX(t.Context()).Status
		}
		if found := list(); len(found) != 0 || skill() != lifecycle.CataloguePending {
			t.Errorf("before, %v are found, and the competency is %s", found, skill())
		}
		told := o.c.Outbox.Query().CountX(t.Context())
		o.through("approve", "verify")
		if found := list(); !slices.Equal(found, []int64{o.partnerID()}) || skill() != lifecycle.CatalogueActive {
			t.Errorf("%v are found, and the competency is %s", found, skill())
		}
		var topics []string
		for _, m := range o.c.Outbox.Query().Order(outbox.ByID()).Offset(told).AllX(t.Context()) {
			topics = append(topics, m.Topic+" "+testkit.Canonical(m.Payload))
		}
		id := o.partnerID()
		if want := []string{fmt.Sprintf(`competency_test_status_changed {"partner_id":%d}`, id), fmt.Sprintf(`partner_verified {"partner_id":%d}`, id)}; !slices.Equal(topics, want) {
			t.Errorf("told is %q, not %q", topics, want)
		}
		var changes []string
		for _, c := range o.c.CatalogueChange.Query().Where(cataloguechange.RecordIDIn(id, o.paper().ID), cataloguechange.NounIn(lifecycle.NounPartner, lifecycle.NounPartnerTest)).Order(cataloguechange.ByID()).AllX(t.Context()) {
			changes = append(changes, fmt.Sprint(c.Noun, " ", testkit.Canonical(c.Changes)))
		}
		for i, part := range []string{`"status":{"from":"pending","to":"approved"}`, `"verification_step":{"from":"review","to":"verified"}`} {
			if len(changes) != 2 || !strings.Contains(changes[i], part) {
				t.Errorf("the changes are %q, without %s", changes, part)
			}
		}
	})
}

// TestAFailedBasicTestIsRepeatedAfterAWhile, and not before.
func TestAFailedBasicTestIsRepeatedAfterAWhile(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		o := newcomer(t, app).through("register", "fail")
		v, err := app.Market.BasicTest(o.ctx())
		if err != nil || v.Status != view.BasicTestFailed || *v.Score != 33 || *v.Passed || !v.RepeatableAt.Equal(v.SubmittedAt.Add(24*time.Hour)) {
			t.Errorf("it stands so: %+v %v", v, err)
		}
		app.Clock.Advance(24*time.Hour - time.Millisecond)
		f, _ := fault.As(o.do("pass"))
		if f == nil || f.Code != fault.WrongState || f.Refusals[0].From == nil || !f.Refusals[0].From.Equal(*v.RepeatableAt) {
			t.Errorf("a moment before: %+v", f)
		}
		app.Clock.Advance(time.Millisecond)
		o.through("pass")
		if v, err := app.Market.BasicTest(o.ctx()); err != nil || v.Status != view.BasicTestPassed || *v.Score != 83 || v.RepeatableAt != nil || v.Questions[0].Answer != nil {
			t.Errorf("it stands so: %+v %v", v, err)
		}
		if _, err := app.Market.SetSetting(o.office, "basic_test_passing_score", "90", 0); err != nil {
			t.Fatal(err)
		}
		other := newcomer(t, app).through("register", "pass")
		if other.stands() != "basic_test in_progress" {
			t.Errorf("83 of 100 with 90 needed stands at %s", other.stands())
		}
	})
}

// TestOfTwoAtOnceOneIsDone and the other is told why.
func TestOfTwoAtOnceOneIsDone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		for _, race := range []struct {
			before, one, other string
			written            func(o *onboarding) int
		}{
			{"", "register", "register", func(o *onboarding) int {
				return o.c.Partner.Query().Where(partner.UserID(o.userID)).CountX(t.Context())
			}},
			{"register", "pass", "pass", func(o *onboarding) int { return o.attempts() }},
			{"register", "pass", "refuse", nil},
			{"register pass", "submit", "submit", func(o *onboarding) int {
				return o.c.PartnerTest.Query().Where(partnertest.PartnerID(o.partnerID())).CountX(t.Context())
			}},
			{"register pass submit", "approve", "reject", nil},
			{"register pass submit approve", "verify", "refuse", nil},
			{"register pass submit approve", "verify", "verify", nil},
		} {
			for range 5 {
				o := newcomer(t, app).through(strings.Fields(race.before)...)
				one, other := o.prepared(race.one), o.prepared(race.other)
				codes := together(func() {}, one, other)
				done := 0
				for _, code := range codes {
					switch code {
					case "":
						done++
					case fault.WrongState, fault.Stale, fault.Duplicate:
					default:
						t.Errorf("%s and %s: %v", race.one, race.other, codes)
					}
				}
				if done != 1 {
					t.Errorf("%s and %s: %v, it stands at %s", race.one, race.other, codes, o.stands())
				}
				if race.written != nil && race.written(o) != 1 {
					t.Errorf("%s and %s: %d were written", race.one, race.other, race.written(o))
				}
			}
		}
	})
}

func (o *onboarding) attempts() int {
	n := 0
	for _, a := range o.c.TestAttempt.Query().AllX(o.Context()) {
		if a.PartnerID == o.partnerID() {
			n++
		}
	}
	return n
}

// prepared reads what an event is about before it is done with another one at once.
func (o *onboarding) prepared(event string) func() error {
	m, ctx, id, version := o.app.Market, o.ctx(), o.partnerID(), int64(1)
	if id != 0 {
		version = o.c.Partner.GetX(o.Context(), id).Version
	}
	paper, answers := &ent.PartnerTest{}, o.answers(0)
	if p := o.paper(); p != nil {
		paper = p
	}
	return func() (err error) {
		switch event {
		case "register":
			_, err = m.RegisterPartner(ctx, papers(o.test.SubServiceID), 0)
		case "pass":
			_, err = m.SubmitBasicTest(ctx, answers, fault.Fields{})
		case "submit":
			_, err = m.SubmitCompetencyTest(ctx, o.test.ID, testkit.Upload(testkit.PDF), fault.Fields{}, market.TestWants{})
		case "approve":
			_, err = m.ApproveTest(o.office, paper.ID, paper.Version, market.TestWants{})
		case "reject":
			_, err = m.RejectTest(o.office, paper.ID, paper.Version, "It cannot be read.", market.TestWants{})
		case "verify":
			_, err = m.VerifyPartner(o.office, id, version, 0)
		case "refuse":
			_, err = m.RefusePartner(o.office, id, version, "No.", 0)
		}
		return err
	}
}
