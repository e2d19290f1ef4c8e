package matrix

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/onetimecode"
	"kontrak/ent/user"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// paper is an action on an agreement of the institution home.
func paper(name, own, spoiled, good, bad string, more ...func(*write)) operation {
	w := &write{
		own: "<Agreement:" + own + ">", foreign: "<Agreement:expired>", missing: "<Agreement#987654>",
		good: `agreement: "<>"` + also(good), bad: `agreement: "<>"` + also(bad),
	}
	if spoiled != "" {
		w.spoiled = "<Agreement:" + spoiled + ">"
	}
	for _, change := range more {
		change(w)
	}
	return operation{name: name, write: w}
}

// kept is a mutation of what an institution keeps: made for one, or changed by its id.
func kept(name, field, kind, good, bad string, more ...func(*write)) operation {
	w := &write{
		own: "<" + kind + ":home>", foreign: "<" + kind + ":foreign>", missing: "<" + kind + "#987654>",
		good: field + `: "<>"` + also(good), bad: field + `: "<>"` + also(bad),
	}
	for _, change := range more {
		change(w)
	}
	return operation{name: name, write: w}
}

// inUse has it tried on objects that it changes nothing of.
func inUse(kind, name string) func(*write) {
	return func(w *write) { w.spoiled, w.foreign = "<"+kind+":home "+name+">", "<"+kind+":foreign "+name+">" }
}

const signers = `participants: [{name: "Tim", send: EMAIL, email: "tim@x.test", roleName: "Supplier"}, {name: "Ana", send: EMAIL, email: "ana@x.test", roleName: "Director"}]`

// graphPapers are the mutations of agreements and of what goes with them.
var graphPapers = []operation{
	kept("agreementCreate", "institution", "Institution", `title: "Lease"`, `title: ""`),
	paper("agreementUpdate", "reopened", "", `title: "Lease of 2027"`, `title: ""`),
	paper("agreementApprove", "draft_too", "approved_too", ``, ``),
	paper("agreementReject", "draft", "", `reason: "Too dear."`, `reason: ""`),
	paper("agreementRenew", "active", "", `approver: "<User:institution>", startsAt: "2027-01-01T00:00:00Z", endsAt: "2028-01-01T00:00:00Z"`, `approver: "<User:institution>", endsAt: "2020-01-01T00:00:00Z"`),
	paper("agreementExtend", "active_at_once", "active", `approver: "<User:institution>", endsAt: "2028-01-01T00:00:00Z"`, `approver: "<User:institution>", endsAt: "2020-01-01T00:00:00Z"`),
	paper("agreementTerminate", "active_too", "draft", `reason: "No longer needed."`, ``),
	paper("agreementDelete", "reopened", "active", ``, ``),
	paper("agreementAttachFile", "rejected", "", `file: $file`, `file: $file`, withFile("document"), func(w *write) { w.badFile = "page" }),
	paper("agreementSort", "active", "", `tags: ["<Tag:home used>"]`, `tags: ["nothing"]`),
	kept("counterpartyCreate", "institution", "Institution", `name: "Sumber"`, `name: ""`),
	kept("counterpartyUpdate", "counterparty", "Counterparty", `name: "Sumber Baru"`, `name: ""`),
	kept("counterpartyDelete", "counterparty", "Counterparty", ``, ``, inUse("Counterparty", "used")),
	kept("tagCreate", "institution", "Institution", `name: "Cellar"`, `name: ""`),
	kept("tagUpdate", "tag", "Tag", `name: "Attic"`, `name: ""`),
	kept("tagDelete", "tag", "Tag", ``, ``, inUse("Tag", "used")),
	kept("assetCreate", "institution", "Institution", `name: "Building C"`, `name: ""`),
	paper("signatureRequest", "reopened", "", `title: "Please sign", `+signers, `title: "", participants: []`, fresh),
	kept("signatureFromTemplate", "signatureTemplate", "SignatureTemplate", `title: "Of a template", `+signers, `title: "", participants: []`),
	kept("signatureSend", "signature", "Signature", `participant: "<Participant:home>"`, `participant: "nothing"`),
	kept("signatureCancel", "signature", "Signature", `reason: "A mistake."`, `reason: "\u0000"`),
	kept("signatureTemplateCreate", "institution", "Institution", `slug: "rent", name: "Rent", participants: [{number: 1, role: "Owner"}]`, `slug: "", name: "", participants: []`),
	kept("signatureTemplateUpdate", "signatureTemplate", "SignatureTemplate", `name: "Maintenance"`, `name: ""`),
	{name: "signingSign", write: &write{missing: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", good: `token: "<>"`, bad: `token: "<>"`, everybody: true}},
	{name: "signingRefuse", write: &write{missing: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", good: `token: "<>", reason: "No."`, bad: `token: "<>", reason: ""`, everybody: true}},
	kept("apiKeyCreate", "institution", "Institution", `label: "Of the archive"`, `label: ""`),
	kept("apiKeyRevoke", "apiKey", "APIKey", ``, ``, inUse("APIKey", "over")),
	kept("webhookCreate", "institution", "Institution", `url: "https://example.com/"`, `url: ""`),
	kept("webhookUpdate", "webhook", "Webhook", `url: "https://example.org/"`, `url: ""`),
	kept("webhookRotateSecret", "webhook", "Webhook", ``, `version: 99`),
	kept("webhookReplay", "delivery", "WebhookDelivery", ``, ``, inUse("WebhookDelivery", "tried")),
	kept("webhookDelete", "webhook", "Webhook", ``, `version: 99`),
}

// account is a mutation of accounts: of no object.
func account(name, good, bad string, more ...func(*write)) operation {
	w := &write{good: good, bad: bad}
	for _, change := range more {
		change(w)
	}
	return operation{name: name, write: w}
}

// after says that nothing can be wrong with it, ends that a session ends by it too.
func after(w *write) { w.after = true }

func ends(w *write) { w.after, w.ends = true, true }

// coded has a code sent to an address and notes it.
func coded(purpose, email string) func(*write) {
	return func(w *write) {
		w.prepare = func(t testing.TB, s *stage) {
			t.Helper()
			s.graph(t, "", `mutation { done: codeSend(input: {email: "`+email+`", purpose: `+purpose+`}) { userErrors { code } } }`, "")
			s.noteCode(t)
		}
	}
}

// noteCode notes the code that was sent last.
func (s *stage) noteCode(t testing.TB) {
	t.Helper()
	row := s.Store.Client().OneTimeCode.Query().Order(ent.Desc(onetimecode.FieldID)).FirstX(t.Context())
	s.names["code"] = testkit.Codes.Digits(row)
}

// granted has the code of a forgotten password taken.
func granted(w *write) {
	coded("PASSWORD_RESET", "member@demo.test")(w)
	send := w.prepare
	w.prepare = func(t testing.TB, s *stage) {
		t.Helper()
		send(t, s)
		s.noteText(t, "grant", s.expand(t, `mutation { done: passwordVerifyCode(input: {email: "member@demo.test", code: "<text:code>"}) { token userErrors { code } } }`), `"token":"`)
	}
}

// refreshed has somebody signed in.
func refreshed(w *write) {
	w.prepare = func(t testing.TB, s *stage) {
		t.Helper()
		s.noteText(t, "refresh", `mutation { done: sessionOpen(input: {email: "member@demo.test", password: "`+world.Password+`"}) { tokens { refreshToken } userErrors { code } } }`, `"refreshToken":"`)
	}
}

// noteText notes a text of an answer to nobody, up to its quote.
func (s *stage) noteText(t testing.TB, name, document, before string) {
	t.Helper()
	got := s.Do(t, http.MethodPost, "/query", "", map[string]string{"query": document})
	_, rest, found := strings.Cut(string(got.Body), before)
	if !found {
		t.Fatalf("%s: %s", name, got.Body)
	}
	s.names[name], _, _ = strings.Cut(rest, `"`)
}

const graphPlace = `province: "Banten", city: "Serang", address: "Jalan Raya 1", latitude: -6.1, longitude: 106.1`

// invited has somebody invited and notes the token that the mail holds.
func invited(w *write) {
	w.prepare = func(t testing.TB, s *stage) {
		t.Helper()
		u := s.Store.Client().User.Query().Where(user.Email("member@demo.test")).OnlyX(t.Context())
		err := s.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error { return s.Auth.Invite(ctx, tx, u.ID, u.Email) })
		if err != nil {
			t.Fatal(err)
		}
		row := s.Store.Client().OneTimeCode.Query().Order(ent.Desc(onetimecode.FieldID)).FirstX(t.Context())
		l, err := s.Auth.CodeLetter(t.Context(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		s.names["invitation"] = l.Code
	}
}

// graphAccounts are the mutations of accounts and sessions.
var graphAccounts = []operation{
	account("accountRegister", `email: "new@x.test", password: "a long Password 1", fullName: "New", role: PARTNER`, `email: "", password: "", fullName: "", role: PARTNER`, everybody, fresh),
	account("codeSend", `email: "other@demo.test", purpose: PASSWORD_RESET`, `email: "", purpose: PASSWORD_RESET`, everybody),
	account("accountVerifyEmail", `email: "unverified@demo.test", code: "<text:code>"`, `email: "", code: ""`, everybody, coded("EMAIL_VERIFICATION", "unverified@demo.test")),
	account("sessionOpen", `email: "member@demo.test", password: "`+world.Password+`"`, `email: "", password: ""`, everybody),
	account("sessionRefresh", `refreshToken: "<text:refresh>"`, `refreshToken: ""`, everybody, refreshed),
	account("passwordVerifyCode", `email: "branch@demo.test", code: "<text:code>"`, `email: "", code: ""`, everybody, coded("PASSWORD_RESET", "branch@demo.test")),
	account("passwordReset", `token: "<text:grant>", password: "a long Password 1"`, `token: "", password: ""`, everybody, granted),
	{name: "notificationRead", write: &write{own: "<Notification:manager unread>", spoiled: "<Notification:manager read>", foreign: "<Notification:other read>", missing: "<Notification#987654>",
		good: `notification: "<>"`, bad: `notification: "<>"`}},
	account("notificationsReadAll", ``, ``, after),
	account("deviceKeep", `id: "phone", pushToken: "push"`, `id: "", pushToken: ""`),
	account("deviceForget", `id: "phone"`, `id: ""`),
	account("passwordChange", `current: "`+world.Password+`", password: "a long Password 1"`, `current: "", password: ""`),
	account("profileUpdate", `fullName: "New Name"`, `fullName: ""`),
	account("domicileUpdate", graphPlace, `city: ""`, by("partner")),
	account("educationUpdate", `level: "diploma", institutionName: "Politeknik"`, `level: ""`, by("partner")),
	account("partnerCreate", `email: "made@x.test", fullName: "Made", phoneNumber: "+628129990001", gender: MALE, location: {`+graphPlace+`}, competencies: [{subService: "<SubService#8>", kinds: [REPAIR]}]`,
		`email: "", fullName: "", phoneNumber: "", gender: MALE, location: {}, competencies: []`, by("superv")),
	account("invitationAccept", `token: "<text:invitation>", password: "a long Password 1"`, `token: "", password: ""`, everybody, invited),
	account("accountClose", `password: "`+world.Password+`"`, `password: ""`, by("asked")), // the manager is the only one
	account("sessionEnd", `everywhere: true`, `everywhere: true`, ends),
}
