package page_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent/signatureobject"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func TestParticipantsWithoutAnAccountSignOnThePage(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		s := d.ask(two())
		first, second := d.link(s, 0), d.link(s, 1)
		if got := d.told("signature_requested"); got != 2 {
			t.Errorf("%d were asked", got)
		}
		status, body := d.get(first)
		for _, want := range []string{"Please sign", "Ana Wijaya", "(Buyer)", "Makassar", "/files/", d.person(s, 0).AnswerSha256} {
			if status != http.StatusOK || !strings.Contains(body, want) {
				t.Errorf("%d, without %q:\n%s", status, want, body)
			}
		}
		for _, others := range []string{"Budi", "Position", "4711", "<script"} {
			if strings.Contains(body, others) {
				t.Errorf("the first is shown %q", others)
			}
		}
		if p := d.person(s, 0); p.Status != lifecycle.ParticipantViewed || p.ViewedAt == nil {
			t.Errorf("the first has not viewed it: %s", p.Status)
		}
		form := d.fill(first, "Ana Wijaya", "true")
		d.Clock.Advance(time.Minute)
		status, body = d.post(first, form)
		if status != http.StatusOK || !strings.Contains(body, "You have signed") {
			t.Fatalf("%d:\n%s", status, body)
		}
		p := d.person(s, 0)
		if p.Status != lifecycle.ParticipantSigned || !p.AnsweredAt.Equal(world.Now.Add(time.Minute)) || !p.AnsweredWallAt.Equal(world.Now) ||
			p.AnswerAddress != "127.0.0.1" || p.AnswerAgent != "Go-http-client/1.1" || p.AnswerSha256 == "" || p.TokenHash != "" {
			t.Errorf("the evidence is %+v", p)
		}
		if v := d.now(); v.ConcludedAt != nil || v.Signature.Status != lifecycle.SignatureWaiting {
			t.Errorf("it is concluded by one of two: %s", v.Signature.Status)
		}
		form = d.fill(second, "Director")
		form.Set("code", "4711")
		status, body = d.post(second, form)
		if status != http.StatusOK || !strings.Contains(body, "You have signed") {
			t.Fatalf("%d:\n%s", status, body)
		}
		d.concluded(s)
		d.settled(tokenOf(first), tokenOf(second), "4711")
	})
}

func TestOneAnswerForEveryLinkThatIsNotGood(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		s := d.ask(two())
		used := d.link(s, 0)
		if status, body := d.post(used, d.fill(used, "Ana", "")); status != http.StatusOK {
			t.Fatalf("%d:\n%s", status, body)
		}
		replaced := d.link(s, 1)
		if _, err := d.Market.SendSignature(d.as, s.UUID, market.SendSignature{Participant: s.Participants[1].UUID}); err != nil {
			t.Fatal(err)
		}
		fresh := d.link(s, 1)
		if status, _ := d.get(fresh); status != http.StatusOK {
			t.Errorf("the new link: %d", status)
		}
		_, unknown := d.get(d.server.URL + "/sign/" + strings.Repeat("A", 32))
		links := map[string]string{
			"used": used, "replaced": replaced, "no token": d.server.URL + "/sign/x", "none": d.server.URL + "/sign",
			"deeper": fresh + "/more", "odd": d.server.URL + "/sign/%00%ff",
		}
		for name, link := range links {
			for _, do := range []func(string) (int, string){d.get, func(l string) (int, string) { return d.post(l, url.Values{"answer": {"sign"}}) }} {
				if status, body := do(link); status != http.StatusNotFound || body != unknown {
					t.Errorf("%s: %d:\n%s", name, status, body)
				}
			}
		}
		d.Clock.Advance(31 * 24 * time.Hour)
		if status, body := d.get(fresh); status != http.StatusNotFound || body != unknown {
			t.Errorf("after a month: %d:\n%s", status, body)
		}
	})
}

func TestInOrderOnlyTheNextIsAsked(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		in := two()
		in.Order = lifecycle.SignInOrder
		s := d.ask(in)
		if d.person(s, 1).Status != lifecycle.ParticipantPending || d.told("signature_requested") != 1 {
			t.Error("the second is asked before the first has signed")
		}
		if _, err := d.Market.SigningLink(d.as, s.UUID, s.Participants[1].UUID); err == nil {
			t.Error("the second has a link already")
		}
		first := d.link(s, 0)
		if status, body := d.post(first, d.fill(first, "Ana", "")); status != http.StatusOK {
			t.Fatalf("%d:\n%s", status, body)
		}
		if d.person(s, 1).Status != lifecycle.ParticipantRequested || d.told("signature_requested") != 2 {
			t.Error("the second is not asked")
		}
		second := d.link(s, 1)
		form := d.fill(second, "Director")
		form.Set("code", " 4711 ")
		if status, body := d.post(second, form); status != http.StatusOK {
			t.Fatalf("%d:\n%s", status, body)
		}
		d.concluded(s)
		d.settled()
	})
}

func TestARefusalCancelsTheSignature(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		s := d.ask(two())
		first, second := d.link(s, 0), d.link(s, 1)
		if status, body := d.post(first, url.Values{"answer": {"refuse"}, "reason": {" "}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "is required") {
			t.Errorf("without a reason: %d:\n%s", status, body)
		}
		status, body := d.post(first, url.Values{"answer": {"refuse"}, "reason": {"The price <i>"}})
		if status != http.StatusOK || !strings.Contains(body, "You have refused to sign") {
			t.Fatalf("%d:\n%s", status, body)
		}
		v := d.now()
		if v.Signature.Status != lifecycle.SignatureCanceled || *v.Signature.StatusReason != "refused: The price <i>" || v.ConcludedAt != nil {
			t.Errorf("it is %s, %v", v.Signature.Status, v.Signature.StatusReason)
		}
		if p := d.person(s, 0); p.Status != lifecycle.ParticipantRefused || p.AnswerReason != "The price <i>" || p.AnsweredAt == nil {
			t.Errorf("the first is %+v", p)
		}
		if status, _ := d.get(second); status != http.StatusNotFound {
			t.Errorf("the second may sign still: %d", status)
		}
		if d.told("signature_cancelled") != 1 {
			t.Error("nobody is told")
		}
		d.settled()
		d.ask(two()) // another attempt
	})
}

func TestFiveWrongCodesLockALink(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		s := d.ask(two())
		second := d.link(s, 1)
		form := d.fill(second, "Director")
		if status, body := d.post(second, form); status != http.StatusUnprocessableEntity || !strings.Contains(body, "is required") || d.person(s, 1).CodeFailures != 0 {
			t.Errorf("without a code: %d:\n%s", status, body)
		}
		form.Set("code", "0000")
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				if status, _ := d.post(second, form); status != http.StatusUnprocessableEntity {
					t.Errorf("a wrong code: %d", status)
				}
			})
		}
		all.Wait()
		if n := d.person(s, 1).CodeFailures; n != 5 {
			t.Errorf("%d tries are counted", n)
		}
		form.Set("code", "4711")
		if status, body := d.post(second, form); status != http.StatusUnprocessableEntity || !strings.Contains(body, "too often") {
			t.Errorf("the right code after five wrong ones: %d:\n%s", status, body)
		}
		if _, err := d.Market.SendSignature(d.as, s.UUID, market.SendSignature{Participant: s.Participants[1].UUID}); err != nil {
			t.Fatal(err)
		}
		fresh := d.link(s, 1)
		form = d.fill(fresh, "Director")
		form.Set("code", "4711")
		if status, body := d.post(fresh, form); status != http.StatusOK {
			t.Errorf("the right code for a new link: %d:\n%s", status, body)
		}
	})
}

func TestAllWhoSignAtOnceSignOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		s := d.ask(two())
		first, second := d.link(s, 0), d.link(s, 1)
		forms := map[string]url.Values{first: d.fill(first, "Ana", ""), second: d.fill(second, "Director")}
		forms[second].Set("code", "4711")
		before := d.now().Version
		var all sync.WaitGroup
		var mu sync.Mutex
		signed, gone := map[string]int{}, map[string]int{}
		for link, form := range forms {
			for range 3 { // a click and two more
				all.Go(func() {
					status, _ := d.post(link, form)
					mu.Lock()
					defer mu.Unlock()
					switch status {
					case http.StatusOK:
						signed[link]++
					case http.StatusNotFound:
						gone[link]++
					default:
						t.Errorf("%d", status)
					}
				})
			}
		}
		all.Wait()
		for link := range forms {
			if signed[link] != 1 || gone[link] != 2 {
				t.Errorf("signed %d times, %d clicks too many", signed[link], gone[link])
			}
		}
		if v := d.now(); v.Version != before+2 {
			t.Errorf("%d steps", v.Version-before)
		}
		d.concluded(s)
		d.settled()
	})
}

func TestAFormThatIsNotCompleteKeepsWhatWasFilledIn(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		s := d.ask(two())
		first := d.link(s, 0)
		good := d.fill(first, "Ana", "true")
		names := fieldNames.FindAllStringSubmatch(func() string { _, b := d.get(first); return b }(), -1)
		other := d.Store.Client().SignatureObject.Query().Where(signatureobject.SignatureID(s.ID), signatureobject.Position(4)).OnlyX(t.Context())
		for _, c := range []struct {
			name   string
			change func(url.Values)
			status int
			shown  string
		}{
			{"no signature", func(f url.Values) { f.Del(names[0][1]) }, 422, "is required"},
			{"blank signature", func(f url.Values) { f.Set(names[0][1], "  ") }, 422, "is required"},
			{"too long", func(f url.Values) { f.Set(names[0][1], strings.Repeat("x", 4001)) }, 422, "must have at most 4000 letters"},
			{"no box", func(f url.Values) { f.Set(names[1][1], "maybe") }, 422, "must be"},
			{"another's field", func(f url.Values) { f.Set("field-"+strconv.FormatInt(other.ID, 10), "x") }, 422, "not complete"},
			{"no field", func(f url.Values) { f.Set("field-x", "x") }, 400, "cannot be read"},
			{"no answer", func(f url.Values) { f.Del("answer") }, 400, "cannot be read"},
			{"too large", func(f url.Values) { f.Set("reason", strings.Repeat("x", 2<<20)) }, 413, "too large"},
		} {
			form := url.Values{}
			for name, list := range good {
				form[name] = list
			}
			c.change(form)
			status, body := d.post(first, form)
			if status != c.status || !strings.Contains(body, c.shown) {
				t.Errorf("%s: %d:\n%s", c.name, status, body)
			}
			if c.name == "no box" && !strings.Contains(body, `value="Ana"`) {
				t.Errorf("what was filled in is lost:\n%s", body)
			}
		}
		if status, _ := d.read(http.Post(first, "application/json", strings.NewReader("{}"))); status != http.StatusUnsupportedMediaType {
			t.Errorf("JSON: %d", status)
		}
		if d.person(s, 0).Status != lifecycle.ParticipantViewed {
			t.Error("it is signed")
		}
	})
}
