package page_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreementhistory"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

const day = 24 * time.Hour

// move moves the clock on, and tells what time has done to signatures meanwhile.
func (d *desk) move(by time.Duration) (kinds []lifecycle.Due) {
	d.t.Helper()
	d.Clock.Advance(by)
	for more := true; more; {
		fired, err := d.Market.FireDue(d.t.Context(), d.Clock.Now())
		if err != nil || len(fired.Failed) > 0 {
			d.t.Fatal(err, fired.Failed)
		}
		for _, f := range fired.Done {
			if f.AgreementID == d.agreement.ID {
				kinds = append(kinds, f.Kind)
			}
		}
		more = fired.More
	}
	return kinds
}

func TestTimeRemindsAndThenExpires(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		in := two()
		in.ExpiredDate = new(world.Now.Add(7 * day))
		s := d.ask(in)
		first, second := d.link(s, 0), d.link(s, 1)
		if status, body := d.post(first, d.fill(first, "Ana", "")); status != http.StatusOK {
			t.Fatalf("%d:\n%s", status, body)
		}
		if kinds := d.move(3*day - time.Millisecond); len(kinds) != 0 {
			t.Errorf("too early: %v", kinds)
		}
		before := d.now()
		if kinds := d.move(time.Millisecond); !slices.Equal(kinds, []lifecycle.Due{lifecycle.DueSignatureRemind}) {
			t.Errorf("after three days: %v", kinds)
		}
		if n := d.told("signature_reminder"); n != 1 {
			t.Errorf("%d were reminded, of one who has not answered", n)
		}
		if v := d.now(); v.Version != before.Version+1 || !v.UpdatedAt.After(before.UpdatedAt) {
			t.Error("the agreement has not moved")
		}
		if status, _ := d.get(second); status != http.StatusOK {
			t.Errorf("the link after a reminder: %d", status)
		}
		want := []lifecycle.Due{lifecycle.DueSignatureRemind, lifecycle.DueSignatureExpires}
		if kinds := d.move(4 * day); !slices.Equal(kinds, want) {
			t.Errorf("after a week: %v", kinds)
		}
		v := d.now()
		if v.Signature.Status != lifecycle.SignatureCanceled || *v.Signature.StatusReason != "expired" || d.told("signature_cancelled") != 1 {
			t.Errorf("it is %s, %v", v.Signature.Status, v.Signature.StatusReason)
		}
		if status, _ := d.get(second); status != http.StatusNotFound {
			t.Errorf("the link after its end: %d", status)
		}
		if kinds := d.move(60 * day); len(kinds) != 0 {
			t.Errorf("what is over: %v", kinds)
		}
		d.settled()
	})
}

func TestNobodyIsRemindedWhereTheSettingSaysSo(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		if _, err := d.Market.SetSetting(d.As("admin@demo.test"), "signature_reminder_days", "0", 0); err != nil {
			t.Fatal(err)
		}
		in := two()
		in.ExpiredDate = new(world.Now.Add(10 * day))
		d.ask(in)
		if kinds := d.move(20 * day); !slices.Equal(kinds, []lifecycle.Due{lifecycle.DueSignatureExpires}) || d.told("signature_reminder") != 0 {
			t.Errorf("%v", kinds)
		}
	})
}

func TestALinkThatDiedOfAgeIsMadeAnewWithAReminder(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		s := d.ask(two())
		old := d.link(s, 0)
		d.move(30 * day)
		fresh := d.link(s, 0)
		if status, _ := d.get(old); fresh == old || status != http.StatusNotFound {
			t.Errorf("the old link: %d", status)
		}
		if status, _ := d.get(fresh); status != http.StatusOK {
			t.Errorf("the new one: %d", status)
		}
	})
}

func TestWhatIsBeingSignedStaysAsItIs(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		d.ask(two())
		_, err := d.Market.AskToSign(d.as, d.agreement.ID, two(), 0)
		d.refused("a second signature", err, fault.WrongState)
		_, err = d.Market.AttachAgreementFile(d.as, d.agreement.ID, market.AgreementFile{Upload: *testkit.Upload(testkit.Document(t))}, 0)
		d.refused("another document", err, fault.WrongState)
		if can, err := d.Market.AgreementCan(d.as, []int64{d.agreement.ID}, lifecycle.AgreementActAttach); err != nil || can[0].Allowed {
			t.Errorf("it says that another document can be attached: %v", err)
		}
	})
}

// TestWhatEndsAnAgreementCancelsItsSignature: in the same step, with history and notice;
// what refuses a next period alone does not.
func TestWhatEndsAnAgreementCancelsItsSignature(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		active bool
		end    func(*desk) error
		why    string // "" where the signature lives on
	}{
		"deleted": {false, func(d *desk) error { _, err := d.Market.DeleteAgreement(d.as, d.agreement.ID, 0); return err }, "deleted"},
		"rejected": {false, func(d *desk) error {
			_, err := d.Market.RejectAgreement(d.As("admin@demo.test"), d.agreement.ID, "Too dear.", 0)
			return err
		}, "rejected"},
		"terminated": {true, func(d *desk) error { _, err := d.Market.TerminateAgreement(d.as, d.agreement.ID, "", 0); return err }, "terminated"},
		"not given a next period": {true, func(d *desk) error {
			me, _ := d.World.Account(keeper)
			from, to := d.Clock.Now().Add(100*day), d.Clock.Now().Add(200*day)
			_, err := d.Market.RenewAgreement(d.as, d.agreement.ID, market.NextPeriod{ApproverID: me.UserID, StartsAt: &from, EndsAt: &to}, 0)
			if err == nil {
				_, err = d.Market.RejectAgreement(d.as, d.agreement.ID, "Too long.", 0)
			}
			return err
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
				d := newDesk(t, db)
				if c.active {
					d.activate()
				}
				s := d.ask(two())
				link := d.link(s, 0)
				if err := c.end(d); err != nil {
					t.Fatal(err)
				}
				row := d.Store.Client().Signature.GetX(t.Context(), s.ID)
				status, told, answer := lifecycle.SignatureCanceled, 1, http.StatusNotFound
				if c.why == "" {
					status, told, answer = lifecycle.SignatureWaiting, 0, http.StatusOK
				}
				if row.Status != status || row.StatusReason != c.why || c.why != "" && row.DueAt != nil {
					t.Errorf("its signature: %s, %q, due %v", row.Status, row.StatusReason, row.DueAt)
				}
				if got := d.told("signature_cancelled"); got != told {
					t.Errorf("it was told %d times that it is cancelled", got)
				}
				last := d.Store.Client().AgreementHistory.Query().Where(agreementhistory.AgreementID(d.agreement.ID)).
					Order(ent.Desc(agreementhistory.FieldAgreementVersion)).FirstX(t.Context())
				if strings.Contains(string(last.Changes), "CANCELED") != (c.why != "") {
					t.Errorf("the history of it: %s", last.Changes)
				}
				if got, _ := d.get(link); got != answer {
					t.Errorf("its link: %d", got)
				}
				d.settled(tokenOf(link))
			})
		})
	}
}

// activate gives the agreement a period, and approves it.
func (d *desk) activate() {
	d.t.Helper()
	now := d.Clock.Now()
	_, err := d.Market.UpdateAgreement(d.as, d.agreement.ID, market.AgreementFields{StartsAt: market.Some(now.Add(-day)), EndsAt: market.Some(now.Add(100 * day))}, 0)
	if err == nil {
		_, err = d.Market.ApproveAgreement(d.As("admin@demo.test"), d.agreement.ID, 0)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) refused(what string, err error, code fault.Code, fields ...string) {
	d.t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Code != code {
		d.t.Errorf("%s: %v, want %s", what, err, code)
		return
	}
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	if !slices.Equal(names, fields) {
		d.t.Errorf("%s: %v is wrong, want %v", what, names, fields)
	}
}

func TestWhatCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		for _, c := range []struct {
			name   string
			change func(*market.AskToSign)
			fields []string
		}{
			{"no title", func(a *market.AskToSign) { a.Title = " " }, []string{"title"}},
			{"nobody", func(a *market.AskToSign) { a.Participants, a.Objects = nil, nil }, []string{"participants"}},
			{"too many", func(a *market.AskToSign) { a.Participants = slices.Repeat(a.Participants, 11) }, []string{"participants"}},
			{"no address", func(a *market.AskToSign) { a.Participants[0].Email = "" }, []string{"participants[0].email"}},
			{"an odd address", func(a *market.AskToSign) { a.Participants[0].Email = "Ana <ana@x.test>" }, []string{"participants[0].email"}},
			{"an odd phone", func(a *market.AskToSign) { a.Participants[1].Phone = "12a34567" }, []string{"participants[1].phone"}},
			{"an odd way", func(a *market.AskToSign) { a.Participants[0].Send = "PIGEON" }, []string{"participants[0].send"}},
			{"a short code", func(a *market.AskToSign) { a.Participants[1].Code = "12" }, []string{"participants[1].code"}},
			{"an odd order", func(a *market.AskToSign) { a.Order = "RANDOM" }, []string{"signing_order"}},
			{"an end that has passed", func(a *market.AskToSign) { a.ExpiredDate = new(world.Now) }, []string{"expired_date"}},
			{"a field of nobody", func(a *market.AskToSign) { a.Objects[1].Participant = nil }, []string{"objects[1].participant"}},
			{"a field of another", func(a *market.AskToSign) { a.Objects[1].Participant = new(2) }, []string{"objects[1].participant"}},
			{"an odd box", func(a *market.AskToSign) { a.Objects[2].Contents = "yes" }, []string{"objects[2].contents"}},
			{"an odd type", func(a *market.AskToSign) { a.Objects[0].Type = "DATE" }, []string{"objects[0].type"}},
			{"an odd copy", func(a *market.AskToSign) { a.CC = []string{"x"} }, []string{"cc[0]"}},
			{"the zero character", func(a *market.AskToSign) { a.Participants[0].Name = "A\x00" }, []string{"participants[0].name"}},
		} {
			in := two()
			c.change(&in)
			_, err := d.Market.AskToSign(d.as, d.agreement.ID, in, 0)
			d.refused(c.name, err, fault.InputInvalid, c.fields...)
		}
		_, err := d.Market.AskToSign(d.As("partner@demo.test"), d.agreement.ID, two(), 0)
		d.refused("a stranger", err, fault.RecordNotFound)
		bare := d.bare()
		_, err = d.Market.AskToSign(d.as, bare.ID, two(), 0)
		d.refused("no document", err, fault.WrongState)
	})
}

// bare is a draft without a document.
func (d *desk) bare() *view.Agreement {
	d.t.Helper()
	v, err := d.Market.CreateAgreement(d.as, market.CreateAgreement{
		InstitutionID: &d.agreement.Institution.ID, AgreementFields: market.AgreementFields{Title: market.Some("Bare")},
	}, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func TestWhoAskedCancelsListsAndCounts(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		only := market.SignatureFilter{Created: market.InstantRange{From: new(world.Now)}}
		usage := func() string {
			u, err := d.Market.SignatureUsage(d.as, only)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(u.Total, u.Created, u.Waiting, u.Done, u.Canceled)
		}
		s := d.ask(two())
		if got := usage(); got != "1 0 1 0 0" {
			t.Errorf("the counts are %s", got)
		}
		_, err := d.Market.CancelSignature(d.As("partner@demo.test"), s.UUID, "")
		d.refused("a stranger", err, fault.RecordNotFound)
		for _, uuid := range []string{"", "x", strings.ToUpper(s.UUID), "5a2b8a52-0f4c-4f0c-8f0e-7f0f5ce0a111"} {
			_, err := d.Market.CancelSignature(d.as, uuid, "")
			d.refused("an unknown one", err, fault.RecordNotFound)
		}
		v, err := d.Market.CancelSignature(d.as, s.UUID, "no need")
		if err != nil || v.Status != lifecycle.SignatureCanceled || *v.StatusReason != "no need" {
			t.Fatalf("%+v, %v", v, err)
		}
		_, err = d.Market.CancelSignature(d.as, s.UUID, "")
		d.refused("once more", err, fault.WrongState)
		again := d.ask(two())
		if got := usage(); got != "2 0 1 0 1" {
			t.Errorf("the counts are %s", got)
		}
		ctx, ran := store.Observe(d.as)
		page, err := d.Market.Signatures(ctx, only, market.OffsetPage(0, 10), market.SignatureWants)
		if err != nil || *page.Total != 2 || page.Items[0].UUID != again.UUID || len(page.Items[1].Participants) != 2 {
			t.Fatalf("%+v, %v", page, err)
		}
		if n := ran.Count(); n != 5 {
			t.Errorf("a page costs %d statements", n)
		}
		page, err = d.Market.Signatures(d.As("partner@demo.test"), market.SignatureFilter{}, market.OffsetPage(0, 10), 0)
		if err != nil || len(page.Items) != 0 {
			t.Errorf("a stranger is shown %d, %v", len(page.Items), err)
		}
		d.settled()
	})
}

func TestATemplateMakesAnAgreementAndItsSignature(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		tenant := d.agreement.Institution.ID
		fields := market.TemplateFields{
			Slug: market.Some("lease-1"), Name: market.Some("Lease"), Order: market.Some(lifecycle.SignInOrder),
			Participants: market.Some([]lifecycle.TemplateParticipant{{ID: 1, Order: 2, Role: "Owner"}, {ID: 2, Order: 1, Role: "Tenant"}}),
			Objects: market.Some([]lifecycle.TemplateObject{
				{ID: 7, Type: lifecycle.ObjectText, Category: lifecycle.ObjectDefault, Name: "Flat"},
				{ID: 8, Participant: 2, Type: lifecycle.ObjectSignature, Category: lifecycle.ObjectInput, Name: "Signature"},
			}),
			File: &market.AgreementFile{Upload: *testkit.Upload(testkit.Document(t)), Title: "lease.pdf"},
		}
		v, err := d.Market.CreateSignatureTemplate(d.as, tenant, fields)
		if err != nil {
			t.Fatalf("%+v", err)
		}
		_, err = d.Market.CreateSignatureTemplate(d.as, tenant, fields)
		d.refused("the same slug", err, fault.InputInvalid, "slug")
		in := market.SignFromTemplate{
			Title: "Flat 12", CustomKey: "flat-12", Origin: lifecycle.OriginRenewal,
			Participants: []market.SignerInput{
				{Role: "Owner", Name: "Olga", Send: lifecycle.SendEmail, Email: "o@x.test"},
				{Role: "Tenant", Name: "Tim", Send: lifecycle.SendEmail, Email: "t@x.test"},
			},
			Items: []market.TemplateItem{{ID: 7, Contents: "Flat 12"}},
		}
		made, err := d.Market.SignFromTemplate(d.as, tenant, "lease-1", in, market.AgreementEverything)
		if err != nil {
			t.Fatalf("%+v", err)
		}
		s := made.Signature
		if made.Origin != lifecycle.OriginRenewal || made.File == nil || s.Status != lifecycle.SignatureWaiting ||
			s.Participants[0].Name != "Tim" || s.Participants[0].Status != lifecycle.ParticipantRequested || s.Participants[1].Status != lifecycle.ParticipantPending ||
			s.Objects[0].Contents != "Flat 12" || *s.Objects[1].ParticipantID != s.Participants[0].ID {
			t.Errorf("%+v with %+v", made, s)
		}
		before := d.Store.Client().Agreement.Query().CountX(t.Context())
		in.CustomKey, in.Participants, in.Items[0].ID = "flat-13", in.Participants[:1], 9
		_, err = d.Market.SignFromTemplate(d.as, tenant, "lease-1", in, 0)
		d.refused("half of it", err, fault.InputInvalid, "items[0].id", "participants")
		if n := d.Store.Client().Agreement.Query().CountX(t.Context()); n != before {
			t.Error("what is refused leaves an agreement")
		}
		if v, err = d.Market.UpdateSignatureTemplate(d.as, v.ID, market.TemplateFields{Active: market.Some(false)}); err != nil || v.Active || v.SignatureCount != 1 {
			t.Errorf("%+v, %v", v, err)
		}
		_, err = d.Market.SignFromTemplate(d.as, tenant, "lease-1", in, 0)
		d.refused("a retired one", err, fault.RecordNotFound)
		list, err := d.Market.SignatureTemplates(d.as, market.TemplateFilter{Title: "LEA", Slug: "lease-1"}, market.OffsetPage(0, 10))
		if err != nil || len(list.Items) != 0 {
			t.Errorf("%d retired ones are listed, %v", len(list.Items), err)
		}
		list, err = d.Market.SignatureTemplates(d.as, market.TemplateFilter{Title: "LEA", Slug: "lease-1", Retired: true}, market.OffsetPage(0, 10))
		if err != nil || len(list.Items) != 1 || *list.Total != 1 {
			t.Errorf("%d are listed, %v", len(list.Items), err)
		}
	})
}
