package world_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementhistory"
	"kontrak/ent/apikey"
	"kontrak/ent/file"
	"kontrak/ent/membership"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func TestDemoAgreementsCoverEveryValue(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st, w := demo(t, db)
		now := w.Now.UTC()
		today, tomorrow := now.Format("'2006-01-02'"), now.AddDate(0, 0, 1).Format("'2006-01-02'")
		for _, c := range []struct{ what, text, want string }{
			{"status", `SELECT status FROM agreements`, names(lifecycle.AgreementStatuses)},
			{"renewal", `SELECT renewal_status FROM agreements WHERE renewal_status <> ''`, names(lifecycle.RenewalStatuses)},
			{"gateway", `SELECT gateway_kind FROM agreements`, names(lifecycle.GatewayKinds)},
			{"gateway at home", `SELECT gateway_kind FROM agreements WHERE institution_id = 1`, names(lifecycle.GatewayKinds)},
			{"origin", `SELECT origin FROM agreements`, names(lifecycle.Origins)},
			{"source", `SELECT source FROM agreements`, "faveo kontrak"},
			{"type", `SELECT CAST(agreement_type_id AS text) FROM agreements`, "1 2 3"},
			{"license", `SELECT CAST(license_type_id AS text) FROM agreements WHERE license_type_id IS NOT NULL`, "1 2"},
			{"term", `SELECT kind FROM agreement_terms`, names(lifecycle.TermKinds)},
			{"state of a term", `SELECT state FROM agreement_terms`, names(lifecycle.TermStates)},
			{"signature", `SELECT status FROM signatures`, names(lifecycle.SignatureStatuses)},
			{"latest signature", `SELECT COALESCE((SELECT s.status FROM signatures s WHERE s.agreement_id = a.id ORDER BY s.id DESC LIMIT 1), 'none') FROM agreements a`,
				names(append([]lifecycle.SignatureStatus{"none"}, lifecycle.SignatureStatuses...))},
			{"participant", `SELECT status FROM participants`, names(lifecycle.ParticipantStatuses)},
			{"way", `SELECT send FROM participants`, names(lifecycle.SendWays)},
			{"order", `SELECT signing_order FROM signatures`, names(lifecycle.SigningOrders)},
			{"object", `SELECT type FROM signature_objects`, names(lifecycle.ObjectTypes)},
			{"category", `SELECT category FROM signature_objects`, names(lifecycle.ObjectCategories)},
			{"colour", `SELECT color_code FROM tags`, names(lifecycle.TagColors)},
			{"event", `SELECT event FROM agreement_history`, "approve attach begin cancel_signing conclude create delete expire extend grant_term refuse_term reject remind renew reopen revive sign take_over terminate"},
			{"period", `SELECT CASE WHEN starts_at IS NULL AND ends_at IS NULL THEN 'none'
				WHEN substr(CAST(starts_at AS text), 1, 10) >= ` + tomorrow + ` THEN 'before' WHEN substr(CAST(ends_at AS text), 1, 10) < ` + today + ` THEN 'after' ELSE 'ongoing' END FROM agreements`,
				"after before none ongoing"},
			{"institution", `SELECT CAST(institution_id AS text) FROM agreements WHERE deleted_at IS NULL`, "1 2 3 4"},
			{"pairs", `SELECT 'customers' FROM agreement_customers UNION SELECT 'tags' FROM agreement_tags UNION SELECT 'assets' FROM agreement_assets
				UNION SELECT 'notified' FROM agreement_notify_users UNION SELECT 'users' FROM agreement_users
				UNION SELECT 'organizations' FROM agreement_organizations UNION SELECT 'templates' FROM signature_template_tags`,
				"assets customers notified organizations tags templates users"},
		} {
			if got := values(t, st.Client(), c.text); got != c.want {
				t.Errorf("%s: %s\nwant %s", c.what, got, c.want)
			}
		}
		if n := st.Client().Agreement.Query().Where(agreement.DeletedAtIsNil()).CountX(t.Context()); n < 40 {
			t.Errorf("%d agreements", n)
		}
		if n := st.Client().Agreement.Query().Where(agreement.Not(agreement.HasCustomers())).CountX(t.Context()); n < 4 {
			t.Errorf("%d without customers", n)
		}
	})
}

// TestHistoriesOfDemoAgreementsPlayBack plays every history back and compares what
// comes out with the agreement.
func TestHistoriesOfDemoAgreementsPlayBack(t *testing.T) {
	t.Parallel()
	st, _ := demo(t, testkit.SQLite(t))
	c, ctx := st.Client(), t.Context()
	for _, a := range c.Agreement.Query().AllX(ctx) {
		state, status, version := changelog.State{}, lifecycle.AgreementStatus(""), int64(0)
		rows := c.AgreementHistory.Query().Where(agreementhistory.AgreementID(a.ID)).Order(ent.Asc(agreementhistory.FieldAgreementVersion)).AllX(ctx)
		for _, h := range rows {
			version++
			if h.AgreementVersion != version || h.FromStatus != status || h.At.Before(a.CreatedAt) || h.InstitutionID != a.InstitutionID {
				t.Fatalf("agreement %d: row %d, %s, from %q after %q", a.ID, h.AgreementVersion, h.Event, h.FromStatus, status)
			}
			if next, ok := lifecycle.Agreement.Next(status, h.Event); ok && next != h.ToStatus || !ok && !slices.Contains(lifecycle.AgreementChanges, h.Event) {
				t.Errorf("agreement %d: %s from %s leads to %s", a.ID, h.Event, status, h.ToStatus)
			}
			status = h.ToStatus
			if err := state.Play(h.Changes); err != nil {
				t.Fatal(err)
			}
		}
		if version != a.Version || status != a.Status || !rows[len(rows)-1].At.Equal(a.UpdatedAt) {
			t.Errorf("agreement %d: version %d, %s; its history ends with %d, %s", a.ID, a.Version, a.Status, version, status)
		}
		stored := changelog.OfAgreement(nil, a)
		delete(stored, "due_at")
		for _, name := range slices.Sorted(maps.Keys(stored)) {
			if got := testkit.Canonical(state[name]); got != testkit.Canonical(stored[name].To) {
				t.Errorf("agreement %d: %s is %s, and its history says %s", a.ID, name, stored[name].To, got)
			}
		}
	}
}

func TestTheFilesOfDemoAgreementsAreWhatTheirRowsSay(t *testing.T) {
	t.Parallel()
	st, w := demo(t, testkit.SQLite(t))
	kinds := map[string]int{}
	for _, f := range st.Client().File.Query().Where(file.Purpose("agreement")).AllX(t.Context()) {
		body := w.Files[f.Name]
		sum := sha256.Sum256(body)
		if int64(len(body)) != f.Size || hex.EncodeToString(sum[:]) != f.Sha256 || !opaque.IsID(f.PublicID) || f.Title == "" || f.Public {
			t.Errorf("%+v", f)
		}
		kinds[f.ContentType]++
		switch f.ContentType {
		case "application/pdf":
			start := bytes.LastIndex(body, []byte("xref\n0 6"))
			if !bytes.HasPrefix(body, []byte("%PDF-1.4\n")) || !bytes.HasSuffix(body, []byte("%%EOF\n")) || start < 0 {
				t.Errorf("%s is no PDF", f.Title)
			}
		default:
			if _, err := zip.NewReader(bytes.NewReader(body), f.Size); err != nil || !strings.HasSuffix(f.Name, ".docx") {
				t.Errorf("%s: %v", f.Title, err)
			}
		}
	}
	if len(kinds) != 2 {
		t.Errorf("%v", kinds)
	}
}

func TestTheDemosKeyIsAMembersAndStoredHashed(t *testing.T) {
	t.Parallel()
	st, w := demo(t, testkit.SQLite(t))
	c, ctx := st.Client(), t.Context()
	sum := sha256.Sum256([]byte(world.KitKey))
	key := c.ApiKey.Query().Where(apikey.KeyHash(hex.EncodeToString(sum[:])), apikey.RevokedAtIsNil()).OnlyX(ctx)
	account, _ := w.Account("institution@demo.test")
	if current := c.User.GetX(ctx, account.UserID).CurrentInstitutionID; current == nil || *current != key.InstitutionID {
		t.Errorf("it is of %d", key.InstitutionID)
	}
	if c.Membership.Query().Where(membership.UserID(key.UserID), membership.InstitutionID(key.InstitutionID), membership.StateEQ(lifecycle.MembershipActive)).CountX(ctx) != 1 {
		t.Error("its user is no member")
	}
	if text, err := json.Marshal(key); err != nil || strings.Contains(string(text), world.KitKey) {
		t.Errorf("%s %v", text, err)
	}
}

func TestOneSupervisorIsAnAgentOfOneInstitution(t *testing.T) {
	t.Parallel()
	st, w := demo(t, testkit.SQLite(t))
	account, _ := w.Account("supervisor@demo.test")
	of := st.Client().Membership.Query().Where(membership.UserID(account.UserID), membership.StateEQ(lifecycle.MembershipActive)).AllX(t.Context())
	if len(of) != 1 || of[0].Role != lifecycle.MembershipAgent || of[0].InstitutionID != w.Institutions["home"] {
		t.Errorf("%v", of)
	}
}
