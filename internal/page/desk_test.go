package page_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"kontrak/ent"
	"kontrak/ent/agreementhistory"
	"kontrak/ent/outbox"
	"kontrak/ent/participant"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/view"
)

const keeper = "institution@demo.test"

// desk is the program behind a real server, with an agreement whose document is to be
// signed.
type desk struct {
	*testkit.App
	t         testing.TB
	server    *httptest.Server
	as        context.Context //nolint:containedctx // who asks for signatures, for the whole test
	agreement *view.Agreement
}

func newDesk(t testing.TB, db testkit.Database) *desk {
	t.Helper()
	d := &desk{App: doors.Start(t, db), t: t}
	d.server = httptest.NewServer(d.Handler)
	t.Cleanup(d.server.Close)
	d.as = d.As(keeper)
	d.agreement = d.draft(testkit.Document(t))
	return d
}

func (d *desk) draft(document string) *view.Agreement {
	d.t.Helper()
	me, err := d.Market.Viewer(d.as, market.PartnerWant(0))
	if err != nil {
		d.t.Fatal(err)
	}
	v, err := d.Market.CreateAgreement(d.as, market.CreateAgreement{
		InstitutionID:   &me.CurrentInstitution.ID,
		AgreementFields: market.AgreementFields{Title: market.Some("Ventilators <b>")},
		File:            &market.AgreementFile{Upload: *testkit.Upload(document), Title: "contract.pdf"},
	}, market.AgreementEverything)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// two are two participants, the second with a code, and a field of each kind.
func two() market.AskToSign {
	first, second := 0, 1
	return market.AskToSign{
		Title: "Please sign",
		Participants: []market.SignerInput{
			{Name: "Ana Wijaya", Send: lifecycle.SendEmail, Email: "ana@elsewhere.test", Role: "Buyer"},
			{Name: "Budi Łoś", Send: lifecycle.SendPhone, Phone: "+62 811-222-333", Code: "4711", CodeHint: "the last digits"},
		},
		Objects: []market.ObjectInput{
			{Type: lifecycle.ObjectText, Category: lifecycle.ObjectDefault, Name: "Place", Contents: "Makassar"},
			{Participant: &first, Type: lifecycle.ObjectSignature, Category: lifecycle.ObjectInput, Name: "Signature"},
			{Participant: &first, Type: lifecycle.ObjectCheckbox, Category: lifecycle.ObjectInput, Name: "I have read it"},
			{Participant: &second, Type: lifecycle.ObjectText, Category: lifecycle.ObjectInput, Name: "Position"},
		},
	}
}

func (d *desk) ask(in market.AskToSign) *view.Signature {
	d.t.Helper()
	v, err := d.Market.AskToSign(d.as, d.agreement.ID, in, market.AgreementEverything)
	if err != nil {
		d.t.Fatalf("%v", err)
	}
	return v.Signature
}

// link gives the address of a participant's page on the test's server.
func (d *desk) link(s *view.Signature, n int) string {
	d.t.Helper()
	link, err := d.Market.SigningLink(d.as, s.UUID, s.Participants[n].UUID)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.server.URL + strings.TrimPrefix(link, testkit.PublicURL)
}

// get opens a page.
func (d *desk) get(link string) (int, string) {
	d.t.Helper()
	return d.read(http.Get(link))
}

func (d *desk) read(r *http.Response, err error) (int, string) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if got := r.Header.Get("Cache-Control"); got != "no-store" {
		d.t.Errorf("the page may be kept: %q", got)
	}
	if got := r.Header.Get("Referrer-Policy"); got != "no-referrer" {
		d.t.Errorf("the page tells where it was: %q", got)
	}
	if got := r.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; style-src 'sha256-") {
		d.t.Errorf("the policy is %q", got)
	}
	return r.StatusCode, string(body)
}

var fieldNames = regexp.MustCompile(`name="(field-\d+)"`)

// fill opens a page and fills in its fields as a browser would, in their order.
func (d *desk) fill(link string, values ...string) url.Values {
	d.t.Helper()
	status, body := d.get(link)
	names := fieldNames.FindAllStringSubmatch(body, -1)
	if status != http.StatusOK || len(names) != len(values) {
		d.t.Fatalf("%d, with %d fields for %d values:\n%s", status, len(names), len(values), body)
	}
	form := url.Values{"answer": {"sign"}}
	for i, name := range names {
		if values[i] != "" { // a box that is not marked is not sent
			form.Set(name[1], values[i])
		}
	}
	return form
}

func (d *desk) post(link string, form url.Values) (int, string) {
	d.t.Helper()
	return d.read(http.PostForm(link, form))
}

func (d *desk) now() *view.Agreement {
	d.t.Helper()
	v, err := d.Market.Agreement(d.as, d.agreement.ID, market.AgreementEverything)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func (d *desk) person(s *view.Signature, n int) *ent.Participant {
	d.t.Helper()
	return d.Store.Client().Participant.Query().Where(participant.UUID(s.Participants[n].UUID)).OnlyX(d.t.Context())
}

// told counts the messages of a topic.
func (d *desk) told(topic string) int {
	d.t.Helper()
	n := 0
	for _, row := range d.Store.Client().Outbox.Query().Where(outbox.Topic(topic)).AllX(d.t.Context()) {
		var ids map[string]int64
		if err := json.Unmarshal(row.Payload, &ids); err != nil {
			d.t.Fatal(err)
		}
		if ids["agreement_id"] == d.agreement.ID {
			n++
		}
	}
	return n
}

// settled checks that the history has a row for each version, and that no secret stands
// in it, in the outbox or in the log.
func (d *desk) settled(secrets ...string) {
	d.t.Helper()
	client := d.Store.Client()
	rows := client.AgreementHistory.Query().Where(agreementhistory.AgreementID(d.agreement.ID)).AllX(d.t.Context())
	if v := client.Agreement.GetX(d.t.Context(), d.agreement.ID); int64(len(rows)) != v.Version {
		d.t.Errorf("%d history rows of version %d", len(rows), v.Version)
	}
	all := d.Log.String()
	for _, r := range rows {
		all += string(r.Changes) + r.Reason
	}
	for _, r := range client.Outbox.Query().AllX(d.t.Context()) {
		all += string(r.Payload)
	}
	for _, secret := range secrets {
		if strings.Contains(all, secret) {
			d.t.Errorf("%q stands in the history, the outbox or the log", secret)
		}
	}
}

func tokenOf(link string) string { return link[strings.LastIndex(link, "/")+1:] }

// concluded checks what the last signature leaves.
func (d *desk) concluded(s *view.Signature) {
	t := d.t
	t.Helper()
	v := d.now()
	if v.Signature.Status != lifecycle.SignatureDone || v.ConcludedAt == nil || v.ConcludedFile == nil || v.ClientApprovedOn == nil || *v.ClientApprovedOn != "2026-06-08" {
		t.Fatalf("it is %s, concluded at %v with %v, approved on %v", v.Signature.Status, v.ConcludedAt, v.ConcludedFile, v.ClientApprovedOn)
	}
	if got := d.told("signature_concluded"); got != 1 {
		t.Errorf("it was told %d times that it is concluded", got)
	}
	name := regexp.MustCompile(`/files/([^?]+)`).FindStringSubmatch(v.ConcludedFile.URL)[1]
	f, err := d.Files.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Content.Close()
	if n, err := api.PageCount(f.Content, nil); err != nil || n != 3 {
		t.Errorf("the concluded file has %d pages, %v", n, err)
	}
	if live := d.Store.Client().Participant.Query().Where(participant.SignatureID(s.ID), participant.TokenHashNEQ("")).CountX(t.Context()); live != 0 {
		t.Errorf("%d links are good still", live)
	}
}
