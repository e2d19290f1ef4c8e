package market_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kontrak/ent/setting"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// settingEffect is a length of time that the back office may change, and what of
// the program shows it.
type settingEffect struct {
	key    string
	values [2]string // two settings, of which each makes a difference
	want   [2]string
	shows  func(t *testing.T, app *testkit.App, as map[string]context.Context) string
}

// inHours writes an instant as hours from now.
func inHours(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Sub(world.Now).String()
}

// deadlineAfter acts on a contract and tells the deadline of its stage.
func deadlineAfter(t *testing.T, act func() (*view.Contract, error)) string {
	t.Helper()
	v, err := act()
	if err != nil {
		t.Fatal(err)
	}
	return inHours(v.EscalationDeadlineAt)
}

var settingEffects = []settingEffect{
	{"payment_deadline_hours", [2]string{"30", "100.5"}, [2]string{"30h0m0s", "100h30m0s"},
		func(t *testing.T, app *testkit.App, as map[string]context.Context) string {
			v, err := app.Market.RefusePayment(as[admin], app.World.Contract("to_verify"), "Not there.", everything)
			if err != nil {
				t.Fatal(err)
			}
			return inHours(v.PaymentDeadlineAt)
		}},
	{"partner_response_hours", [2]string{"5", "36"}, [2]string{"5h0m0s", "36h0m0s"},
		func(t *testing.T, app *testkit.App, as map[string]context.Context) string {
			return deadlineAfter(t, func() (*view.Contract, error) {
				return app.Market.VerifyPayment(as[admin], app.World.Contract("to_verify"), everything)
			})
		}},
	{"supervisor_response_hours", [2]string{"1.5", "40"}, [2]string{"1h30m0s", "40h0m0s"},
		func(t *testing.T, app *testkit.App, as map[string]context.Context) string {
			return deadlineAfter(t, func() (*view.Contract, error) {
				return app.Market.RejectContract(as[technician], app.World.Contract("offer"), "No time.", everything)
			})
		}},
	{"departure_reminder_minutes", [2]string{"60", "2940"}, [2]string{"approaching false, reminded in 47h0m0s", "approaching true, reminded in 0s"},
		func(t *testing.T, app *testkit.App, as map[string]context.Context) string {
			id := app.World.Contract("accepted") // starts in two days
			v, err := app.Market.Contract(as[technician], id, everything)
			if err != nil {
				t.Fatal(err)
			}
			list, err := app.Market.ContractSimulate(as[technician], []int64{id}, world.Now.Add(72*time.Hour))
			if err != nil || len(list[0]) != 1 {
				t.Fatalf("%v, %v", list, err)
			}
			approaching := map[bool]string{true: "approaching true", false: "approaching false"}[v.ApproachingScheduledStart]
			return approaching + ", reminded in " + inHours(&list[0][0].At)
		}},
	{"max_extension_hours", [2]string{"1", "12"}, [2]string{"INVALID", ""},
		func(_ *testing.T, app *testkit.App, as map[string]context.Context) string {
			_, err := app.Market.RequestExtension(as[app.PartnerEmail("makassar")], market.ExtensionRequest{
				ContractID: app.World.Contract("running_branch"), AdditionalHours: "10", Reason: "More.",
			}, everything)
			return string(codeOf(err))
		}},
	{"review_edit_days", [2]string{"2", "30"}, [2]string{"refused", "allowed"},
		func(t *testing.T, app *testkit.App, as map[string]context.Context) string {
			id := app.World.Contract("reviewed") // four days ago
			list, err := app.Market.ContractCan(as[institution], []int64{id}, lifecycle.ActEditReview, nil)
			if err != nil {
				t.Fatal(err)
			}
			return map[bool]string{true: "allowed", false: "refused"}[list[0].Allowed]
		}},
	{"qr_token_minutes", [2]string{"3", "45"}, [2]string{"3m0s", "45m0s"},
		func(t *testing.T, app *testkit.App, as map[string]context.Context) string {
			v, err := app.Market.ShowStartCode(as[institution], app.World.Contract("on_route"))
			if err != nil {
				t.Fatal(err)
			}
			return v.ExpiresAt.Sub(app.Wall.Now()).String()
		}},
}

// TestEveryLengthOfTimeIsASetting changes each, and sees what it changes.
func TestEveryLengthOfTimeIsASetting(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, e := range settingEffects {
		covered[e.key] = true
		t.Run(e.key, func(t *testing.T) {
			t.Parallel()
			testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
				for i, value := range e.values {
					app := testkit.Start(t, db)
					as := signedIn(t, app)
					n := app.Store.Client().Setting.Update().Where(setting.Key(e.key)).SetValue(value).SaveX(t.Context())
					if got := e.shows(t, app, as); n != 1 || got != e.want[i] {
						t.Errorf("with %s it shows %q, want %q (%d rows)", value, got, e.want[i], n)
					}
					db = map[string]func(testing.TB) testkit.Database{"sqlite": testkit.SQLite, "postgres": testkit.Postgres}[db.Name](t)
				}
			})
		})
	}
	for _, row := range testkit.Start(t, testkit.SQLite(t)).Store.Client().Setting.Query().AllX(t.Context()) {
		for _, unit := range []string{"_days", "_hours", "_minutes"} {
			ofSignIn := strings.HasPrefix(row.Key, "otp_") || strings.Contains(row.Key, "_token_") && !strings.HasPrefix(row.Key, "qr_")
			if strings.HasSuffix(row.Key, unit) && !covered[row.Key] && !ofSignIn {
				t.Errorf("nothing shows what %s changes", row.Key)
			}
		}
	}
}
