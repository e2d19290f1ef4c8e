package program

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kontrak/internal/world"
)

// TestTenThousandIDsInTheAddressReachEachDialect: the server takes a head that long, and
// each dialect answers in its own envelope. No agreement has one of the ids; Yedpay has no
// such parameter, and passes over it.
func TestTenThousandIDsInTheAddressReachEachDialect(t *testing.T) {
	t.Parallel()
	r, tokens := startDemo(t, nil)
	ask := func(path, header, value string) (int, string) {
		t.Helper()
		in, err := http.NewRequestWithContext(context.Background(), http.MethodGet, r.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		in.Header.Set(header, value)
		out, err := http.DefaultClient.Do(in)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = out.Body.Close() }()
		body, err := io.ReadAll(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		return out.StatusCode, string(body)
	}
	many := func(name string) string {
		ids := make([]string, 10_000)
		for i := range ids {
			ids[i] = fmt.Sprintf("%s%%5B%%5D=%d", name, 1_000_000_000+i)
		}
		return strings.Join(ids, "&")
	}
	bearer := "Bearer " + tokens["INSTITUTION"]
	_, me := ask("/v1/me", "Authorization", bearer)
	company := regexp.MustCompile(`"company_id":"(\w+)"|"company":\{"id":"(\w+)"`).FindStringSubmatch(me)
	if company == nil {
		t.Fatal(me)
	}
	for _, c := range []struct{ path, header, value, want string }{
		{"/service-desk/api/contract-list?" + many("contract_ids"), "Authorization", "Bearer " + tokens["SUPERVISOR"], `"total":0`},
		{"/kit-api/v1/contracts?" + many("tagIds"), "x-api-key", world.KitKey, `"total":0`},
		{"/v1/companies/" + company[1] + company[2] + "/contracts?" + many("contract_ids"), "Authorization", bearer, `"success":true`},
	} {
		if status, body := ask(c.path, c.header, c.value); status != http.StatusOK || !strings.Contains(body, c.want) {
			t.Errorf("%.60s of %d bytes: %d %.300s", c.path, len(c.path), status, body)
		}
	}
	r.stop(t)
}
