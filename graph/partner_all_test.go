package graph_test

import (
	"slices"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// TestTheBackOfficeFindsPartnersThatAreNotListed: the four ways not to be, with what says
// so; page and total cost a statement each, whatever is shown of them.
func TestTheBackOfficeFindsPartnersThatAreNotListed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, theAdmin)
		of := func(key string) string { return globalID("Partner", app.World.Partners[key]) }
		for _, c := range []struct {
			filter, key string
			shows       map[string]any
		}{
			{"verificationStatus: [NOT_STARTED, IN_PROGRESS]", "not_verified", map[string]any{"isVerified": false, "deletedAt": nil}},
			{"verificationStatus: REJECTED", "refused", map[string]any{"verificationStatus": "REJECTED", "deletedAt": nil}},
			{"status: [SUSPENDED]", "suspended", map[string]any{"status": "SUSPENDED", "deletedAt": nil}},
			{`deleted: true, text: "KRISNA"`, "deleted", map[string]any{"status": "ACTIVE", "verificationStatus": "COMPLETED"}},
		} {
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, app, token, `{ allPartners(first: 100, filter: {`+c.filter+`}) { totalCount edges { node { id } } nodes {
				id fullName email status statusReason verificationStatus verificationReason isVerified deletedAt city } } }`, nil)
			nodes := got.list("allPartners", "nodes")
			at := slices.IndexFunc(nodes, func(n any) bool { return n.(map[string]any)["id"] == of(c.key) })
			if at < 0 || got.object("allPartners")["totalCount"] != float64(len(nodes)) {
				t.Fatalf("%s: %s", c.filter, got.body)
			}
			for field, want := range c.shows {
				if shown := nodes[at].(map[string]any)[field]; shown != want {
					t.Errorf("%s: %s is %v, want %v", c.filter, field, shown, want)
				}
			}
			if deleted := nodes[at].(map[string]any)["deletedAt"]; (deleted != nil) != (c.key == "deleted") {
				t.Errorf("%s: it was deleted at %v", c.filter, deleted)
			}
			looks := 0 // SQLite looks how many are called so
			if db.Name == "sqlite" && c.key == "deleted" {
				looks = 1
			}
			if want := 3 + looks; ran.Count() != want {
				t.Errorf("%s: %d statements, want %d: %q", c.filter, ran.Count(), want, ran.Texts())
			}
		}
		wrong := try(t.Context(), t, app, token, `{ allPartners(first: 101, filter: {text: "`+string(slices.Repeat([]byte("a"), 101))+`"}) { totalCount } }`, nil)
		if len(wrong.Errors) == 0 || wrong.codes()[0] != "INVALID" {
			t.Errorf("%s", wrong.body)
		}
		for _, email := range []string{customer, partner, theSupervisor} {
			if got := try(t.Context(), t, app, app.Token(t, email), `{ allPartners { totalCount } }`, nil); len(got.Errors) == 0 || got.Errors[0].Extensions["code"] != "FORBIDDEN" {
				t.Errorf("%s: %s", email, got.body)
			}
		}
	})
}
