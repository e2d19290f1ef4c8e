package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kontrak/ent/webhookdelivery"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

const (
	hookFields   = `webhook { id databaseId url events status failingSince createdBy { id } createdAt version } userErrors { field code message }`
	makeHook     = `mutation($input: WebhookCreateInput!) { done: webhookCreate(input: $input) { secret ` + hookFields + ` } }`
	changeHook   = `mutation($input: WebhookUpdateInput!) { done: webhookUpdate(input: $input) { ` + hookFields + ` } }`
	rotateHook   = `mutation($input: WebhookInput!) { done: webhookRotateSecret(input: $input) { secret ` + hookFields + ` } }`
	deleteHook   = `mutation($input: WebhookInput!) { done: webhookDelete(input: $input) { ` + hookFields + ` } }`
	replayHook   = `mutation($input: WebhookReplayInput!) { done: webhookReplay(input: $input) { delivery { id attempts endedAt nextAttemptAt } userErrors { field code message } } }`
	listHooks    = `query($of: ID, $first: Int, $after: String) { webhooks(institution: $of, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } } nodes { id url } } }`
	listMessages = `query($of: ID!, $first: Int, $after: String) { webhookDeliveries(webhook: $of, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } }
		nodes { id messageId event occurredAt attempts delivered endedAt nextAttemptAt responseStatus error } } }`
)

// hookCosts are the statements of each mutation of webhooks, beside who calls: whether the
// caller manages the institution, what is looked at (and held, for a limit), what is
// written, and the answer.
var hookCosts = map[string]int{
	"webhookCreate": 7, "webhookUpdate": 7, "webhookRotateSecret": 7, "webhookReplay": 6, "webhookDelete": 5,
}

// aHook makes a webhook of an institution, and leaves messages for it that have ended.
func aHook(t *testing.T, app *testkit.App, token, institution string, ended int) string {
	t.Helper()
	got := ask(t, app, token, makeHook, map[string]any{"input": map[string]any{"institution": institution, "url": "https://example.com/kontrak", "events": []string{"contract_accepted"}}})
	made := got.object("done", "webhook")
	now := app.Wall.Now()
	for i := range ended {
		app.Store.Client().WebhookDelivery.Create().SetWebhookID(int64(made["databaseId"].(float64))).SetKey(fmt.Sprint("message", i)).
			SetEvent("contract_accepted").SetPayload([]byte(`{"contract_id":1}`)).SetOccurredAt(now).SetAvailableAt(now).SetEndedAt(now).
			SetAttempts(3).SetResponseStatus(503).SetLastError("webhook: the receiver answered 503").SetCreatedAt(now).SetUpdatedAt(now).ExecX(t.Context())
	}
	return made["id"].(string)
}

// TestAWebhookFromItsMakingToItsEnd goes through every mutation, and counts what each asks
// of the database.
func TestAWebhookFromItsMakingToItsEnd(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, home := app.Token(t, customer), globalID("Institution", app.World.Institutions["home"])
		do := func(text string, input map[string]any) map[string]any {
			t.Helper()
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, app, token, text, map[string]any{"input": input})
			if code, fields := refusedAs(got); code != "" {
				t.Fatalf("%s %s: %s", code, fields, got.body)
			}
			name := mutationName.FindStringSubmatch(text)[1]
			if ran.Count() != hookCosts[name] {
				t.Errorf("%s: %d statements, want %d: %.2500q", name, ran.Count(), hookCosts[name], ran.Texts())
			}
			return got.object("done")
		}
		made := do(makeHook, map[string]any{"institution": home, "url": "https://example.com/kontrak", "events": []string{"contract_started", "contract_accepted", "contract_started"}})
		hook, secret := made["webhook"].(map[string]any), fmt.Sprint(made["secret"])
		if !strings.HasPrefix(secret, "whsec_") || fmt.Sprint(hook["events"]) != "[contract_accepted contract_started]" || hook["status"] != "ACTIVE" || hook["version"] != 1.0 {
			t.Errorf("%v", made)
		}
		other := do(rotateHook, map[string]any{"webhook": hook["id"]})
		if s := fmt.Sprint(other["secret"]); s == secret || !strings.HasPrefix(s, "whsec_") {
			t.Errorf("the other secret is %s", s)
		}
		changed := do(changeHook, map[string]any{"webhook": hook["id"], "url": "https://example.org/", "events": []string{}, "active": false})["webhook"].(map[string]any)
		if changed["url"] != "https://example.org/" || len(changed["events"].([]any)) > 0 || changed["status"] != "DISABLED" || changed["version"] != 3.0 {
			t.Errorf("%v", changed)
		}
		second := aHook(t, app, token, home, 1)
		id := app.Store.Client().WebhookDelivery.Query().OnlyIDX(t.Context())
		again := do(replayHook, map[string]any{"delivery": globalID("WebhookDelivery", id)})["delivery"].(map[string]any)
		if again["endedAt"] != nil || again["nextAttemptAt"] == nil || again["attempts"] != 0.0 {
			t.Errorf("%v", again)
		}
		do(deleteHook, map[string]any{"webhook": second})
		if n := app.Store.Client().WebhookDelivery.Query().Where(webhookdelivery.ID(id)).CountX(t.Context()); n > 0 {
			t.Error("its log is left")
		}
		if list := ask(t, app, token, listHooks, map[string]any{"of": home}); strings.Contains(list.body, secret) || strings.Contains(app.Log.String(), secret) || len(list.list("webhooks", "nodes")) != 1 {
			t.Errorf("%s", list.body)
		}
	})
}

// TestOnlyManagersHandleWebhooks: for everybody else there are none, and those of others
// are not told apart from such that are not there.
func TestOnlyManagersHandleWebhooks(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		home := globalID("Institution", app.World.Institutions["home"])
		hook := aHook(t, app, app.Token(t, customer), home, 1)
		message := globalID("WebhookDelivery", app.Store.Client().WebhookDelivery.Query().OnlyIDX(t.Context()))
		texts := map[string]map[string]any{
			changeHook: {"webhook": hook, "active": false}, rotateHook: {"webhook": hook}, deleteHook: {"webhook": hook}, replayHook: {"delivery": message},
		}
		for email, want := range map[string]struct{ make, handle string }{
			"member@demo.test": {"FORBIDDEN", "NOT_FOUND"}, partner: {"FORBIDDEN", "FORBIDDEN"}, theSupervisor: {"FORBIDDEN", "FORBIDDEN"},
			"foreign@demo.test": {"INVALID", "NOT_FOUND"},
		} {
			token := app.Token(t, email)
			nothingIsWritten(t, app, func() {
				for text, input := range texts {
					got := try(t.Context(), t, app, token, text, map[string]any{"input": input})
					if code, _ := refusedAs(got); code != want.handle {
						t.Errorf("%s: %s: %s", email, text, got.body)
					}
					if want.handle != "NOT_FOUND" {
						continue
					}
					missing := map[string]any{}
					for name, v := range input {
						if v == hook || v == message {
							v = globalID(map[string]string{"webhook": "Webhook", "delivery": "WebhookDelivery"}[name], 1<<40)
						}
						missing[name] = v
					}
					if none := try(t.Context(), t, app, token, text, map[string]any{"input": missing}); none.body != got.body {
						t.Errorf("%s is answered %s, and of one that is not there %s", email, got.body, none.body)
					}
				}
				another := map[string]any{"institution": home, "url": "https://example.com/"}
				if code, _ := refusedAs(try(t.Context(), t, app, token, makeHook, map[string]any{"input": another})); code != want.make {
					t.Errorf("%s makes one: %s", email, code)
				}
			})
			for _, text := range []string{listHooks, listMessages} {
				of := map[string]any{"of": map[string]any{listHooks: home, listMessages: hook}[text]}
				got := try(t.Context(), t, app, token, text, of)
				if strings.Contains(got.body, "example.com") || strings.Contains(got.body, "message0") {
					t.Errorf("%s is shown %s", email, got.body)
				}
			}
		}
		if got := try(t.Context(), t, app, "", makeHook, map[string]any{"input": map[string]any{"url": "https://example.com/"}}); !slices.Equal(got.codes(), []string{"UNAUTHENTICATED"}) {
			t.Errorf("nobody: %s", got.body)
		}
		// The back office's own are its alone.
		admin := app.Token(t, theAdmin)
		own := ask(t, app, admin, makeHook, map[string]any{"input": map[string]any{"url": "https://example.com/all"}}).object("done", "webhook")["id"]
		if code, _ := refusedAs(try(t.Context(), t, app, app.Token(t, customer), deleteHook, map[string]any{"input": map[string]any{"webhook": own}})); code != "NOT_FOUND" {
			t.Errorf("a manager deletes the back office's: %s", code)
		}
		if got := ask(t, app, app.Token(t, customer), listHooks, nil); len(got.list("webhooks", "nodes")) > 0 {
			t.Errorf("a manager is shown the back office's: %s", got.body)
		}
		if got := ask(t, app, admin, listHooks, nil); len(got.list("webhooks", "nodes")) != 1 {
			t.Errorf("the back office is shown %s", got.body)
		}
		if code, _ := refusedAs(try(t.Context(), t, app, admin, deleteHook, map[string]any{"input": map[string]any{"webhook": hook}})); code != "" {
			t.Errorf("the back office deletes an institution's: %s", code)
		}
	})
}

// TestWhatIsWrongWithAWebhookIsNamed by its field, all at once, and nothing is written.
func TestWhatIsWrongWithAWebhookIsNamed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, home := app.Token(t, customer), globalID("Institution", app.World.Institutions["home"])
		hook := aHook(t, app, token, home, 0)
		nothingIsWritten(t, app, func() {
			for what, c := range map[string]struct {
				text   string
				input  map[string]any
				fields string
			}{
				"no address":            {makeHook, map[string]any{"institution": home, "url": ""}, "url"},
				"another scheme":        {makeHook, map[string]any{"institution": home, "url": "ftp://example.com"}, "url"},
				"a zero character":      {makeHook, map[string]any{"institution": home, "url": "https://example.com/\x00"}, "url"},
				"a number for a host":   {makeHook, map[string]any{"institution": home, "url": "https://2130706433/"}, "url"},
				"a port beyond all":     {makeHook, map[string]any{"institution": home, "url": "https://example.com:99999/"}, "url"},
				"a long address":        {makeHook, map[string]any{"institution": home, "url": "https://example.com/" + long(2000)}, "url"},
				"an unknown event":      {makeHook, map[string]any{"institution": home, "url": "https://example.com/", "events": []string{"contract_accepted", "veil"}}, "events"},
				"no institution":        {makeHook, map[string]any{"url": "x", "events": []string{""}}, "events,institution,url"},
				"somebody else's":       {makeHook, map[string]any{"institution": globalID("Institution", app.World.Institutions["foreign"]), "url": "x"}, "institution,url"},
				"an id that is none":    {makeHook, map[string]any{"institution": "%%%", "url": "https://example.com/"}, "institution"},
				"a changed address":     {changeHook, map[string]any{"webhook": hook, "url": "x", "events": []string{"veil"}}, "events,url"},
				"what cannot be nobody": {changeHook, map[string]any{"webhook": hook, "url": nil, "events": nil, "active": nil}, "active,events,url"},
			} {
				got := try(t.Context(), t, app, token, c.text, map[string]any{"input": c.input})
				code, fields := refusedAs(got)
				list := strings.Split(fields, ",")
				slices.Sort(list)
				if fields = strings.Join(list, ","); code != "INVALID" || fields != c.fields {
					t.Errorf("%s: %s of %q, want %q: %s", what, code, fields, c.fields, got.body)
				}
			}
			for what, id := range map[string]string{"none": "%%%", "empty": "", "of another type": home, "unknown": globalID("Webhook", 1<<40)} {
				for _, text := range []string{changeHook, rotateHook, deleteHook} {
					if code, _ := refusedAs(try(t.Context(), t, app, token, text, map[string]any{"input": map[string]any{"webhook": hook, "version": 7}})); code != "STALE" {
						t.Errorf("%s of an old version: %s", text, code)
					}
					if code, _ := refusedAs(try(t.Context(), t, app, token, text, map[string]any{"input": map[string]any{"webhook": id}})); code != "NOT_FOUND" {
						t.Errorf("%s of an id that is %s: %s", text, what, code)
					}
				}
			}
			for what, vars := range map[string]map[string]any{"an id that is none": {"of": "%%%"}, "no page": {"of": hook, "first": 0}, "a large one": {"of": hook, "first": 101}, "no position": {"of": hook, "after": "veil"}} {
				if got := try(t.Context(), t, app, token, listMessages, vars); !slices.Equal(got.codes(), []string{"INVALID"}) {
					t.Errorf("%s: %s", what, got.body)
				}
			}
		})
		for range 19 {
			aHook(t, app, token, home, 0)
		}
		if code, fields := refusedAs(try(t.Context(), t, app, token, makeHook, map[string]any{"input": map[string]any{"institution": home, "url": "https://example.com/"}})); code != "INVALID" || fields != "url" {
			t.Errorf("the 21st: %s %s", code, fields)
		}
	})
}

// TestThePagesOfMessagesAreTheWholeLog, the newest first.
func TestThePagesOfMessagesAreTheWholeLog(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, customer)
		hook := aHook(t, app, token, globalID("Institution", app.World.Institutions["home"]), 7)
		for size := 1; size <= 8; size++ {
			var glued []string
			for after := any(nil); len(glued) <= 7; {
				page := ask(t, app, token, listMessages, map[string]any{"of": hook, "first": size, "after": after}).object("webhookDeliveries")
				for _, n := range page["nodes"].([]any) {
					n := n.(map[string]any)
					if n["responseStatus"] != 503.0 || n["delivered"] != false || n["error"] == nil || n["nextAttemptAt"] != nil {
						t.Errorf("%v", n)
					}
					glued = append(glued, n["messageId"].(string))
				}
				info := page["pageInfo"].(map[string]any)
				if after = info["endCursor"]; info["hasNextPage"] != true || page["totalCount"] != 7.0 {
					break
				}
			}
			if want := "message6 message5 message4 message3 message2 message1 message0"; strings.Join(glued, " ") != want {
				t.Errorf("pages of %d: %q", size, glued)
			}
		}
	})
}
