package graph_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

const (
	makeKey   = `mutation($input: APIKeyCreateInput!) { done: apiKeyCreate(input: $input) { secret apiKey { id databaseId label user { id } createdBy { id } createdAt lastUsedAt revokedAt } userErrors { field code message } } }`
	revokeKey = `mutation($input: APIKeyInput!) { done: apiKeyRevoke(input: $input) { apiKey { id revokedAt } userErrors { field code message } } }`
	listKeys  = `query($id: ID!, $first: Int, $after: String) { institution(id: $id) { name apiKeys(first: $first, after: $after) {
		totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { id } } nodes { id label lastUsedAt revokedAt } } } }`
)

// keysOf are the names of an institution's keys as somebody is shown them; nil for who is
// shown none.
func keysOf(t testing.TB, app *testkit.App, token, institution string, more map[string]any) (map[string]any, []string) {
	t.Helper()
	vars := map[string]any{"id": institution}
	for name, v := range more {
		vars[name] = v
	}
	got := ask(t, app, token, listKeys, vars)
	list, _ := got.object("institution")["apiKeys"].(map[string]any)
	if list == nil {
		return nil, nil
	}
	labels := []string{}
	for _, n := range list["nodes"].([]any) {
		labels = append(labels, n.(map[string]any)["label"].(string))
	}
	return list, labels
}

// useKey asks Kit with a key.
func useKey(t testing.TB, app *testkit.App, secret string) *testkit.Response {
	t.Helper()
	r := app.Request(t, http.MethodGet, "/kit-api/v1/contracts?limit=1", "", nil)
	r.Header.Set("x-api-key", secret)
	return app.Send(r)
}

// TestAKeyIsShownOnceAndRefusedOnceRevoked: made by a manager, good for Kit, its last use
// shown, and refused by the next request after its end.
func TestAKeyIsShownOnceAndRefusedOnceRevoked(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, home := app.Token(t, customer), globalID("Institution", app.World.Institutions["home"])
		member, _ := app.World.Account("member@demo.test")
		got := ask(t, app, token, makeKey, map[string]any{"input": map[string]any{"institution": home, "user": globalID("User", member.UserID), "label": " Archive "}})
		made, secret := got.object("done", "apiKey"), fmt.Sprint(got.object("done")["secret"])
		if made["label"] != "Archive" || made["user"].(map[string]any)["id"] != globalID("User", member.UserID) || made["lastUsedAt"] != nil || len(secret) < 30 {
			t.Fatalf("%s", got.body)
		}
		if w := useKey(t, app, secret); w.Status != http.StatusOK {
			t.Errorf("the new key: %d %s", w.Status, w.Body)
		}
		shown := ask(t, app, token, listKeys, map[string]any{"id": home})
		list := shown.list("institution", "apiKeys", "nodes")
		last := list[len(list)-1].(map[string]any)
		if last["id"] != made["id"] || last["lastUsedAt"] != world.Now.Format(time.RFC3339) || last["revokedAt"] != nil || strings.Contains(shown.body, secret) {
			t.Errorf("%s", shown.body)
		}
		for range 2 { // the second time changes nothing
			got = ask(t, app, token, revokeKey, map[string]any{"input": map[string]any{"apiKey": made["id"]}})
			if got.object("done", "apiKey")["revokedAt"] != world.Now.Format(time.RFC3339) {
				t.Errorf("%s", got.body)
			}
			if w := useKey(t, app, secret); w.Status != http.StatusUnauthorized {
				t.Errorf("the revoked key: %d %s", w.Status, w.Body)
			}
			app.Clock.Advance(time.Hour)
		}
		if strings.Contains(app.Log.String(), secret) {
			t.Errorf("the key is logged: %s", app.Log)
		}
	})
}

// TestOnlyManagersSeeAndHandleKeys: for everybody else there are none, and what is tried
// is refused.
func TestOnlyManagersSeeAndHandleKeys(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		home := globalID("Institution", app.World.Institutions["home"])
		input := map[string]any{"institution": home, "label": "Archive"}
		made := ask(t, app, app.Token(t, customer), makeKey, map[string]any{"input": input}).object("done", "apiKey")
		end := map[string]any{"apiKey": made["id"]}
		for email, want := range map[string]struct{ make, end string }{
			"member@demo.test": {"FORBIDDEN", "NOT_FOUND"}, partner: {"FORBIDDEN", "FORBIDDEN"}, theSupervisor: {"FORBIDDEN", "FORBIDDEN"},
			"foreign@demo.test": {"INVALID", "NOT_FOUND"},
		} {
			token := app.Token(t, email)
			if list, _ := keysOf(t, app, token, home, nil); list != nil {
				t.Errorf("%s is shown %v", email, list)
			}
			nothingIsWritten(t, app, func() {
				if code, _ := refusedAs(try(t.Context(), t, app, token, makeKey, map[string]any{"input": input})); code != want.make {
					t.Errorf("%s makes one: %s", email, code)
				}
				if code, _ := refusedAs(try(t.Context(), t, app, token, revokeKey, map[string]any{"input": end})); code != want.end {
					t.Errorf("%s revokes one: %s", email, code)
				}
			})
		}
		for _, text := range []string{makeKey, revokeKey} {
			in := map[string]any{makeKey: input, revokeKey: end}[text]
			if got := try(t.Context(), t, app, "", text, map[string]any{"input": in}); !slices.Equal(got.codes(), []string{"UNAUTHENTICATED"}) {
				t.Errorf("nobody: %s", got.body)
			}
		}
		for _, email := range []string{customer, theAdmin} {
			if _, labels := keysOf(t, app, app.Token(t, email), home, nil); !slices.Contains(labels, "Archive") {
				t.Errorf("%s is shown %q", email, labels)
			}
		}
		// who manages no more sees no more, in the same moment
		token := app.Token(t, customer)
		me, _ := app.World.Account(customer)
		app.Store.Client().Membership.Update().Where(membership.UserID(me.UserID), membership.InstitutionID(app.World.Institutions["home"])).
			SetRole(lifecycle.MembershipMember).ExecX(t.Context())
		if list, _ := keysOf(t, app, token, home, nil); list != nil {
			t.Errorf("a former manager is shown %v", list)
		}
	})
}

// TestWhatIsWrongWithAKeyIsNamed: by its field in the graph.
func TestWhatIsWrongWithAKeyIsNamed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, admin := app.Token(t, customer), app.Token(t, theAdmin)
		home := globalID("Institution", app.World.Institutions["home"])
		stranger := app.Store.Client().User.Query().Where(user.RoleEQ("partner")).FirstX(t.Context())
		nothingIsWritten(t, app, func() {
			for what, c := range map[string]struct {
				token  string
				change map[string]any
				fields string
			}{
				"no label":             {token, map[string]any{"label": " "}, "label"},
				"a long one":           {token, map[string]any{"label": long(101)}, "label"},
				"a zero character":     {token, map[string]any{"label": "a\x00"}, "label"},
				"an id that is none":   {token, map[string]any{"user": "%%%"}, "user"},
				"of another type":      {token, map[string]any{"user": home}, "user"},
				"a stranger":           {token, map[string]any{"user": globalID("User", stranger.ID)}, "user"},
				"the back office's":    {admin, nil, "user"},
				"no institution":       {token, map[string]any{"institution": "x", "label": ""}, "institution,label,user"},
				"an unknown one":       {admin, map[string]any{"institution": globalID("Institution", 1<<40)}, "institution,user"},
				"somebody else's":      {token, map[string]any{"institution": globalID("Institution", app.World.Institutions["foreign"])}, "institution,user"},
				"everything is wrong":  {token, map[string]any{"institution": "", "user": "", "label": ""}, "institution,label,user"},
				"an id below nothing":  {token, map[string]any{"user": globalID("User", -1)}, "user"},
				"an id that is beyond": {token, map[string]any{"user": globalID("User", 1<<50)}, "user"},
			} {
				input := map[string]any{"institution": home, "label": "Archive"}
				for name, v := range c.change {
					input[name] = v
				}
				got := try(t.Context(), t, app, c.token, makeKey, map[string]any{"input": input})
				if code, fields := refusedAs(got); code != "INVALID" || fields != c.fields {
					t.Errorf("%s: %s of %q, want %q: %s", what, code, fields, c.fields, got.body)
				}
			}
			for what, id := range map[string]string{"none": "%%%", "empty": "", "of another type": home, "unknown": globalID("APIKey", 1<<40)} {
				if code, _ := refusedAs(try(t.Context(), t, app, token, revokeKey, map[string]any{"input": map[string]any{"apiKey": id}})); code != "NOT_FOUND" {
					t.Errorf("an id that is %s: %s", what, code)
				}
			}
		})
	})
}

// TestThePagesOfKeysAreTheWholeList: glued together, revoked ones too; and the keys of
// several institutions cost as many statements as those of one.
func TestThePagesOfKeysAreTheWholeList(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, home := app.Token(t, customer), globalID("Institution", app.World.Institutions["home"])
		for i := range 5 {
			ask(t, app, token, makeKey, map[string]any{"input": map[string]any{"institution": home, "label": fmt.Sprintf("Key %d", i)}})
		}
		whole, all := keysOf(t, app, token, home, map[string]any{"first": 100})
		if len(all) < 5 || whole["totalCount"] != float64(len(all)) {
			t.Fatalf("%v", whole)
		}
		for size := 1; size <= len(all)+1; size++ {
			var glued []string
			for after := any(nil); ; {
				page, labels := keysOf(t, app, token, home, map[string]any{"first": size, "after": after})
				glued = append(glued, labels...)
				info := page["pageInfo"].(map[string]any)
				if info["hasPreviousPage"] != (after != nil) || page["totalCount"] != float64(len(all)) {
					t.Errorf("pages of %d: %v", size, page)
				}
				if after = info["endCursor"]; info["hasNextPage"] != true || len(glued) > len(all) {
					break
				}
			}
			if !slices.Equal(glued, all) {
				t.Errorf("pages of %d: %q, want %q", size, glued, all)
			}
		}
		for _, bad := range []map[string]any{{"first": 0}, {"first": 101}, {"after": "veil"}, {"after": ""}} {
			vars := map[string]any{"id": home}
			for name, v := range bad {
				vars[name] = v
			}
			if got := try(t.Context(), t, app, token, listKeys, vars); !slices.Equal(got.codes(), []string{"INVALID"}) {
				t.Errorf("%v: %s", bad, got.body)
			}
		}
		const several = `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Institution { apiKeys { totalCount nodes { id user { id } createdBy { id } } } } } }`
		counts := []int{}
		for _, names := range [][]string{{"home"}, {"home", "branch", "foreign"}} {
			var ids []string
			for _, n := range names {
				ids = append(ids, globalID("Institution", app.World.Institutions[n]))
			}
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, app, app.Token(t, theAdmin), several, map[string]any{"ids": ids})
			if len(got.list("nodes")) != len(names) {
				t.Errorf("%s", got.body)
			}
			counts = append(counts, ran.Count())
		}
		if counts[0] != counts[1] {
			t.Errorf("one institution costs %d statements, three %d", counts[0], counts[1])
		}
	})
}
