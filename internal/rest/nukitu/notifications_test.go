package nukitu_test

import (
	"fmt"
	"strings"
	"testing"

	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

func TestNotificationsAreListedShownAndRead(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		contract := a.World.Contract("offer")
		for _, topic := range []string{"contract_payment_verified", "contract_assigned", "contract_payment_refused"} {
			a.Leave(t, topic, contract)
		}
		if _, err := a.Market.AcceptContract(a.As("partner@demo.test"), contract, market.ContractWants{}); err != nil {
			t.Fatal(err)
		}
		a.TellEvents(t)
		token, other := a.Token(t, "institution@demo.test"), a.Token(t, "partner@demo.test")
		list := func(query string) (items []any, meta map[string]any) {
			t.Helper()
			r := a.Do(t, "GET", "/api/v1/notifications"+query, token, nil)
			if r.Status != 200 {
				t.Fatalf("%s: %d %s", query, r.Status, r.Body)
			}
			body := r.Object(t)
			return body["data"].([]any), body["meta"].(map[string]any)
		}
		all, meta := list("")
		if len(all) != 3 || meta["total_count"] != 3.0 || meta["unread_count"] != 3.0 || meta["per_page"] != 20.0 {
			t.Fatalf("%v %v", all, meta)
		}
		newest := all[0].(map[string]any)
		if refused := all[1].(map[string]any); refused["type"] != "general" || !strings.HasPrefix(refused["title"].(string), "Pembayaran tidak ditemukan") {
			t.Errorf("a topic that the dialect has no word for: %v", refused)
		}
		if newest["type"] != "contract_accepted" || newest["read"] != false || newest["read_at"] != nil ||
			fmt.Sprint(newest["notifiable"]) != fmt.Sprintf("map[id:%d type:Contract]", contract) || !strings.HasPrefix(newest["title"].(string), "Diterima: NKT-") {
			t.Errorf("%v", newest)
		}
		one := fmt.Sprintf("/notifications/%v", newest["id"])
		if shown := said(t, a, 200, "GET", one, token, nil)["notification"].(map[string]any); fmt.Sprint(shown) != fmt.Sprint(newest) {
			t.Errorf("%v is shown, %v is listed", shown, newest)
		}
		first := said(t, a, 200, "PATCH", one+"/read", token, nil)["notification"].(map[string]any)
		a.Clock.Advance(1e9)
		if again := said(t, a, 200, "PATCH", one+"/read", token, `{}`)["notification"].(map[string]any); first["read"] != true || fmt.Sprint(again) != fmt.Sprint(first) {
			t.Errorf("%v, then %v", first, again)
		}
		for query, want := range map[string][2]float64{
			"?read=true": {1, 2}, "?read=false": {2, 2}, "?read=undefined&per_page=1": {3, 2}, "?page=9": {3, 2},
		} {
			if _, meta := list(query); meta["total_count"] != want[0] || meta["unread_count"] != want[1] {
				t.Errorf("%s: %v", query, meta)
			}
		}
		checkFailure(t, a.Do(t, "GET", "/api/v1/notifications?read=maybe&page=0", token, nil), "validation_error", "page,read")
		for _, path := range []string{one, "/notifications/0", "/notifications/x", "/notifications/99999999"} {
			checkFailure(t, a.Do(t, "GET", "/api/v1"+path, other, nil), "not_found", "")
			checkFailure(t, a.Do(t, "PATCH", "/api/v1"+path+"/read", other, nil), "not_found", "")
		}
	})
}
