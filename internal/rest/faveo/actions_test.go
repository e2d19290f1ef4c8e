package faveo_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/rest/faveo"
	"kontrak/internal/testkit"
)

// answer is the answer of an action, or of a failure.
type answer struct {
	Success bool
	Message any
	Data    struct {
		Contract struct {
			row
			Attachment *struct {
				Name        string
				ContentType string `json:"content_type"`
				Size        int
				URL         string
			}
		}
	}
}

func answerOf(t testing.TB, r *testkit.Response) answer {
	t.Helper()
	var a answer
	r.JSON(t, &a)
	return a
}

// fields are the fields of a good contract whose approver is the agent.
func fields(t testing.TB, app *testkit.App) map[string]any {
	t.Helper()
	me := app.Store.Client().User.Query().Where(user.Email(agent)).OnlyIDX(t.Context())
	return map[string]any{
		"name": "Ventilators", "contract_type_id": 3, "cost": "1200", "approver_id": me, "description": "Two of them",
		"start_date": "2026-06-09 02:00:00", "end_date": "2026-07-09 02:00:00",
	}
}

// but gives fields with others in their place; a nil takes one away.
func but(fields map[string]any, changes map[string]any) map[string]any {
	all := maps.Clone(fields)
	for name, value := range changes {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	return all
}

// create makes a contract of the fields, and gives its row.
func create(t testing.TB, app *testkit.App, token string, fields map[string]any) row {
	t.Helper()
	r := call(t, app, http.MethodPost, faveo.Path+"/contract", token, fields)
	if r.Status != http.StatusOK {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	return answerOf(t, r).Data.Contract.row
}

func TestAContractLivesThroughTheRoutes(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		token, in := asAgent(t, app), fields(t, app)
		id := create(t, app, token, in).ID
		act := func(action, said, status, renewal string, more map[string]any) {
			t.Helper()
			path := fmt.Sprintf("%s/contract-%s/%d", faveo.PathV3, action, id)
			r := call(t, app, http.MethodPost, path, token, but(map[string]any{"contract_id": id}, more))
			a := answerOf(t, r)
			if r.Status != http.StatusOK || a.Message != said {
				t.Fatalf("%s: %d %s", action, r.Status, r.Body)
			}
			stands(t, a.Data.Contract.row, status, renewal)
			stands(t, list(t, app, token, fmt.Sprintf("contract_ids=%d", id)).Contracts[0], status, renewal)
		}
		move := func(by, status, renewal string) {
			t.Helper()
			if _, err := app.Market.AdvanceClock(app.As(admin), market.AdvanceClock{By: &by}); err != nil {
				t.Fatal(err)
			}
			stands(t, list(t, app, token, fmt.Sprintf("contract_ids=%d", id)).Contracts[0], status, renewal)
		}
		stands(t, list(t, app, token, fmt.Sprintf("contract_ids=%d", id)).Contracts[0], "1 draft", "")
		act("reject", "Contract Rejected Successfully", "6 rejected", "", map[string]any{"reason": "Too dear"})
		again := call(t, app, http.MethodPost, faveo.Path+"/contract", token, map[string]any{"id": id, "cost": 1000})
		stands(t, answerOf(t, again).Data.Contract.row, "1 draft", "")
		act("approve", "Contract Approved Successfully", "2 approved", "", nil)
		move("24h", "3 active", "")
		period := but(in, map[string]any{"contract_start_date": "2026-07-09 02:00:00", "contract_end_date": "2026-08-08 02:00:00", "cost": 1500})
		act("extend", "Contract Extended Successfully", "3 active", "11 extension_pending", period)
		act("reject", "Contract Rejected Successfully", "3 active", "13 extension_rejected", map[string]any{"reason": "No"})
		act("extend", "Contract Extended Successfully", "3 active", "11 extension_pending", period)
		act("approve", "Contract Approved Successfully", "3 active", "12 extended", nil)
		if got := list(t, app, token, fmt.Sprintf("contract_ids=%d", id)).Contracts[0]; *got.Expiry != "2026-08-08 02:00:00" || got.Cost != 1500 {
			t.Errorf("extended it is %+v until %s", got, *got.Expiry)
		}
		period = but(period, map[string]any{"contract_start_date": "2026-08-08 02:00:00", "contract_end_date": "2026-09-08 02:00:00"})
		act("renew", "Contract Renewed Successfully", "3 active", "7 renewal_pending", period)
		act("approve", "Contract Approved Successfully", "3 active", "8 renewal_approved", nil)
		move("1440h", "3 active", "10 renewed")
		move("800h", "4 expired", "10 renewed")
		period = but(period, map[string]any{"contract_start_date": "2026-09-10 00:00:00", "contract_end_date": "2026-12-08 02:00:00"})
		act("renew", "Contract Renewed Successfully", "4 expired", "7 renewal_pending", period)
		act("reject", "Contract Rejected Successfully", "4 expired", "9 renewal_rejected", map[string]any{"reason": "No"})
		act("renew", "Contract Renewed Successfully", "4 expired", "7 renewal_pending", period)
		act("approve", "Contract Approved Successfully", "3 active", "10 renewed", nil)
		act("terminate", "Contract Terminated Successfully", "5 terminated", "10 renewed", nil)
		r := call(t, app, http.MethodPost, fmt.Sprintf("%s/contract-terminate/%d", faveo.Path, id), token, map[string]any{"contract_id": id})
		if a := answerOf(t, r); r.Status != http.StatusBadRequest || a.Success {
			t.Errorf("terminated twice: %d %s", r.Status, r.Body)
		}
	})
}

// stands compares both statuses, each written with its id.
func stands(t testing.TB, r row, status, renewal string) {
	t.Helper()
	got := ""
	if r.RenewalStatus != nil {
		got = fmt.Sprint(r.RenewalStatus.ID, " ", r.RenewalStatus.Name)
	}
	if s := fmt.Sprint(r.Status.ID, " ", r.Status.Name); s != status || got != renewal {
		t.Fatalf("it is %s, %s; want %s, %s", s, got, status, renewal)
	}
}

func TestAContractIsSentInThreeWays(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		token, in, c := asAgent(t, app), fields(t, app), app.Store.Client()
		people := c.User.Query().Where(user.StatusEQ(lifecycle.UserActive), user.EmailIn(agent, "institution@demo.test", "admin2@demo.test")).Order(user.ByID()).IDsX(t.Context())
		sold := vendor(t, app, "Dell")
		in = but(in, map[string]any{
			"vendor_id": sold.ID, "license_type_id": 2, "license_count": 5, "notify_before": 30,
			"user_ids": people[:2], "notify_agents": people[1:3], "organization_ids": []int64{app.World.Institutions["foreign"]}, "identifier": 4711,
		})
		form := url.Values{}
		var parts []testkit.Part
		for name, value := range in {
			if name == "identifier" {
				continue
			}
			var texts []string
			if ids, ok := value.([]int64); ok {
				for i, id := range ids {
					key := []string{name + "[]", fmt.Sprintf("%s[%d]", name, i)}[len(ids)%2]
					form.Add(key, fmt.Sprint(id))
					parts = append(parts, testkit.Part{Field: key, Body: fmt.Sprint(id)})
				}
				continue
			}
			texts = append(texts, fmt.Sprint(value))
			form[name] = texts
			parts = append(parts, testkit.Part{Field: name, Body: texts[0]})
		}
		first := create(t, app, token, in)
		body := app.Request(t, http.MethodPost, faveo.Path+"/contract", token, form.Encode())
		body.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		second := app.Send(body)
		parts = append(parts, testkit.Part{Field: "attachment", File: "signed paper.pdf", Body: testkit.PDF})
		third := app.Send(app.Form(t, http.MethodPost, faveo.Path+"/contract", token, parts...))
		fourth := call(t, app, http.MethodPost, faveo.Path+"/contract?"+form.Encode(), token, nil)
		for way, r := range map[string]*testkit.Response{"a form": second, "a form with a file": third, "the query": fourth} {
			got := answerOf(t, r).Data.Contract.row
			if got.ID == first.ID {
				t.Fatalf("%s: %d %s", way, r.Status, r.Body)
			}
			got.ID, got.Number = first.ID, first.Number
			if d := cmp.Diff(first, got); d != "" {
				t.Errorf("%s: %d %s", way, r.Status, d)
			}
		}
		file := answerOf(t, third).Data.Contract.Attachment
		if file == nil || file.Name != "signed paper.pdf" || file.ContentType != "application/pdf" || file.Size != len(testkit.PDF) {
			t.Fatalf("the attachment is %+v", file)
		}
		download := app.Do(t, http.MethodGet, strings.TrimPrefix(file.URL, testkit.PublicURL), "", nil)
		if download.Status != http.StatusOK || string(download.Body) != testkit.PDF {
			t.Errorf("%s: %d", file.URL, download.Status)
		}
		app.Wall.Advance(3 * time.Hour)
		if late := app.Do(t, http.MethodGet, strings.TrimPrefix(file.URL, testkit.PublicURL), "", nil); late.Status == http.StatusOK {
			t.Error("the link lives for ever")
		}
		token = app.Token(t, agent)
		for query, want := range map[string]int{
			"identifiers[]=4711": 1, fmt.Sprintf("vendor_ids=%d&license_type_ids=2", sold.ID): 4, fmt.Sprintf("notify_agent_ids=%d", people[2]): 4, "notify_in_days_begin=30&notify_in_days_end=30": 4,
		} {
			if got := list(t, app, token, query).Total; got != want {
				t.Errorf("%s gives %d, want %d", query, got, want)
			}
		}
	})
}

func TestAChangeTouchesWhatWasSent(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		token, c := asAgent(t, app), app.Store.Client()
		sold := vendor(t, app, "Dell")
		id := create(t, app, token, but(fields(t, app), map[string]any{"vendor_id": sold.ID, "notify_before": 5, "identifier": "A-1"})).ID
		const path = faveo.PathV3 + "/contract"
		send := func(parts ...testkit.Part) *testkit.Response {
			t.Helper()
			r := app.Send(app.Form(t, http.MethodPost, path, token, append(parts, testkit.Part{Field: "id", Body: fmt.Sprint(id)})...))
			return r
		}
		bad := send(testkit.Part{Field: "name", Body: "Changed"}, testkit.Part{Field: "attachment", File: "a.pdf", Body: testkit.HTML})
		if bad.Status != http.StatusPreconditionFailed || c.Agreement.GetX(t.Context(), id).Title != "Ventilators" {
			t.Errorf("with a bad file: %d %s", bad.Status, bad.Body)
		}
		good := send(testkit.Part{Field: "name", Body: "Changed"}, testkit.Part{Field: "vendor_id"}, testkit.Part{Field: "contract_end_date", Body: "2027-01-01 00:00:00"},
			testkit.Part{Field: "attachment", File: "a.pdf", Body: testkit.PDF})
		got := answerOf(t, good).Data.Contract
		if good.Status != http.StatusOK || got.Name != "Changed" || got.Vendor != nil || *got.Expiry != "2027-01-01 00:00:00" || got.Cost != 1200 || got.Attachment == nil {
			t.Errorf("%d %s", good.Status, good.Body)
		}
		now := c.Agreement.GetX(t.Context(), id)
		if now.Version != 2 || now.Identifier != "A-1" || *now.NotifyBeforeDays != 5 {
			t.Errorf("%+v", now)
		}
		cleared := call(t, app, http.MethodPost, path, token, map[string]any{"id": fmt.Sprint(id), "identifier": nil, "notify_before": json.RawMessage("null"), "name": nil})
		if a := answerOf(t, cleared); cleared.Status != http.StatusPreconditionFailed || !strings.Contains(string(cleared.Body), `{"name":["is required"]}`) {
			t.Errorf("%d %v", cleared.Status, a)
		}
	})
}
