package authn_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

type set = map[string]any

// forge makes a token from any header and claims.
func forge(header, claims set, algorithm func() hash.Hash, secret []byte) string {
	part := func(v set) string {
		raw, _ := json.Marshal(v) // sets of plain values always encode
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	signed := part(header) + "." + part(claims)
	if algorithm == nil {
		return signed + "."
	}
	mac := hmac.New(algorithm, secret)
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// with gives a copy with other values; nil takes a key away.
func (s genuine) with(key string, value any) set {
	other := maps.Clone(set(s))
	if other[key] = value; value == nil {
		delete(other, key)
	}
	return other
}

// genuine are the claims of a good token.
type genuine set

func claimsOf(t *testing.T, token string) genuine {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims genuine
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	if err := decoder.Decode(&claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func code(err error) fault.Code {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	return f.Code
}

func TestTokensAreBelievedOnlyWhole(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		token := a.Token(t, "institution@demo.test")
		good := claimsOf(t, token)
		other := claimsOf(t, a.Token(t, "partner@demo.test"))
		header := set{"alg": "HS256", "kid": testkit.KeyID, "typ": "JWT"}
		key, oldKey := testkit.Secrets[testkit.KeyID], testkit.Secrets[testkit.OldKeyID]
		signed := func(claims set) string { return forge(header, claims, sha256.New, key) }
		wall := world.Now.Unix()

		cases := []struct {
			name, token string
			want        fault.Code
		}{
			{"as it was made", token, ""},
			{"made elsewhere with the same key", signed(set(good)), ""},
			{"signed with the key before", forge(set{"alg": "HS256", "kid": testkit.OldKeyID}, set(good), sha256.New, oldKey), ""},
			{"expired this second", signed(good.with("exp", wall)), fault.TokenExpired},
			{"expired long ago", signed(good.with("exp", wall-86400)), fault.TokenExpired},
			{"not valid yet", signed(good.with("nbf", wall+60)), fault.TokenInvalid},
			{"from the future", signed(good.with("iat", wall+60)), fault.TokenInvalid},
			{"without an algorithm", forge(set{"alg": "none", "kid": testkit.KeyID}, set(good), nil, nil), fault.TokenInvalid},
			{"without an algorithm, signed all the same", forge(set{"alg": "none", "kid": testkit.KeyID}, set(good), sha256.New, key), fault.TokenInvalid},
			{"of another algorithm", forge(set{"alg": "HS512", "kid": testkit.KeyID}, set(good), sha512.New, key), fault.TokenInvalid},
			{"that lies about its algorithm", forge(set{"alg": "HS512", "kid": testkit.KeyID}, set(good), sha256.New, key), fault.TokenInvalid},
			{"of another key", forge(header, set(good), sha256.New, []byte("a secret that nobody here knows of")), fault.TokenInvalid},
			{"of our other key", forge(header, set(good), sha256.New, oldKey), fault.TokenInvalid},
			{"of an unknown kid", forge(set{"alg": "HS256", "kid": "test-3"}, set(good), sha256.New, key), fault.TokenInvalid},
			{"without a kid", forge(set{"alg": "HS256"}, set(good), sha256.New, key), fault.TokenInvalid},
			{"without a signature", token[:strings.LastIndex(token, ".")+1], fault.TokenInvalid},
			{"of another issuer", signed(good.with("iss", "https://elsewhere.test")), fault.TokenInvalid},
			{"for another audience", signed(good.with("aud", "elsewhere")), fault.TokenInvalid},
			{"of another type", signed(good.with("typ", "refresh")), fault.TokenInvalid},
			{"of another role", signed(good.with("role", "admin")), fault.TokenInvalid},
			{"of another user", signed(good.with("sub", other["sub"])), fault.TokenInvalid},
			{"of another user's session", signed(good.with("sid", other["sid"])), fault.TokenInvalid},
			{"of no session", signed(good.with("sid", "999999")), fault.TokenInvalid},
			{"whose session is a number", signed(good.with("sid", 1)), fault.TokenInvalid},
			{"whose session is a word", signed(good.with("sid", "one")), fault.TokenInvalid},
			{"whose user is a word", signed(good.with("sub", "one")), fault.TokenInvalid},
			{"whose expiry is a word", signed(good.with("exp", "tomorrow")), fault.TokenInvalid},
			{"that is empty", "", fault.TokenInvalid},
			{"that is noise", "a.b.c", fault.TokenInvalid},
			{"that is very long", token + strings.Repeat("A", 5000), fault.TokenInvalid},
			{"in the other serialization", jsonForm(token), fault.TokenInvalid},
		}
		for name := range good {
			cases = append(cases, struct {
				name, token string
				want        fault.Code
			}{"without " + name, signed(good.with(name, nil)), fault.TokenInvalid})
		}
		for _, c := range cases {
			t.Run("a token "+c.name, func(t *testing.T) {
				t.Parallel()
				who, err := a.Auth.Verify(t.Context(), c.token)
				if code(err) != c.want || (err == nil) == who.Anonymous() {
					t.Errorf("Verify = %+v, %v; want %q", who, err, c.want)
				}
			})
		}
	})
}

// jsonForm writes a token in the JSON serialization of JWS, which no client of
// ours uses.
func jsonForm(token string) string {
	p := strings.Split(token, ".")
	return fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q}`, p[1], p[0], p[2])
}

func TestOnlyTheHeaderCounts(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	token := a.Token(t, "institution@demo.test")
	request := func(change func(*http.Request)) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/?jwt="+token+"&access_token="+token, nil)
		change(r)
		return r
	}
	header := func(values ...string) func(*http.Request) {
		return func(r *http.Request) { r.Header["Authorization"] = values }
	}
	for _, c := range []struct {
		name      string
		change    func(*http.Request)
		anonymous bool
		want      fault.Code
	}{
		{"a bearer token", header("Bearer " + token), false, ""},
		{"a bearer token in small letters", header("bearer " + token), false, ""},
		{"no header", func(*http.Request) {}, true, ""},
		{"a cookie", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "jwt", Value: token}) }, true, ""},
		{"a bearer without a token", header("Bearer"), true, fault.TokenInvalid},
		{"an empty header", header(""), true, fault.TokenInvalid},
		{"a token without its scheme", header(token), true, fault.TokenInvalid},
		{"another scheme", header("Basic " + token), true, fault.TokenInvalid},
		{"two headers", header("Bearer "+token, "Bearer "+token), true, fault.TokenInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			who, err := a.Auth.Authenticate(t.Context(), request(c.change))
			if code(err) != c.want || who.Anonymous() != c.anonymous {
				t.Errorf("Authenticate = %+v, %v; want %q", who, err, c.want)
			}
		})
	}
}

func TestAServiceNeedsGoodKeys(t *testing.T) {
	t.Parallel()
	st := testkit.SQLite(t).Open(t)
	good := authn.Config{
		Store: st, Wall: time.Now, Issuer: "i", Audience: "a",
		Keys:  authn.Keys{Current: testkit.KeyID, Secrets: testkit.Secrets},
		Codes: testkit.Codes,
	}
	if _, err := authn.New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*authn.Config){
		"no store":           func(c *authn.Config) { c.Store = (*store.Store)(nil) },
		"no clock":           func(c *authn.Config) { c.Wall = nil },
		"no issuer":          func(c *authn.Config) { c.Issuer = "" },
		"no audience":        func(c *authn.Config) { c.Audience = "" },
		"no current key":     func(c *authn.Config) { c.Keys.Current = "test-3" },
		"a short secret":     func(c *authn.Config) { c.Keys.Secrets = map[string][]byte{testkit.KeyID: []byte("short")} },
		"a short code key":   func(c *authn.Config) { c.Codes.Key = []byte("short") },
		"a key without name": func(c *authn.Config) { c.Keys.Secrets = map[string][]byte{"": testkit.Secrets[testkit.KeyID]} },
	} {
		bad := good
		spoil(&bad)
		if _, err := authn.New(bad); err == nil {
			t.Errorf("%s: New made a service", name)
		}
	}
}
