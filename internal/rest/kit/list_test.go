package kit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func at(t testing.TB, text string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestTheListIsPrintedAsDocumented: the whole answer of the documentation, byte for
// byte, but for the number, which is taken here.
func TestTheListIsPrintedAsDocumented(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		raw, err := os.ReadFile("testdata/contracts.json")
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := json.Compact(&want, raw); err != nil {
			t.Fatal(err)
		}
		const title = "A컴퍼니 MOU"
		made := paper(t, app, "home", title).SetUUID("ed976505-bcbd-47bd-913d-f4cde05dea7a").SetCustomKey("a4-k1234").
			SetCreatedAt(at(t, "2024-07-05T00:00:00Z")).SetUpdatedAt(at(t, "2024-10-15T00:00:00Z")).SetStartsAt(at(t, "2024-10-01T00:00:00Z")).SaveX(t.Context())
		c := app.Store.Client()
		signing := c.Signature.Create().SetInstitutionID(made.InstitutionID).SetAgreementID(made.ID).SetUUID("57139f5c-37d0-4c30-bdb6-ef6106040756").
			SetTitle(title + " 전자서명").SetStatus(lifecycle.SignatureWaiting).SetExpiredDate(at(t, "2024-10-15T00:00:00Z")).
			SetCreatedAt(at(t, "2024-07-15T00:00:00Z")).SetUpdatedAt(at(t, "2024-07-15T00:00:00Z")).SaveX(t.Context())
		c.SignatureObject.Create().SetInstitutionID(made.InstitutionID).SetSignatureID(signing.ID).SetPosition(0).SetContents("서울시 강남구 선릉로 551").
			SetType(lifecycle.ObjectText).SetCategory(lifecycle.ObjectDefault).SetName("주소").SetDescription("상세 주소를 입력해 주세요.").ExecX(t.Context())
		got := call(t, app, http.MethodGet, "/contracts?limit=10&offset=0", nil)
		text := strings.Replace(want.String(), `"id":1,`, fmt.Sprintf(`"id":%d,`, made.ID), 1) + "\n"
		if d := cmp.Diff(text, string(got.Body)); d != "" {
			t.Error(d)
		}
		if kind := got.Header.Get("Content-Type"); got.Status != http.StatusOK || kind != "application/json; charset=utf-8" {
			t.Errorf("%d %s", got.Status, kind)
		}
	})
}

// TestWhatIsNotThereIsNull: case 2 of the model, and the nine keys of a participant.
func TestWhatIsNotThereIsNull(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	bare := paper(t, app, "home", "Bare").SaveX(t.Context())
	got := call(t, app, http.MethodGet, "/contracts", nil)
	want := fmt.Sprintf(`{"ok":true,"data":{"total":1,"contracts":[{"id":%d,"uuid":%q,"customKey":null,"title":"Bare","status":"CREATED","type":"NEW",`+
		`"createdAt":"2026-06-08T02:00:00.000Z","updatedAt":"2026-06-08T02:00:00.000Z","contractDate":{"startDate":null,"endDate":null,"concludedDate":null},"signature":null}]}}`, bare.ID, bare.UUID)
	if string(got.Body) != want+"\n" {
		t.Errorf("%s\nis not\n%s", got.Body, want)
	}
	c := app.Store.Client()
	signing := c.Signature.Create().SetInstitutionID(bare.InstitutionID).SetAgreementID(bare.ID).SetUUID(opaque.UUID()).
		SetTitle("x").SetStatus(lifecycle.SignatureCreated).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
	who := c.Participant.Create().SetInstitutionID(bare.InstitutionID).SetSignatureID(signing.ID).SetUUID(opaque.UUID()).SetPosition(0).SetName("Kim").
		SetSearchName("kim").SetStatus(lifecycle.ParticipantPending).SetSend(lifecycle.SendEmail).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
	got = call(t, app, http.MethodGet, "/contracts", nil)
	want = fmt.Sprintf(`"expiredDate":null,"status":"CREATED","createdAt":"2026-06-08T02:00:00.000Z","participants":[{"uuid":%q,"name":"Kim","status":"PENDING","auth":null,"send":"EMAIL","email":null,"phone":null,"role":null,"language":null}],"objects":[]}`, who.UUID)
	if !strings.Contains(string(got.Body), want) {
		t.Errorf("%s\ndoes not hold\n%s", got.Body, want)
	}
}

// TestPagesOfBadSizes: case 3 of the model.
func TestPagesOfBadSizes(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	if got := call(t, app, http.MethodGet, "/contracts", nil); string(got.Body) != `{"ok":true,"data":{"total":0,"contracts":[]}}`+"\n" {
		t.Errorf("nothing is listed as %s", got.Body)
	}
	for i := range 12 {
		paper(t, app, "home", fmt.Sprint("No. ", i)).SaveX(t.Context())
	}
	for query, want := range map[string]int{
		"": 10, "limit=": 10, "limit=undefined": 10, "limit=null&offset=null": 10, "limit=11": 11, "limit=101": 12, "limit=99999999999999999999": 12,
		"offset=11": 1, "offset=12": 0, "offset=99999999999999999999": 0, "page=5&unknown[]=x": 10,
	} {
		if got := list(t, app, query); len(got.Contracts) != want || got.Total != 12 || got.Contracts == nil {
			t.Errorf("%q gives %d of %d", query, len(got.Contracts), got.Total)
		}
	}
	for _, query := range []string{"limit=0", "limit=-1", "limit=abc", "limit=1.5", "limit=%00", "offset=-1", "offset=x", "limit=-99999999999999999999"} {
		refused(t, call(t, app, http.MethodGet, "/contracts?"+query, nil), 400, "INVALID_PARAMETER")
	}
}

// TestCustomersOwnKeys: case 9 of the model.
func TestCustomersOwnKeys(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		home := app.World.Institutions["home"]
		party := app.Store.Client().Counterparty.Create().SetInstitutionID(home).SetName("Zeta").SetSearchName("zeta").SetCustomKey("Key_1-a").
			SetManagers([]lifecycle.Manager{}).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
		linked := paper(t, app, "home", "linked").AddCustomers(party).SaveX(t.Context())
		free := paper(t, app, "home", "free").SaveX(t.Context())
		for _, key := range []string{"a%20b", "a.b", "%EC%BB%B4", strings.Repeat("x", 41), "a,b!", "%00", "null!"} {
			refused(t, call(t, app, http.MethodGet, "/contracts?limit=0&customerCustomKeys="+key, nil), 400, "INVALID_CUSTOMER_CUSTOM_KEY")
		}
		for query, want := range map[string][]int64{
			"customerCustomKeys=unknown": {}, "customerCustomKeys=key_1-a": {}, "customerCustomKeys=Key_1-a": {linked.ID},
			"customerCustomKeys=x,%20Key_1-a%20,": {linked.ID}, "customerCustomKeys[]=x&customerCustomKeys[]=Key_1-a": {linked.ID},
			"customerCustomKeys=x&customerCustomKeys=Key_1-a": {linked.ID}, "customerCustomKeys=": {free.ID, linked.ID}, "customerCustomKeys=,%20,": {free.ID, linked.ID},
			"hasNoCustomer=true": {free.ID}, "hasNoCustomer=false": {free.ID, linked.ID}, "hasNoCustomer=TRUE": {free.ID, linked.ID},
			fmt.Sprint("customerIds=", party.ID): {linked.ID}, fmt.Sprint("hasNoCustomer=true&customerIds=", party.ID): {},
			fmt.Sprint("customerIds=0,-1,", party.ID): {linked.ID}, "customerIds=": {free.ID, linked.ID},
		} {
			if got := list(t, app, query); !slices.Equal(idsOf(got.Contracts), want) || got.Total != len(want) {
				t.Errorf("%s gives %v of %d, want %v", query, idsOf(got.Contracts), got.Total, want)
			}
		}
	})
}

// TestAContractRunsOnItsLastDay: case 10 of the model.
func TestAContractRunsOnItsLastDay(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db) // it is 02:00 on June 8, in UTC
		app.Papers(t, 0, 1)
		for title, period := range map[string][2]string{
			"none":                    {"", ""},
			"ongoing: ended at 00:00": {"", "2026-06-08T00:00:00Z"},
			"after: ended yesterday":  {"", "2026-06-07T23:59:59.999Z"},
			"ongoing: starts tonight": {"2026-06-08T23:59:59.999Z", ""},
			"before: starts tomorrow": {"2026-06-09T00:00:00Z", "2026-07-01T00:00:00Z"},
			"ongoing: for years":      {"2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"},
			"before: without an end":  {"2026-06-10T00:00:00Z", ""},
			"after: with both":        {"2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"},
		} {
			p := paper(t, app, "home", title)
			if period[0] != "" {
				p.SetStartsAt(at(t, period[0]))
			}
			if period[1] != "" {
				p.SetEndsAt(at(t, period[1]))
			}
			p.SaveX(t.Context())
		}
		total := 0
		for _, status := range []string{"before", "ongoing", "after"} {
			got := list(t, app, "periodStatus="+status)
			for _, c := range got.Contracts {
				if !strings.HasPrefix(c.Title, status) {
					t.Errorf("%s lists %q", status, c.Title)
				}
			}
			total += got.Total
		}
		if total != 7 {
			t.Errorf("%d of 8 are in one of the three", total)
		}
	})
}

// TestEachOrderShowsEachContractOnce: case 11 of the model.
func TestEachOrderShowsEachContractOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 120, 3)
		for _, key := range []string{"endDate", "startDate", "createdAt", "concludedDate"} {
			for _, way := range []string{"ASC", "DESC"} {
				query := "orderKey=" + key + "&orderValue=" + way
				whole := list(t, app, query+"&limit=100")
				var glued []int64
				for offset := range whole.Total {
					glued = append(glued, idsOf(list(t, app, fmt.Sprintf("%s&limit=1&offset=%d", query, offset)).Contracts)...)
				}
				if ids := idsOf(whole.Contracts); !slices.Equal(ids, glued) || len(ids) < 10 {
					t.Errorf("%s: %v one by one, %v at once", query, glued, ids)
				}
				checkNullsLast(t, query, key, whole.Contracts)
			}
		}
	})
}

func checkNullsLast(t *testing.T, query, key string, all []item) {
	t.Helper()
	ended := false
	for _, c := range all {
		at := map[string]*string{
			"endDate": c.ContractDate.EndDate, "startDate": c.ContractDate.StartDate, "createdAt": &c.CreatedAt, "concludedDate": c.ContractDate.ConcludedDate,
		}[key]
		if at != nil && ended {
			t.Errorf("%s: one with it comes after one without", query)
		}
		ended = at == nil
	}
	if ended == (key == "createdAt") {
		t.Errorf("%s: the last one has it: %v", query, !ended)
	}
}

// TestAnotherInstitutionsContractsAreNotListed: cases 12 and 13 of the model. The
// owner of a contract elsewhere does not see it by this key, whatever it may see
// itself.
func TestAnotherInstitutionsContractsAreNotListed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		mine := paper(t, app, "home", "mine").SaveX(t.Context())
		gone := paper(t, app, "home", "gone").SetCustomKey("gone").SetDeletedAt(world.Now).SaveX(t.Context())
		elsewhere := paper(t, app, "foreign", "elsewhere").SetCustomKey("elsewhere").SetDeletedAt(world.Now).SaveX(t.Context())
		key := app.Store.Client().ApiKey.Query().FirstX(t.Context())
		theirs := paper(t, app, "foreign", "theirs").SetOwnerID(key.UserID).SetCustomKey("theirs").SaveX(t.Context())
		if got := list(t, app, ""); got.Total != 1 || got.Contracts[0].ID != mine.ID {
			t.Errorf("listed %+v", got)
		}
		unknown := call(t, app, http.MethodGet, "/contracts/"+opaque.UUID(), nil)
		for _, path := range []string{
			"/contracts/" + theirs.UUID, "/contracts/" + gone.UUID, "/contracts/x", "/contracts/%00", "/contracts/" + strings.ToUpper(mine.UUID),
			"/contracts/find?uuid=" + theirs.UUID, "/contracts/find?uuid=" + elsewhere.UUID, "/contracts/find?customKey=theirs", "/contracts/find?customKey=elsewhere",
			"/contracts/find?uuid=x", "/contracts/find?customKey=%00", "/contracts/find?customKey=x&uuid=" + mine.UUID,
		} {
			got := call(t, app, http.MethodGet, path, nil)
			refused(t, got, 404, "NOT_FOUND_CONTRACT")
			if !bytes.Equal(got.Body, unknown.Body) {
				t.Errorf("%s: %s, and an unknown one %s", path, got.Body, unknown.Body)
			}
		}
		before := app.Snapshot(t)
		for _, uuid := range []string{theirs.UUID, gone.UUID, opaque.UUID(), "x"} {
			for _, body := range []string{`{"input":{"tagIds":[]}}`, `{}`} {
				refused(t, call(t, app, http.MethodPatch, "/contracts/"+uuid, body), 404, "NOT_FOUND_CONTRACT")
			}
		}
		if d := cmp.Diff(before, app.Snapshot(t)); d != "" {
			t.Errorf("something was written: %s", d)
		}
	})
}

// TestADeletedContractIsFoundAndNotListed: find tells that it is DELETED, a concluded one
// too, by either of its keys; nothing else knows it.
func TestADeletedContractIsFoundAndNotListed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		there := paper(t, app, "home", "there").SetCustomKey("there").SetConcludedAt(world.Now).SaveX(t.Context())
		for name, concluded := range map[string]bool{"gone": false, "signed-and-gone": true} {
			made := paper(t, app, "home", name).SetCustomKey(name).SetDeletedAt(world.Now)
			if concluded {
				made.SetConcludedAt(world.Now)
			}
			uuid := made.SaveX(t.Context()).UUID
			for _, by := range []string{"uuid=" + uuid, "customKey=" + name, "customKey=" + name + "&uuid=" + uuid} {
				got := data[struct{ Contract map[string]any }](t, call(t, app, http.MethodGet, "/contracts/find?"+by, nil)).Contract
				if got["uuid"] != uuid || got["status"] != "DELETED" {
					t.Errorf("%s: %v", by, got)
				}
			}
			refused(t, call(t, app, http.MethodGet, "/contracts/"+uuid, nil), 404, "NOT_FOUND_CONTRACT")
			refused(t, call(t, app, http.MethodPatch, "/contracts/"+uuid, `{"input":{"tagIds":[]}}`), 404, "NOT_FOUND_CONTRACT")
		}
		found := data[struct{ Contract map[string]any }](t, call(t, app, http.MethodGet, "/contracts/find?uuid="+there.UUID, nil)).Contract
		if got := list(t, app, ""); got.Total != 1 || got.Contracts[0].ID != there.ID || found["status"] != "CONCLUDED" {
			t.Errorf("listed %+v, found %v", got, found)
		}
		refused(t, call(t, app, http.MethodGet, "/contracts?status=DELETED", nil), 400, "INVALID_PARAMETER")
	})
}

// TestOneParticipantFulfilsAll that is asked of participants, and only the latest
// signature counts.
func TestOneParticipantFulfilsAll(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	p := paper(t, app, "home", "signed").SaveX(t.Context())
	c := app.Store.Client()
	sign := func(status lifecycle.SignatureStatus, people ...[3]string) {
		s := c.Signature.Create().SetInstitutionID(p.InstitutionID).SetAgreementID(p.ID).SetUUID(opaque.UUID()).SetTitle("x").SetStatus(status).
			SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
		for i, who := range people {
			c.Participant.Create().SetInstitutionID(p.InstitutionID).SetSignatureID(s.ID).SetUUID(opaque.UUID()).SetPosition(int32(i)).SetName(who[0]).
				SetSearchName(store.Fold(who[0])).SetEmail(who[1]).SetSearchEmail(store.Fold(who[1])).SetPhone(who[2]).SetPhoneDigits(strings.ReplaceAll(who[2], "-", "")).
				SetStatus(lifecycle.ParticipantPending).SetSend(lifecycle.SendEmail).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).ExecX(t.Context())
		}
	}
	sign(lifecycle.SignatureCanceled, [3]string{"Old Lee", "lee@x.test", "010-1111-2222"})
	sign(lifecycle.SignatureCanceled, [3]string{"Kim", "kim@x.test", "010-3333-4444"}, [3]string{"Park", "park@y.test", ""})
	for query, want := range map[string]int{
		"participantName=KIM": 1, "participantName=lee": 0, "participantEmail=Y.TEST": 1, "participantName=kim&participantEmail=x.test": 1,
		"participantName=kim&participantEmail=y.test": 0, "participantPhone=33-33": 1, "participantPhone=333%20344": 1, "participantPhone=1111": 0,
		"participantPhone=abc": 0, "participantName=park&participantPhone=3333": 0, "signature=included": 1, "signature=excluded": 0,
	} {
		if got := list(t, app, query); got.Total != want {
			t.Errorf("%s gives %d, want %d", query, got.Total, want)
		}
	}
}
