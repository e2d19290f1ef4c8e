package program

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// TestImportTakesAListOverOnce through the command line: a file, the same again, one
// with bad rows, and what is no list.
func TestImportTakesAListOverOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st := db.Open(t)
		w, err := world.Demo(t.Context(), st, world.Config{Now: world.Now, PasswordHash: "x"})
		if err != nil {
			t.Fatal(err)
		}
		before := count(t, st)
		path := filepath.Join(t.TempDir(), "list.json")
		write := func(text string) {
			t.Helper()
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		do := func(institution string, more ...string) result {
			return command{}.run(t, append([]string{"import", "--dialect", "yedpay", "--institution", institution, "--database-url", db.URL, path}, more...)...)
		}
		const row = `{"id":"2M49E60Z7XGZ17G5DN","company_id":"x","type":"online_gateway_agreement","file_id":"9302L8KR7RRKEPRYJ7","status":"ACTIVE","generated_at":"2019-10-23","client_approved_at":"","expires_at":"","created_at":"2023-11-28 20:49:53","updated_at":"2023-11-28 20:49:53"}`
		write(`{"success":true,"data":[` + row + `]}`)
		for _, c := range []struct{ institution, want string }{
			{w.Companies["home"], "1 rows: 1 taken over, 0 known already and left as they are, 0 refused"},
			{"1", "1 rows: 0 taken over, 1 known already and left as they are, 0 refused"},
		} {
			if r := do(c.institution); r.code != exitGood || !strings.Contains(r.stdout, c.want) {
				t.Errorf("%d %s %s", r.code, r.stdout, r.stderr)
			}
		}
		write(`{"success":true,"data":[` + strings.Replace(row, "2M49E60Z7XGZ17G5DN", "new", 1) + `,{"id":7}]}`)
		if r := do("1"); r.code != exitBad || !strings.Contains(r.stderr, "row 2, id: must be a text") || !strings.Contains(r.stderr, "--partial") || !strings.Contains(r.stdout, "2 rows: 0 taken over") {
			t.Errorf("%d %s %s", r.code, r.stdout, r.stderr)
		}
		if r := do("1", "--partial"); r.code != exitGood || !strings.Contains(r.stderr, "row 1, file_id") {
			t.Errorf("%d %s %s", r.code, r.stdout, r.stderr)
		}
		write("<html>")
		for _, institution := range []string{"1", "99", "0", "x", "2M49E60Z7XGZ17G5DN"} {
			if r := do(institution); r.code != exitBad {
				t.Errorf("%s: %d %s", institution, r.code, r.stderr)
			}
		}
		if after := count(t, st); after != before+2 {
			t.Errorf("%d agreements, before %d", after, before)
		}
	})
}

func count(t testing.TB, st *store.Store) int {
	t.Helper()
	n, err := st.Client().Agreement.Query().Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}
