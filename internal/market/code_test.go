package market_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent/qrtoken"
	"kontrak/ent/setting"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

func TestACodeIsShownAgainWhileAMinuteOfItsLifeIsLeft(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(
			"instants of a contract's life follow each other", "a history row begins where the one before ended",
			"history does not run backwards, nor past the contract",
		)
		as, m, id := signedIn(t, app), app.Market, app.World.Contract("running")
		app.Clock.Advance(-3 * time.Hour) // business time has no say in it
		show := func(email string) *view.QRCode {
			t.Helper()
			v, err := m.ShowEndCode(as[email], id)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		first := show(technician)
		if !regexp.MustCompile(`^[A-Z2-7]{32}$`).MatchString(first.Token) || !first.ExpiresAt.Equal(world.Now.Add(5*time.Minute)) {
			t.Fatalf("the code is %+v", first)
		}
		app.Wall.Advance(4 * time.Minute)
		for _, email := range []string{institution, technician, "member@demo.test", institution} {
			if v := show(email); v.Token != first.Token || !v.ExpiresAt.Equal(first.ExpiresAt) {
				t.Errorf("%s is shown %+v, and the first was %+v", email, v, first)
			}
		}
		app.Wall.Advance(time.Millisecond)
		second := show(institution)
		if second.Token == first.Token || !second.ExpiresAt.Equal(app.Wall.Now().Add(5*time.Minute)) {
			t.Errorf("with less than a minute left, %+v is shown again as %+v", first, second)
		}
		if v := show(technician); v.Token != second.Token {
			t.Error("the other side is shown another code")
		}
		if n := app.Store.Client().QRToken.Query().CountX(t.Context()); n != 2 {
			t.Errorf("%d codes were made", n)
		}
		if _, err := m.FinishWork(as[institution], id, first.Token, everything); err != nil {
			t.Errorf("the first code, which is still good, is refused: %v", err)
		}
	})
}

// TestTheLifeOfACodeIsASetting: also one that is shorter than what is left at least.
func TestTheLifeOfACodeIsASetting(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m, id := signedIn(t, app), app.Market, app.World.Contract("on_route")
		app.Store.Client().Setting.Update().Where(setting.Key("qr_token_minutes")).SetValue("0.5").ExecX(t.Context())
		first, second := tokenOf(as[institution], t, m.ShowStartCode, id), tokenOf(as[institution], t, m.ShowStartCode, id)
		if first == second {
			t.Error("a code with half a minute left is shown again")
		}
		app.Wall.Advance(30*time.Second - time.Millisecond)
		if _, err := m.StartWork(as[app.PartnerEmail("partner2")], id, first, everything); err != nil {
			t.Errorf("before its end it is refused: %v", err)
		}
		if _, err := m.FinishWork(as[institution], id, second, everything); codeOf(err) != fault.InputInvalid {
			t.Errorf("what begins work ends it: %v", err)
		}
	})
}

// TestATokenThatIsNotGoodIsRefusedInTheSameWords: whatever is wrong with it.
func TestATokenThatIsNotGoodIsRefusedInTheSameWords(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend("a code of each phase was scanned once at most")
		as, m, c := signedIn(t, app), app.Market, app.Store.Client()
		partner2 := as[app.PartnerEmail("partner2")]
		onRoute, running, accepted := app.World.Contract("on_route"), app.World.Contract("running"), app.World.Contract("accepted")
		expired := tokenOf(as[institution], t, m.ShowStartCode, onRoute)
		app.Wall.Advance(5 * time.Minute)
		used := tokenOf(as[institution], t, m.ShowStartCode, onRoute)
		c.QRToken.Update().Where(qrtoken.ExpiresAtGT(app.Wall.Now())).SetUsedAt(world.Now).ExecX(t.Context())
		otherPhase := tokenOf(as[technician], t, m.ShowEndCode, running)
		otherContract := tokenOf(as[institution], t, m.ShowStartCode, accepted)
		good := tokenOf(as[institution], t, m.ShowStartCode, onRoute)
		before := app.Snapshot(t)
		var first *fault.Error
		for name, token := range map[string]string{
			"expired": expired, "used": used, "of another contract": otherContract, "of another contract and phase": otherPhase,
			"wrong": strings.Repeat("A", 32), "in small letters": strings.ToLower(good), "cut": good[:31],
			"zero": "\x00", "no text": "\xff", "long": strings.Repeat(good, 5000), "the hash": c.QRToken.Query().Order(qrtoken.ByID()).FirstX(t.Context()).Hash,
		} {
			_, err := m.StartWork(partner2, onRoute, token, everything)
			f, _ := fault.As(err)
			if f == nil || f.Code != fault.InputInvalid || len(f.Fields) != 1 || f.Fields[0].Name != "qr_token" || len(f.Refusals)+len(f.Meta) != 0 {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if first == nil {
				first = f
			}
			if f.Fields[0] != first.Fields[0] || f.Message != first.Message || strings.Contains(f.Fields[0].Message, token) {
				t.Errorf("%s is told %v, and another one %v", name, f, first)
			}
		}
		if _, err := m.FinishWork(as[institution], running, tokenOf(as[institution], t, m.ShowEndCode, running)+"x", everything); codeOf(err) != fault.InputInvalid {
			t.Errorf("an end code with a letter more: %v", err)
		}
		if _, err := m.FinishWork(as[institution], running, good, everything); codeOf(err) != fault.InputInvalid {
			t.Errorf("a start code ends the work: %v", err)
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("a refused code wrote something: %q", differing(before, after))
		}
		if _, err := m.StartWork(partner2, onRoute, " "+good+"\n", everything); err != nil {
			t.Errorf("the good one, with what a scanner put around it: %v", err)
		}
	})
}

// TestACodeIsShownInItsStatesOnly, to those who may show it, for every contract
// and account.
func TestACodeIsShownInItsStatesOnly(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, as := readTruth(t, app), signedIn(t, app)
		seen := map[fault.Code]int{}
		for _, u := range w.callers() {
			for _, c := range w.contracts {
				for _, phase := range []struct {
					show   func(context.Context, int64) (*view.QRCode, error)
					roles  string
					states []lifecycle.ContractStatus
				}{
					{app.Market.ShowStartCode, "institution", []lifecycle.ContractStatus{"accepted", "on_route"}},
					{app.Market.ShowEndCode, "institution partner", []lifecycle.ContractStatus{"in_progress"}},
				} {
					want := fault.Code("")
					switch {
					case !slices.Contains(strings.Fields(phase.roles), string(u.Role)):
						want = fault.RoleForbidden
					case !w.knows(u, c):
						want = fault.RecordNotFound
					case !slices.Contains(phase.states, c.Status):
						want = fault.WrongState
					}
					v, err := phase.show(as[u.Email], c.ID)
					if codeOf(err) != want || (v != nil && v.Token != "") != (want == "") {
						t.Errorf("%s is shown the code of contract %d (%s): %v %v, want %q", u.Email, c.ID, c.Status, v, err, want)
					}
					seen[want]++
				}
			}
		}
		if len(seen) != 4 || seen[""] < 10 {
			t.Errorf("%v: too few to say anything", seen)
		}
		for _, row := range app.Store.Client().QRToken.Query().AllX(t.Context()) {
			c := app.Store.Client().Contract.GetX(t.Context(), row.ContractID)
			if row.InstitutionID != c.InstitutionID || len(row.Hash) != 64 || row.UsedAt != nil {
				t.Errorf("the row is %s", row)
			}
		}
	})
}

// TestNoTokenIsStoredOrLogged searches every row and the whole log.
func TestNoTokenIsStoredOrLogged(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m, id := signedIn(t, app), app.Market, app.World.Contract("on_route")
		token := tokenOf(as[institution], t, m.ShowStartCode, id)
		if _, err := m.StartWork(as[app.PartnerEmail("partner2")], id, "X"+token, everything); err == nil {
			t.Fatal("a wrong code passes")
		}
		if _, err := m.StartWork(as[app.PartnerEmail("partner2")], id, token, everything); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"qr_tokens", "contracts", "contract_history", "outbox", "schedules"} {
			rows, err := app.Store.Client().QueryContext(t.Context(), "SELECT * FROM "+table)
			if err != nil {
				t.Fatal(err)
			}
			if text := rowsText(t, rows); strings.Contains(text, token) || len(text) < 100 {
				t.Errorf("%s holds the token, or nothing: %.200s", table, text)
			}
		}
		if log := app.Log.String(); strings.Contains(log, token) {
			t.Errorf("the log holds the token: %s", log)
		}
	})
}

// rowsText prints what a statement has found.
func rowsText(t testing.TB, rows *sql.Rows) string {
	t.Helper()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	row, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		dest[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(&text, "%s\n", row) // a builder takes everything
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
