package routes

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kontrak/ent/onetimecode"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// noRecord is the number of a record that there is not.
const noRecord = 99_999_999

// forgotten: a code of a forgotten password is what the route sends.
func forgotten(w *writing) { w.given["purpose"] = "PASSWORD_RESET" }

// everywhere: every session is what the route ends.
func everywhere(w *writing) { w.given["everywhere"] = true }

// nothingSelected: no institution is what the route selects.
func nothingSelected(w *writing) { w.given["institution"] = nil }

// wished: the route does both, as its body says.
func wished(w *writing) {
	if w.body["wishlisted"] == true {
		w.mutation = "partnerWish"
	}
}

// unwished: the route names the wish, its twin what was wished for.
func unwished(w *writing) {
	wish, err := w.place.app.Store.Client().CertificationWishlist.Get(w.t.Context(), w.id)
	certification := int64(noRecord)
	if err == nil && wish.PartnerID == w.who.PartnerID {
		certification = wish.CertificationID
	}
	w.given["certification"] = view.GlobalID{Type: "Certification", Number: certification}.String()
}

// submitted: the route hands in what is not said to be a draft.
func submitted(w *writing) { w.given["submit"] = w.body["status"] != "draft" }

// atTheCurrent: the route works for the selected institution when none is named.
func atTheCurrent(w *writing) {
	who, err := w.place.app.Auth.Verify(w.t.Context(), w.who.token)
	if err != nil { // nobody, or who is signed out by now
		who = w.who.Actor
	}
	if w.given["institution"] == nil {
		w.given["institution"] = view.GlobalID{Type: "Institution", Number: who.CurrentInstitution}.String()
	}
}

// address gives the address behind a name: who has the contract, and people that only
// some routes need.
func (p *place) address(t testing.TB, name string, contract int64) string {
	t.Helper()
	switch name {
	case "$assignee":
		id := p.app.Store.Client().Contract.GetX(t.Context(), contract).PartnerID
		i := slices.IndexFunc(p.app.World.Accounts, func(a world.Account) bool { return a.PartnerID == id })
		return p.app.World.Accounts[i].Email
	case "$testing":
		return p.app.PartnerEmail("testing")
	case "$told":
		if len(p.app.Store.Client().Notification.Query().Limit(1).IDsX(t.Context())) == 0 {
			p.tell(t, rand.New(rand.NewPCG(1, 1)))
		}
		for _, who := range p.people {
			if len(p.numbersAt(t, who, "viewer.notifications.nodes", "")) > 0 {
				return who.email
			}
		}
	case "$new":
		if p.person("nur@x.test").email != "" {
			return "nur@x.test"
		}
		open := authn.OpenAccount{Email: "nur@x.test", Name: "Nur", Role: actor.Partner, Password: world.Password}
		if _, err := open.Open(t.Context(), p.app.Store, p.app.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		p.come(t, open.Email)
		return open.Email
	}
	return name
}

// recordOf gives the number of a record: of a story's contract when nothing else is said.
func (p *place) recordOf(t testing.TB, name, email string) int64 {
	t.Helper()
	kind, key, said := strings.Cut(name, ":")
	switch {
	case name == "":
		return 0
	case kind == "institution" && said:
		return p.app.World.Institutions[key]
	case kind == "partner" && said:
		return p.app.World.Partners[key]
	case name == "notification":
		mine := p.numbersAt(t, p.person(email), "viewer.notifications.nodes", "")
		if len(mine) == 0 {
			t.Fatalf("%s was told nothing", email)
		}
		return mine[len(mine)-1]
	case strings.HasPrefix(name, "#"):
		n, err := strconv.ParseInt(name[1:], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return p.app.World.Contract(name)
}

// found puts in what only the world itself knows: codes, tokens.
func (p *place) found(t testing.TB, w *write, contract int64) string {
	t.Helper()
	body := w.body
	for name, find := range map[string]func() string{
		"$code": func() string { return p.digits(t) },
		"$reset": func() string {
			got := p.app.Do(t, "POST", "/api/v1/auth/verify-reset-otp", "", fmt.Sprintf(`{"email":%q,"otp":%q}`, thePartner, p.digits(t)))
			data, _ := got.Object(t)["data"].(map[string]any)
			return fmt.Sprint(data["reset_token"])
		},
		"$refresh": func() string { return fmt.Sprint(p.signIn(t, thePartner)["refresh_token"]) },
		"$start":   func() string { return p.shown(t, "contracts/%d/qr-token-start", theCustomer, contract) },
		"$end": func() string {
			return p.shown(t, "partner/contracts/%d/qr-token-end", p.address(t, "$assignee", contract), contract)
		},
	} {
		if strings.Contains(body, name) {
			body = strings.ReplaceAll(body, name, find())
		}
	}
	return strings.ReplaceAll(body, `"$eligible"`, fmt.Sprint(p.app.World.Queue.EligibleID))
}

// digits are those of the newest open code.
func (p *place) digits(t testing.TB) string {
	t.Helper()
	ids := p.app.Store.Client().OneTimeCode.Query().Where(onetimecode.UserIDNotNil(), onetimecode.EndedAtIsNil()).Order(onetimecode.ByID()).IDsX(t.Context())
	if len(ids) == 0 {
		return "none"
	}
	letter, err := p.app.Auth.CodeLetter(t.Context(), ids[len(ids)-1])
	if err != nil || letter == nil {
		t.Fatal(letter, err)
	}
	return letter.Code
}

// signIn signs in by the route, whichever way is tried afterwards, and gives the tokens.
func (p *place) signIn(t testing.TB, email string) map[string]any {
	t.Helper()
	got := p.app.Do(t, "POST", "/api/v1/auth/login", "", fmt.Sprintf(`{"email":%q,"password":%q,"device_info":{"device_id":"mine"}}`, email, world.Password))
	data, _ := got.Object(t)["data"].(map[string]any)
	tokens, _ := data["tokens"].(map[string]any)
	return tokens // nothing when the password is another one by now
}

// shown is the code that somebody shows.
func (p *place) shown(t testing.TB, path, email string, contract int64) string {
	t.Helper()
	got := p.app.Do(t, "GET", fmt.Sprintf("/api/v1/"+path, contract), p.person(email).token, nil)
	data, _ := got.Object(t)["data"].(map[string]any)
	return fmt.Sprint(data["token"])
}

// attributes gives what a body says, without what it is wrapped in.
func attributes(body string) (inner map[string]any, wrapper string, err error) {
	if body == "" {
		return map[string]any{}, "", nil
	}
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&inner); err != nil {
		return nil, "", err
	}
	for key, value := range inner {
		if object, is := value.(map[string]any); is && len(inner) == 1 {
			return object, key, nil
		}
	}
	return inner, "", nil
}

// ofFiles are columns that hold names of files, which are drawn by lot, and what was
// changed in such a column.
var ofFiles = []string{"name", "picture", "proof", "certificate", "identity_card", "changes"}

// oneWord are codes of the graph that the routes have one word for with others.
var oneWord = map[string]string{
	"DUPLICATE": "INVALID", "STALE": "WRONG_STATE", "TOKEN_INVALID": "UNAUTHENTICATED", "WRONG_CREDENTIALS": "UNAUTHENTICATED",
}
