package matrix

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"kontrak/ent/membership"
	"kontrak/ent/refreshtoken"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// bearer is the program behind a socket, as those who show tokens see it.
type bearer struct {
	*testkit.App
	url string
}

func startBearer(t testing.TB, db testkit.Database) *bearer {
	t.Helper()
	app := doors.Start(t, db)
	srv := httptest.NewServer(app.Handler)
	t.Cleanup(srv.Close)
	return &bearer{app, srv.URL}
}

// waysIn are the ways in on which an access token is shown. Each tells whether the token
// was taken, and what was said.
var waysIn = []struct {
	name string
	show func(t testing.TB, b *bearer, token string) (taken bool, said string)
}{
	{"GraphQL over HTTP", func(t testing.TB, b *bearer, token string) (bool, string) {
		got := b.showIn(t, token, "/query", `{"query":"{ viewer { id } }"}`)
		return got.Status == http.StatusOK && strings.Contains(string(got.Body), `"viewer":{"id"`), string(got.Body)
	}},
	{"events", func(t testing.TB, b *bearer, token string) (bool, string) {
		s := &stage{App: b.App}
		got := s.subscribeBy(t, "Bearer "+token, `subscription { done: notificationReceived(greeting: true) { sequence } }`)
		return strings.Contains(got.body, `"sequence":0`), got.body
	}},
	{"a WebSocket", func(t testing.TB, b *bearer, token string) (bool, string) { return b.dial(t, token) }},
	{"Nukitu", byStatus("/api/v1/auth/me")}, {"Faveo", byStatus("/service-desk/api/contract-list")}, {"Yedpay", byStatus("/v1/me")},
}

func byStatus(path string) func(t testing.TB, b *bearer, token string) (bool, string) {
	return func(t testing.TB, b *bearer, token string) (bool, string) {
		t.Helper()
		got := b.showIn(t, token, path, "")
		if got.Status != http.StatusOK && got.Status != http.StatusUnauthorized && got.Status != http.StatusForbidden {
			t.Errorf("%s: %d %s", path, got.Status, got.Body)
		}
		return got.Status != http.StatusUnauthorized, fmt.Sprint(got.Status, " ", string(got.Body))
	}
}

// showIn sends a request with the header Authorization, whatever the token is.
func (b *bearer) showIn(t testing.TB, token, path, body string) *testkit.Response {
	t.Helper()
	method, content := http.MethodGet, any(nil)
	if body != "" {
		method, content = http.MethodPost, body
	}
	r := b.Request(t, method, path, "", content)
	r.Header.Set("Authorization", "Bearer "+token)
	return b.Send(r)
}

// dial begins a connection with the token in its first message.
func (b *bearer) dial(t testing.TB, token string) (taken bool, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, b.url+"/query", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	first, err := json.Marshal(set{"type": "connection_init", "payload": set{"Authorization": "Bearer " + token}})
	if err == nil {
		err = conn.Write(ctx, websocket.MessageText, first)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := conn.Read(ctx)
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		if closed.Code != 4403 {
			t.Errorf("the connection ends with %d %s", closed.Code, closed.Reason)
		}
		return false, closed.Reason
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(answer), "connection_ack"), string(answer)
}

// everyDoor fails unless each door takes the token, or none does; and Kit takes it
// neither as a token nor as a key.
func (b *bearer) everyDoor(t testing.TB, name, token string, want bool) {
	t.Helper()
	for _, d := range waysIn {
		if taken, said := d.show(t, b, token); taken != want {
			t.Errorf("%s: %s says %.300s", name, d.name, said)
		}
	}
	for _, header := range []string{"Authorization", authn.KeyHeader} {
		r := b.Request(t, http.MethodGet, "/kit-api/v1/customers", "", nil)
		r.Header.Set(header, map[bool]string{true: "Bearer "}[header == "Authorization"]+token)
		if got := b.Send(r); got.Status != http.StatusUnauthorized {
			t.Errorf("%s: Kit says %d %s", name, got.Status, got.Body)
		}
	}
}

// refreshes tells how the two doors answer to a refresh token: none is given where it
// opens nothing. Only one door is asked, for a token that is good is used up.
func (b *bearer) refreshes(t testing.TB, token string, byGraph bool) (access, refresh string) {
	t.Helper()
	path, body := "/api/v1/auth/refresh", any(set{"user": set{"refresh_token": token}})
	if byGraph {
		path, body = "/query", set{"query": `mutation($t: String!) { sessionRefresh(input: {refreshToken: $t}) { tokens { access_token: accessToken refresh_token: refreshToken } userErrors { code } } }`, "variables": set{"t": token}}
	}
	got := b.Do(t, http.MethodPost, path, "", body)
	if got.Status >= 500 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	return between(string(got.Body), `"access_token":"`), between(string(got.Body), `"refresh_token":"`)
}

func between(text, before string) string {
	_, rest, _ := strings.Cut(text, before)
	word, _, _ := strings.Cut(rest, `"`)
	if rest == "" {
		return ""
	}
	return word
}

// open signs somebody in.
func (b *bearer) open(t testing.TB, email string) *authn.Tokens {
	t.Helper()
	tokens, _, err := b.Auth.SignIn(t.Context(), authn.SignIn{Email: email, Password: world.Password})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func (b *bearer) who(t testing.TB, access string) actor.Actor {
	t.Helper()
	who, err := b.Auth.Verify(t.Context(), access)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func TestNoDoorTakesAForgedToken(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		b := startBearer(t, db)
		const email = "supervisor@demo.test"
		token, other := b.Token(t, email), b.Token(t, "admin@demo.test")
		b.everyDoor(t, "a good one", token, true)
		tokens := b.open(t, email)
		b.everyDoor(t, "one of a session", tokens.Access, true)
		list := forgeries(t, token, other)
		if len(list) < 50 {
			t.Errorf("only %d are forged", len(list))
		}
		list = append(list, forged{"a refresh token used as access", tokens.Refresh})
		for _, f := range list {
			b.everyDoor(t, f.name, f.token, false)
		}
		for _, byGraph := range []bool{true, false} {
			if access, _ := b.refreshes(t, tokens.Access, byGraph); access != "" {
				t.Errorf("an access token is good for others, by graph %v", byGraph)
			}
		}
		b.everyDoor(t, "after all that", tokens.Access, true)
		b.Wall.Advance(authn.DefaultAccessLife)
		b.everyDoor(t, "one whose hour is over", tokens.Access, false)
	})
}

// deaths are what ends a token, each of another account: a partner's by its name in the
// demo, or one by its address.
var deaths = []struct {
	name, whose string
	// end ends it; own are the tokens of the session.
	end func(t testing.TB, b *bearer, email string, own *authn.Tokens)
}{
	{"logout", "partner", func(t testing.TB, b *bearer, _ string, own *authn.Tokens) {
		must(t, b.Do(t, http.MethodDelete, "/api/v1/auth/logout", own.Access, nil))
	}},
	{"logout in the graph", "partner2", func(t testing.TB, b *bearer, _ string, own *authn.Tokens) {
		must(t, b.Do(t, http.MethodPost, "/query", own.Access, set{"query": `mutation { sessionEnd(input: {}) { done } }`}))
	}},
	{"logout everywhere", "unowned", func(t testing.TB, b *bearer, email string, _ *authn.Tokens) {
		must(t, b.Do(t, http.MethodDelete, "/api/v1/auth/logout-all", b.Token(t, email), nil))
	}},
	{"a changed password", "eligible", func(t testing.TB, b *bearer, email string, _ *authn.Tokens) {
		here := b.open(t, email)
		must(t, b.Do(t, http.MethodPatch, "/api/v1/profile/password", here.Access, set{"user": set{"current_password": world.Password, "password": "a long Password 1", "password_confirmation": "a long Password 1"}}))
		b.everyDoor(t, "the session that changed the password", here.Access, true)
	}},
	{"a password set anew", "eligible_too", func(t testing.TB, b *bearer, email string, _ *authn.Tokens) {
		s := &stage{App: b.App, names: map[string]string{}}
		w := &write{}
		coded("PASSWORD_RESET", email)(w)
		w.prepare(t, s)
		grant, err := b.Auth.VerifyReset(t.Context(), email, s.names["code"], "")
		if err == nil {
			err = b.Auth.ResetPassword(t.Context(), grant.Token, "a long Password 1", "a long Password 1", "")
		}
		if err != nil {
			t.Fatal(err)
		}
	}},
	{"another role", "makassar", func(t testing.TB, b *bearer, email string, _ *authn.Tokens) {
		b.Store.Client().User.Update().Where(user.Email(email)).SetRole(actor.Supervisor).ExecX(t.Context())
	}},
	{"a suspension", "jayapura", func(t testing.TB, b *bearer, email string, _ *authn.Tokens) {
		b.Store.Client().User.Update().Where(user.Email(email)).SetStatus(lifecycle.UserSuspended).ExecX(t.Context())
	}},
	{"a closed account", "newcomer@demo.test", func(t testing.TB, b *bearer, _ string, own *authn.Tokens) {
		got := b.Do(t, http.MethodPost, "/query", own.Access, set{"query": `mutation { accountClose(input: {password: "` + world.Password + `"}) { done userErrors { code } } }`})
		if must(t, got); !strings.Contains(string(got.Body), `"done":true`) {
			t.Fatalf("%s", got.Body)
		}
	}},
	{"a refresh token that was replayed after its successor was used", "resting", func(t testing.TB, b *bearer, _ string, own *authn.Tokens) {
		_, second := b.refreshes(t, own.Refresh, true)
		if _, third := b.refreshes(t, second, false); third == "" {
			t.Error("its successor is not good")
		}
		if access, _ := b.refreshes(t, own.Refresh, false); access != "" {
			t.Error("it is good once more")
		}
	}},
	{"a session that nobody refreshed", "testing", func(t testing.TB, b *bearer, email string, _ *authn.Tokens) {
		b.Store.Client().Session.Update().Where(session.HasUserWith(user.Email(email))).SetExpiresAt(world.Now).ExecX(t.Context())
	}},
}

func must(t testing.TB, got *testkit.Response) {
	t.Helper()
	if got.Status >= 300 || strings.Contains(string(got.Body), `"errors"`) {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
}

// TestAnEndedSessionOpensNoDoor: neither its access token nor its refresh token, on any
// door, however long they would still live.
func TestAnEndedSessionOpensNoDoor(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		b := startBearer(t, db)
		b.BendAll()
		bystander := b.open(t, "supervisor@demo.test")
		for i, d := range deaths {
			email := d.whose
			if !strings.Contains(email, "@") {
				email = b.PartnerEmail(email)
			}
			tokens := b.open(t, email)
			personal, err := b.Auth.CreatePersonalToken(t.Context(), b.who(t, tokens.Access).UserID, "laptop")
			if err != nil {
				t.Fatal(err)
			}
			if taken, said := waysIn[0].show(t, b, tokens.Access); !taken {
				t.Fatalf("%s: at first: %s", d.name, said)
			}
			d.end(t, b, email, tokens)
			b.everyDoor(t, "after "+d.name, tokens.Access, false)
			if access, _ := b.refreshes(t, tokens.Refresh, i%2 == 0); access != "" {
				t.Errorf("after %s the refresh token is good", d.name)
			}
			// A personal token is no session's: it ends with the account, with its password, and
			// with everything else that is signed in.
			gone := slices.Contains([]string{"a suspension", "a closed account", "logout everywhere", "a changed password", "a password set anew"}, d.name)
			if got := b.showIn(t, personal.Token, "/v1/me", ""); (got.Status == http.StatusUnauthorized) != gone {
				t.Errorf("after %s a personal token gets %d %s", d.name, got.Status, got.Body)
			}
		}
		b.everyDoor(t, "somebody else's", bystander.Access, true)
	})
}

// TestOfTwentyRefreshesOverBothDoorsOneTokenRemains.
func TestOfTwentyRefreshesOverBothDoorsOneTokenRemains(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		b := startBearer(t, db)
		tokens := b.open(t, "partner@demo.test")
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() { b.refreshes(t, tokens.Refresh, i%2 == 0) })
		}
		all.Wait()
		sid := b.who(t, tokens.Access).SessionID
		if n := b.Store.Client().RefreshToken.Query().Where(refreshtoken.SessionID(sid), refreshtoken.UsedAtIsNil(), refreshtoken.RevokedAtIsNil()).CountX(t.Context()); n != 1 {
			t.Errorf("%d tokens are alive", n)
		}
	})
}

// TestPersonalTokensAndKeysOpenTheirOwnDoorAlone: and none once they are revoked, expired,
// or their holder may not do this any more.
func TestPersonalTokensAndKeysOpenTheirOwnDoorAlone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		b := startBearer(t, db)
		b.BendAll()
		c, ctx := b.Store.Client(), t.Context()
		id := c.User.Query().Where(user.Email("member@demo.test")).OnlyIDX(ctx)
		fresh := func() *authn.PersonalToken {
			made, err := b.Auth.CreatePersonalToken(ctx, id, "laptop")
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		good, revoked := fresh(), fresh()
		if _, err := b.Auth.RevokePersonalToken(ctx, id, revoked.ID); err != nil {
			t.Fatal(err)
		}
		for _, token := range []string{good.Token, revoked.Token, good.Token + "A", "kpt_", world.KitKey} {
			for _, d := range waysIn {
				if taken, said := d.show(t, b, token); taken != (token == good.Token && d.name == "Yedpay") {
					t.Errorf("%.12s…: %s says %.300s", token, d.name, said)
				}
			}
		}
		key := func(text string) int {
			r := b.Request(t, http.MethodGet, "/kit-api/v1/customers", "", nil)
			r.Header.Set(authn.KeyHeader, text)
			return b.Send(r).Status
		}
		for text, want := range map[string]int{world.KitKey: 200, "demo-kit-key-revoked": 401, "unknown": 401, good.Token: 401, world.KitKey + " ": 401, strings.ToUpper(world.KitKey): 401} {
			if got := key(text); got != want {
				t.Errorf("the key %q gets %d, want %d", text, got, want)
			}
		}
		state := func(s lifecycle.MembershipState) {
			c.Membership.Update().Where(membership.UserID(id)).SetState(s).ExecX(ctx)
		}
		state(lifecycle.MembershipEnded)
		if got := key(world.KitKey); got != 403 {
			t.Errorf("of a former member the key gets %d", got)
		}
		state(lifecycle.MembershipActive)
		c.User.UpdateOneID(id).SetStatus(lifecycle.UserSuspended).ExecX(ctx)
		if got := key(world.KitKey); got != 403 {
			t.Errorf("of a suspended member the key gets %d", got)
		}
		c.User.UpdateOneID(id).SetStatus(lifecycle.UserActive).ExecX(ctx)
		b.Wall.Advance(366 * 24 * time.Hour)
		if got := b.showIn(t, good.Token, "/v1/me", ""); got.Status != 401 {
			t.Errorf("after its year a personal token gets %d", got.Status)
		}
	})
}
