package matrix

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"hash"
	"maps"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

type set = map[string]any

// part writes a part of a token.
func part(v set) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain values always encode
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// forge signs any header and claims by HMAC; nil leaves the signature out.
func forge(header, claims set, algorithm func() hash.Hash, secret []byte) string {
	signed := part(header) + "." + part(claims)
	if algorithm == nil {
		return signed + "."
	}
	mac := hmac.New(algorithm, secret)
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// forgeRSA signs with a key of the forger's own.
func forgeRSA(t testing.TB, key *rsa.PrivateKey, header, claims set) string {
	t.Helper()
	signed := part(header) + "." + part(claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// with gives a copy with another value; nil takes it away.
func with(s set, key string, value any) set {
	other := maps.Clone(s)
	if other[key] = value; value == nil {
		delete(other, key)
	}
	return other
}

func claimsOf(t testing.TB, token string) set {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims set
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	if err := decoder.Decode(&claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// forged is a token that no door may take.
type forged struct{ name, token string }

// forgeries are tokens that somebody made of a good one, and of another person's.
func forgeries(t testing.TB, token, other string) []forged {
	t.Helper()
	good, theirs := claimsOf(t, token), claimsOf(t, other)
	header := set{"alg": "HS256", "kid": testkit.KeyID, "typ": "JWT"}
	key, oldKey := testkit.Secrets[testkit.KeyID], testkit.Secrets[testkit.OldKeyID]
	signed := func(claims set) string { return forge(header, claims, sha256.New, key) }
	dot := strings.LastIndex(token, ".")
	wall := world.Now.Unix()
	list := []forged{
		{"nothing", ""}, {"noise", "a.b.c"}, {"two parts", token[:dot]}, {"four parts", token + "." + token[dot+1:]},
		{"its signature stripped", token[:dot+1]}, {"its signature changed", token[:dot+1] + flipped(token[dot+1:])},
		{"its signature of another token", token[:dot] + other[strings.LastIndex(other, "."):]},
		{"its claims of another token", mixed(token, other)},
		{"another person's key of the same length", forge(header, good, sha256.New, []byte("a secret of somebody, 32 bytes or more"))},
		{"our old key under the new one's kid", forge(header, good, sha256.New, oldKey)},
		{"another kid", forge(with(header, "kid", "test-3"), good, sha256.New, key)},
		{"a kid that is a path", forge(with(header, "kid", "../../dev/null"), good, sha256.New, nil)},
		{"no kid", forge(with(header, "kid", nil), good, sha256.New, key)},
		{"another issuer", signed(with(good, "iss", "https://elsewhere.test"))}, {"no issuer", signed(with(good, "iss", nil))},
		{"another audience", signed(with(good, "aud", "elsewhere"))}, {"no audience", signed(with(good, "aud", nil))},
		{"expired this second", signed(with(good, "exp", wall))}, {"expired yesterday", signed(with(good, "exp", wall-86400))},
		{"no expiry", signed(with(good, "exp", nil))}, {"an expiry of words", signed(with(good, "exp", "tomorrow"))},
		{"not valid yet", signed(with(good, "nbf", wall+60))}, {"made in the future", signed(with(good, "iat", wall+60))},
		{"no instant of its making", signed(with(good, "iat", nil))}, {"no start", signed(with(good, "nbf", nil))},
		{"a refresh token's type", signed(with(good, "typ", "refresh"))}, {"no type", signed(with(good, "typ", nil))},
		{"another role", signed(with(good, "role", "admin"))}, {"another person", signed(with(good, "sub", theirs["sub"]))},
		{"another session", signed(with(good, "sid", theirs["sid"]))}, {"no session", signed(with(good, "sid", nil))},
		{"very long", token + strings.Repeat("A", 5000)},
	}
	for _, none := range []string{"none", "None", "NONE", "nOnE", ""} {
		list = append(list, forged{"the algorithm " + none, forge(with(header, "alg", none), good, nil, nil)},
			forged{"the algorithm " + none + ", signed", forge(with(header, "alg", none), good, sha256.New, key)})
	}
	for name, algorithm := range map[string]func() hash.Hash{"HS384": sha512.New384, "HS512": sha512.New, "hs256": sha256.New, "RS256": sha256.New, "ES256": sha256.New, "PS256": sha256.New, "EdDSA": sha256.New} {
		list = append(list, forged{"the algorithm " + name + " with our secret", forge(with(header, "alg", name), good, algorithm, key)})
	}
	return append(list, forgedByRSA(t, header, good)...)
}

// forgedByRSA are signed with a key that the forger sends along, or whose public half is
// taken for a secret.
func forgedByRSA(t testing.TB, header, good set) []forged {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	n := base64.RawURLEncoding.EncodeToString(key.N.Bytes())
	public := set{"kty": "RSA", "n": n, "e": "AQAB", "kid": testkit.KeyID, "alg": "RS256"}
	rs := with(header, "alg", "RS256")
	secret := base64.RawURLEncoding.EncodeToString([]byte("a secret of somebody, 32 bytes or more"))
	return []forged{
		{"signed by RSA", forgeRSA(t, key, rs, good)},
		{"signed by RSA, its key in the header", forgeRSA(t, key, with(rs, "jwk", public), good)},
		{"signed by RSA, its key at an address", forgeRSA(t, key, with(rs, "jku", "https://elsewhere.test/keys"), good)},
		{"signed by RSA, and called HS256", forgeRSA(t, key, header, good)},
		{"the public half as a secret", forge(header, good, sha256.New, key.N.Bytes())},
		{"a secret in the header", forge(with(header, "jwk", set{"kty": "oct", "k": secret}), good, sha256.New, []byte("a secret of somebody, 32 bytes or more"))},
	}
}

// flipped is a signature with one bit turned.
func flipped(signature string) string {
	raw, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		panic(err) // it is one of ours
	}
	raw[0] ^= 1
	return base64.RawURLEncoding.EncodeToString(raw)
}

// mixed is a token with the claims of another one.
func mixed(token, other string) string {
	a, b := strings.Split(token, "."), strings.Split(other, ".")
	return a[0] + "." + b[1] + "." + a[2]
}
