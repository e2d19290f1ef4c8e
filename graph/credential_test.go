package graph_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

const credentials = `query($id: ID!, $first: Int, $after: String) { partner(id: $id) { certifications(first: $first, after: $after) {
	totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
	nodes { id databaseId status statusReason certificate { url } registeredAt version updatedAt partner { id } certification { id name registeredCount } } } } }`

// pass gives a partner a registration in every state for each of n new certifications, all
// of which are not in use any more: first what was passed, oldest first, then the rest, so
// that what is hidden is the newest. It gives the ids of those passed, the newest first.
func pass(t testing.TB, app *testkit.App, partnerID int64, n int) []int64 {
	t.Helper()
	app.BendAll()
	c, at := app.Store.Client(), app.Clock.Now().Add(-time.Hour)
	var passed []int64
	for _, status := range append([]lifecycle.CertificationStatus{lifecycle.CertificationPassed},
		lifecycle.CertificationRegistered, lifecycle.CertificationInReview, lifecycle.CertificationFailed, lifecycle.CertificationCancelled) {
		for i := range n {
			at = at.Add(time.Second)
			name := fmt.Sprintf("%s %d", status, i)
			of := c.Certification.Create().SetName(name).SetSearchName(name).SetIssuer("I").SetActive(false).
				SetRequirements([]string{}).SetBenefits([]string{}).SetCreatedAt(at).SetUpdatedAt(at).SaveX(t.Context())
			r := c.PartnerCertification.Create().SetPartnerID(partnerID).SetCertificationID(of.ID).SetStatus(status).
				SetStatusReason("why").SetCertificate("paper").SetRegisteredAt(at).SetCreatedAt(at).SetUpdatedAt(at).SaveX(t.Context())
			if status == lifecycle.CertificationPassed {
				passed = append(passed, r.ID)
			}
		}
	}
	slices.Reverse(passed)
	return passed
}

// numbersIn are the numbers of the registrations of an answer.
func numbersIn(list []any) []int64 {
	var ids []int64
	for _, node := range list {
		ids = append(ids, int64(node.(map[string]any)["databaseId"].(float64)))
	}
	return ids
}

// TestWhatAPartnerHasPassedIsForWhoeverMayKnowOfIt: the same registrations for every role,
// passed ones and no others, page by page; the paper, the reason and what counts changes for
// the partner itself and the back office; nothing of a partner that is not listed.
func TestWhatAPartnerHasPassedIsForWhoeverMayKnowOfIt(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		c, id := app.Store.Client(), app.World.Partners["eligible"]
		passed := pass(t, app, id, 5)
		itself := app.PartnerEmail("eligible")
		for _, email := range []string{byInstitution, "member@demo.test", "foreign@demo.test", "newcomer@demo.test", "partner@demo.test", bySupervisor, "supervisor2@demo.test", itself, byAdmin} {
			token := app.Token(t, email)
			var read []int64
			for after, pages := any(nil), 0; pages < 5; pages++ {
				got := ask(t, app, token, credentials, map[string]any{"id": globalID("Partner", id), "first": 2, "after": after})
				list := got.list("partner", "certifications", "nodes")
				read = append(read, numbersIn(list)...)
				if n := got.object("partner", "certifications")["totalCount"]; n != 5.0 {
					t.Errorf("%s counts %v", email, n)
				}
				for _, node := range list {
					checkCredential(t, email, node.(map[string]any), id, email == itself || email == byAdmin)
				}
				info := got.object("partner", "certifications", "pageInfo")
				if info["hasPreviousPage"] != (pages > 0) {
					t.Errorf("%s, page %d: %v", email, pages, info)
				}
				if info["hasNextPage"] != true {
					break
				}
				after = info["endCursor"]
			}
			if !slices.Equal(read, passed) {
				t.Errorf("%s reads %v, want %v", email, read, passed)
			}
		}
		all := ask(t, app, app.Token(t, itself), `{ partnerCertifications(first: 50) { totalCount } }`, nil)
		if n := all.object("partnerCertifications")["totalCount"]; n != 25.0 {
			t.Errorf("the partner itself has %v registrations: %s", n, all.body)
		}
		// Of a partner that is suspended nobody learns anything but itself, its maker and the back office.
		c.Partner.UpdateOneID(id).SetStatus(lifecycle.PartnerSuspended).ExecX(t.Context())
		for email, want := range map[string]int{byInstitution: 0, "partner@demo.test": 0, "supervisor2@demo.test": 0, itself: 5, bySupervisor: 5, byAdmin: 5} {
			got := ask(t, app, app.Token(t, email), credentials, map[string]any{"id": globalID("Partner", id)})
			if n := strings.Count(got.body, `"status":"PASSED"`); n != want || want == 0 && got.object("partner") != nil {
				t.Errorf("%s reads %d of a suspended partner, want %d: %s", email, n, want, got.body)
			}
		}
	})
}

// checkCredential looks at one registration as a caller reads it.
func checkCredential(t *testing.T, email string, node map[string]any, partnerID int64, papers bool) {
	t.Helper()
	if node["status"] != "PASSED" || node["registeredAt"] == nil || node["partner"].(map[string]any)["id"] != globalID("Partner", partnerID) ||
		!strings.HasPrefix(node["certification"].(map[string]any)["name"].(string), "passed ") {
		t.Errorf("%s reads %v", email, node)
	}
	for _, field := range []string{"certificate", "statusReason", "version", "updatedAt"} {
		if (node[field] != nil) != papers {
			t.Errorf("%s reads %s: %v", email, field, node[field])
		}
	}
	if count := node["certification"].(map[string]any)["registeredCount"]; (count != nil) != (email == byAdmin) {
		t.Errorf("%s reads that %v are registered", email, count)
	}
}

// TestWhatPartnersHavePassedCostsTheSameForTwoAndForTwoHundred counts statements.
func TestWhatPartnersHavePassedCostsTheSameForTwoAndForTwoHundred(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		app.BendAll()
		c := app.Store.Client()
		first := c.Partner.GetX(t.Context(), app.World.Partners["partner"])
		var ids []string
		var numbers []int64
		for i := range 200 {
			u := c.User.Create().SetEmail(fmt.Sprintf("crowd%d@example.com", i)).SetPasswordHash("none").SetFullName("Crowd").SetRole("partner").SetCreatedAt(first.CreatedAt).SetUpdatedAt(first.CreatedAt).SaveX(t.Context())
			p := c.Partner.Create().SetUserID(u.ID).SetFullName(fmt.Sprint("Crowd ", i)).SetSearchName("crowd").SetGender(first.Gender).SetStatus(first.Status).
				SetVerificationStatus(first.VerificationStatus).SetVerificationStep(first.VerificationStep).SetCreatedAt(first.CreatedAt).SetUpdatedAt(first.CreatedAt).SaveX(t.Context())
			c.PartnerCertification.Create().SetPartnerID(p.ID).SetCertificationID(1 + int64(i%5)).SetStatus(lifecycle.CertificationPassed).
				SetRegisteredAt(first.CreatedAt).SetCreatedAt(first.CreatedAt).SetUpdatedAt(first.CreatedAt).ExecX(t.Context())
			ids, numbers = append(ids, globalID("Partner", p.ID)), append(numbers, p.ID)
		}
		token := app.Token(t, byInstitution)
		for _, n := range []int{2, 100} {
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, app, token, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Partner { certifications(first: 3) { totalCount nodes { id certification { name } } } } } }`, map[string]any{"ids": ids[:n]})
			// Who calls, the partners; what they passed, the certifications, how many.
			if ran.Count() != 5 || strings.Count(got.body, `"totalCount":1`) != n {
				t.Errorf("%d partners cost %d statements: %q %.300s", n, ran.Count(), ran.Texts(), got.body)
			}
		}
		for _, n := range []int{2, 200} { // more than the graph gives at once
			ctx, ran := store.Observe(app.As(byInstitution))
			pages, err := app.Market.PartnerCredentials(ctx, numbers[:n], market.FirstPage(20))
			if err != nil || ran.Count() != 2 || len(pages) != n || len(pages[n-1].Items) != 1 {
				t.Errorf("%d partners cost %d statements: %v", n, ran.Count(), err)
			}
		}
	})
}

// TestTheOldestAppIsASetting: the back office gives another version, which everybody reads
// at once over both ways in, and which is written down.
func TestTheOldestAppIsASetting(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin := app.Token(t, byAdmin)
		reads := func(want string) {
			t.Helper()
			if got := ask(t, app, "", `{ publicSettings { minAppVersion maxExtensionHours } }`, nil); got.object("publicSettings")["minAppVersion"] != want {
				t.Errorf("the graph says %s, want %s", got.body, want)
			}
			if r := app.Do(t, http.MethodGet, "/api/v1/settings", "", nil); !strings.Contains(string(r.Body), `"min_app_version":"`+want+`"`) {
				t.Errorf("the route says %s, want %s", r.Body, want)
			}
		}
		reads("1.0.0")
		made := setsSetting.done(t, app, admin, map[string]any{"key": "min_app_version", "value": "2.10.0", "version": 1})
		if made["value"] != "2.10.0" || made["initial"] != "1.0.0" || made["unit"] != "version" || made["least"] != nil || made["most"] != nil || made["version"] != 2.0 {
			t.Errorf("%v", made)
		}
		reads("2.10.0")
		setsSetting.done(t, app, admin, map[string]any{"key": "min_app_version", "value": "0.0.9999", "version": 2})
		reads("0.0.9999")
		told := ask(t, app, admin, `{ catalogueChanges(first: 1, noun: SETTING) { totalCount nodes { recordVersion actor { role } changes { field from to } } } }`, nil)
		if want := `{"totalCount":2,"nodes":[{"recordVersion":3,"actor":{"role":"ADMIN"},"changes":[{"field":"value","from":"\"2.10.0\"","to":"\"0.0.9999\""}]}]}`; !strings.Contains(told.body, want) {
			t.Errorf("the changes are %s, want %s", told.body, want)
		}
		bad := ask(t, app, admin, setsSetting.text(), map[string]any{"input": map[string]any{"key": "min_app_version", "value": "2.10", "version": 3}})
		if want := "must be a version of three numbers from 0 to 9999, such as 1.0.0"; !strings.Contains(bad.body, want) {
			t.Errorf("%s, want %s", bad.body, want)
		}
		bad = ask(t, app, admin, setsSetting.text(), map[string]any{"input": map[string]any{"key": "max_extension_hours", "value": "many", "version": 1}})
		if want := "must be a decimal number from 1 to 72 (hours), such as 8"; !strings.Contains(bad.body, want) {
			t.Errorf("%s, want %s", bad.body, want)
		}
		reads("0.0.9999")
		// Where nothing is stored the default holds, and is set for the first time.
		app.Store.Client().Setting.Delete().ExecX(t.Context())
		reads("1.0.0")
		setsSetting.done(t, app, admin, map[string]any{"key": "min_app_version", "value": "3.0.0", "version": 0})
		reads("3.0.0")
		// Numbers are kept in one spelling.
		if made := setsSetting.done(t, app, admin, map[string]any{"key": "max_extension_hours", "value": "006.50", "version": 0}); made["value"] != "6.5" {
			t.Errorf("%v", made)
		}
	})
}
