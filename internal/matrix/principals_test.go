// Package matrix holds one table of who may do what: every operation of the graph and
// every route, asked by every kind of caller about an object of its own, about somebody
// else's and about none. The table is testdata/matrix.txt, for people to read; what an
// operation answers differently, and an operation that is not in it, fails the build.
package matrix

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/membership"
	"kontrak/ent/signature"
	"kontrak/ent/signaturetemplate"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// principal is a caller: a column of the table.
type principal struct {
	name string
	// who is a demo account by the part before the @, "partner:" with a partner's name in
	// the demo, or "" for nobody.
	who   string
	about string
}

var principals = []principal{
	{"nobody", "", "nobody has signed in"},
	{"manager", "institution", "manages the institution home, and is a member of branch"},
	{"member", "member", "is a member of home"},
	{"asked", "requested", "has asked to join home, and nobody has answered"},
	{"former", "former", "was a manager of home"},
	{"other", "foreign", "manages the institution foreign"},
	{"partner", "partner:partner", "the partner of home's contracts"},
	{"partner2", "partner:partner2", "another partner"},
	{"lost", "partner:lost", "the partner who lost the contracts in superv's queue"},
	{"superv", "supervisor", "the supervisor of the partners who lost contracts, and an agent of home"},
	{"superv2", "supervisor2", "another supervisor, who has asked to be an agent of branch"},
	{"admin", "admin", "the back office"},
}

// knows are the callers that may know of the institution foreign's objects.
var knows = map[string]bool{"other": true, "admin": true}

// stage is a program on a world with the callers in it.
type stage struct {
	*testkit.App
	tokens   map[string]string // access tokens, by column
	personal map[string]string
	keys     map[string]string // of Kit
	names    map[string]string // what placeholders stand for, beside the world's own
}

// play starts the program, and lets everybody in.
func play(t testing.TB, db testkit.Database) *stage {
	t.Helper()
	s := &stage{App: doors.Start(t, db), tokens: map[string]string{}, personal: map[string]string{}, keys: map[string]string{}, names: map[string]string{}}
	for _, p := range principals {
		if p.who != "" {
			s.admit(t, p)
		}
	}
	s.tokens["makassar"] = s.Token(t, s.PartnerEmail("makassar")) // the partner of branch, who works there now
	s.nameThings(t)
	s.nameSignings(t)
	return s
}

// email is the address of a caller.
func (s *stage) email(who string) string {
	if name, is := strings.CutPrefix(who, "partner:"); is {
		return s.PartnerEmail(name)
	}
	return who + "@demo.test"
}

// admit gives a caller its tokens and a key.
func (s *stage) admit(t testing.TB, p principal) {
	t.Helper()
	email := s.email(p.who)
	s.tokens[p.name] = s.Token(t, email)
	id := s.Store.Client().User.Query().Where(user.Email(email)).OnlyIDX(t.Context())
	made, err := s.Auth.CreatePersonalToken(t.Context(), id, "of the matrix")
	if err != nil {
		t.Fatal(err)
	}
	at := s.World.Institutions["home"]
	if p.name == "other" {
		at = s.World.Institutions["foreign"]
	}
	key := "key of the matrix for " + p.name
	s.Store.Client().ApiKey.Create().SetInstitutionID(at).SetUserID(id).SetCreatedByID(id).SetLabel(p.name).
		SetKeyHash(opaque.Hash(key)).SetLastUsedAt(world.Now.Add(time.Minute)).SetCreatedAt(world.Now).ExecX(t.Context())
	s.personal[p.name], s.keys[p.name], s.names["token "+p.name] = made.Token, key, made.ID
	spent, err := s.Auth.CreatePersonalToken(t.Context(), id, "spent")
	if err == nil {
		spent, err = s.Auth.RevokePersonalToken(t.Context(), id, spent.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.names["spent token "+p.name] = spent.ID
	if _, err := s.Auth.VerifyPersonal(t.Context(), made.Token); err != nil { // its use is noted now, and not again
		t.Fatal(err)
	}
}

// nameThings makes what may be deleted, and finds the objects that the world does not
// name.
func (s *stage) nameThings(t testing.TB) {
	t.Helper()
	c, ctx := s.Store.Client(), t.Context()
	for whose, at := range s.World.Institutions {
		note := func(kind string, id int64) { s.names[kind+":"+whose] = strconv.FormatInt(id, 10) }
		party := c.Counterparty.Create().SetInstitutionID(at).SetName("Unused").SetSearchName("unused").SetManagers([]lifecycle.Manager{}).
			SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx)
		note("counterparty", party.ID)
		note("tag", c.Tag.Create().SetInstitutionID(at).SetName("Unused").SetColorCode(lifecycle.TagColors[0]).SetPosition(90).
			SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx).ID)
		template, err := c.SignatureTemplate.Query().Where(signaturetemplate.InstitutionID(at), signaturetemplate.Active(true)).First(ctx)
		if ent.IsNotFound(err) {
			template, err = c.SignatureTemplate.Create().SetInstitutionID(at).SetSlug("made-" + whose).SetName("Made").SetSearchName("made").SetActive(true).
				SetParticipantType(lifecycle.SignTogether).SetCcEmails([]string{}).SetManagerNames([]string{}).
				SetParticipants([]lifecycle.TemplateParticipant{{ID: 1, Role: "Owner"}}).SetObjects([]lifecycle.TemplateObject{}).
				SetCreatedAt(world.Now).SetUpdatedAt(world.Now).Save(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
		note("signaturetemplate", template.ID)
		s.nameUsed(t, whose, at)
		member := c.Membership.Query().Where(membership.InstitutionID(at), membership.StateEQ(lifecycle.MembershipActive)).FirstX(ctx).UserID
		note("apikey", c.ApiKey.Create().SetInstitutionID(at).SetUserID(member).SetCreatedByID(member).SetLabel("to revoke").
			SetKeyHash(opaque.Hash("to revoke at "+whose)).SetCreatedAt(world.Now).SaveX(ctx).ID)
	}
	s.nameHooks(t)
	s.nameMembers(t)
	for name, id := range s.World.Agreements {
		row := c.Agreement.GetX(ctx, id)
		s.names["uuid:"+name] = row.UUID
	}
	for whose, id := range s.World.Companies {
		s.names["company "+whose] = id
		s.names["document "+whose] = s.document(t, whose)
	}
	for whose, email := range map[string]string{"manager": s.email("institution"), "other": s.email("foreign")} {
		id := c.User.Query().Where(user.Email(email)).OnlyIDX(ctx)
		for _, key := range []string{"unread", "read"} {
			create := c.Notification.Create().SetUserID(id).SetKey(key + " of the matrix").SetType("payment_reminder").SetCreatedAt(world.Now)
			if key == "read" {
				create.SetReadAt(world.Now)
			}
			s.names["notification:"+whose+" "+key] = fmt.Sprint(create.SaveX(ctx).ID)
		}
	}
	for name := range s.World.Files {
		if s.World.Public[name] {
			s.names["public file"] = max(name, s.names["public file"])
		} else {
			s.names["private file"] = max(name, s.names["private file"])
		}
	}
}

// nameHooks makes a webhook of each institution, with a message that has ended and one that
// is still tried.
func (s *stage) nameHooks(t testing.TB) {
	t.Helper()
	c, ctx := s.Store.Client(), t.Context()
	for whose, at := range s.World.Institutions {
		by := c.Membership.Query().Where(membership.InstitutionID(at), membership.StateEQ(lifecycle.MembershipActive)).FirstX(ctx).UserID
		hook := c.Webhook.Create().SetInstitutionID(at).SetCreatedByID(by).SetURL("https://example.com/").SetEvents([]string{}).SetNonce(whose).
			SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx).ID
		s.names["webhook:"+whose] = strconv.FormatInt(hook, 10)
		for name, ended := range map[string]bool{"": true, " tried": false} {
			d := c.WebhookDelivery.Create().SetWebhookID(hook).SetKey(whose + name).SetEvent("contract_accepted").SetPayload([]byte("{}")).
				SetOccurredAt(world.Now).SetAvailableAt(world.Now.AddDate(1, 0, 0)).SetCreatedAt(world.Now).SetUpdatedAt(world.Now)
			if ended {
				d.SetEndedAt(world.Now)
			}
			s.names["webhookdelivery:"+whose+name] = strconv.FormatInt(d.SaveX(ctx).ID, 10)
		}
	}
}

// nameUsed finds what cannot be deleted, and a key that was revoked.
func (s *stage) nameUsed(t testing.TB, whose string, at int64) {
	t.Helper()
	c, ctx := s.Store.Client(), t.Context()
	of := agreement.InstitutionID(at)
	s.names["counterparty:"+whose+" used"] = fmt.Sprint(c.Agreement.Query().Where(of, agreement.DeletedAtIsNil()).QueryCustomers().FirstIDX(ctx))
	s.names["tag:"+whose+" used"] = fmt.Sprint(c.Agreement.Query().Where(of, agreement.DeletedAtIsNil()).QueryTags().FirstIDX(ctx))
	by := c.Membership.Query().Where(membership.InstitutionID(at), membership.StateEQ(lifecycle.MembershipActive)).FirstX(ctx).UserID
	s.names["apikey:"+whose+" over"] = fmt.Sprint(c.ApiKey.Create().SetInstitutionID(at).SetUserID(by).SetCreatedByID(by).SetLabel("revoked").
		SetKeyHash(opaque.Hash("revoked at " + whose)).SetCreatedAt(world.Now).SetRevokedAt(world.Now).SaveX(ctx).ID)
}

// document is a paper of an agreement of an institution, by its public id.
func (s *stage) document(t testing.TB, whose string) string {
	t.Helper()
	row, err := s.Store.Client().Agreement.Query().Where(agreement.InstitutionID(s.World.Institutions[whose]), agreement.FileIDNotNil(), agreement.DeletedAtIsNil()).
		Order(agreement.ByID()).QueryFile().First(t.Context())
	if err != nil {
		t.Fatalf("%s has no document: %v", whose, err)
	}
	return row.PublicID
}

// nameSignings has a signature begin in two institutions.
func (s *stage) nameSignings(t testing.TB) {
	t.Helper()
	c, ctx := s.Store.Client(), t.Context()
	unasked := signature.AgreementID(s.World.Agreements["reopened"])
	c.Signature.Update().Where(unasked, signature.StatusEQ(lifecycle.SignatureWaiting)).SetStatus(lifecycle.SignatureCanceled).ExecX(ctx)
	for whose, name := range map[string]string{"home": "draft", "foreign": "imported"} {
		a := c.Agreement.GetX(ctx, s.World.Agreements[name])
		c.Signature.Update().Where(signature.AgreementID(a.ID)).SetStatus(lifecycle.SignatureCanceled).ExecX(ctx)
		row := c.Signature.Create().SetInstitutionID(a.InstitutionID).SetAgreementID(a.ID).SetUUID(opaque.UUID()).SetTitle("Sign").
			SetStatus(lifecycle.SignatureWaiting).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx)
		one := c.Participant.Create().SetInstitutionID(a.InstitutionID).SetSignatureID(row.ID).SetUUID(opaque.UUID()).SetPosition(0).
			SetName("Ana").SetSearchName(store.Fold("Ana")).SetStatus(lifecycle.ParticipantRequested).SetSend(lifecycle.SendWays[0]).
			SetEmail("ana@x.test").SetSearchEmail("ana@x.test").SetPhone("").SetPhoneDigits("").SetRole("Owner").SetLanguage("en").SetAuth("").
			SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx)
		s.names["signature:"+whose], s.names["participant:"+whose] = fmt.Sprint(row.ID), fmt.Sprint(one.ID)
		over := c.Signature.Create().SetInstitutionID(a.InstitutionID).SetAgreementID(a.ID).SetUUID(opaque.UUID()).SetTitle("Over").
			SetStatus(lifecycle.SignatureCanceled).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx)
		s.names["uuid:over "+whose] = over.UUID
		s.names["uuid:signature "+whose], s.names["uuid:participant "+whose] = row.UUID, one.UUID
	}
}

var placeholder = regexp.MustCompile(`<(\w+)([:#])([\w@ -]+)>`)

// expand puts ids into a text: <Contract:offer> is the id in the graph of a thing by its
// name, <contract:offer> its number, <Tag#7> and <tag#7> those of number 7, and
// <text:…> what was noted under a name.
func (s *stage) expand(t testing.TB, text string) string {
	t.Helper()
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		part := placeholder.FindStringSubmatch(found)
		kind, name := part[1], part[3]
		if kind == "text" || kind == "uuid" {
			return s.named(t, kind, name)
		}
		n, err := strconv.ParseInt(name, 10, 64)
		if part[2] == ":" {
			n, err = s.number(t, strings.ToLower(kind), name), nil
		}
		if err != nil || n == 0 {
			t.Fatalf("%s is nothing of this world", found)
		}
		if strings.ToLower(kind) == kind {
			return strconv.FormatInt(n, 10)
		}
		return view.GlobalID{Type: kind, Number: n}.String()
	})
}

// named is a text that was noted.
func (s *stage) named(t testing.TB, kind, name string) string {
	t.Helper()
	if kind == "uuid" {
		name = "uuid:" + name
	}
	text := s.names[name]
	if text == "" {
		t.Fatalf("nothing is called %q", name)
	}
	return text
}

// number is that of a thing by its name.
func (s *stage) number(t testing.TB, kind, name string) int64 {
	t.Helper()
	w := s.World
	switch kind {
	case "contract":
		return w.Contract(name)
	case "partner":
		return w.Partners[name]
	case "institution":
		return w.Institutions[name]
	case "agreement":
		return w.Agreements[name]
	case "user":
		account, _ := w.Account(name + "@demo.test")
		return account.UserID
	}
	n, err := strconv.ParseInt(s.named(t, "text", kind+":"+name), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
