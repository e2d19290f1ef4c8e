package market_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// asked is an action with an input, and the same as a question.
type asked struct {
	action lifecycle.ContractAction
	input  *market.ActionInput // nil: the action has none that is asked about
	do     func(ctx context.Context, id int64) error
	// code is what an action that is allowed meets nevertheless: a code that is
	// scanned is not asked about.
	code fault.Code
}

// contractErr makes an action that answers with a contract into one that only
// fails or not.
func contractErr(_ *view.Contract, err error) error { return err }

// askable are the actions whose questions are compared with themselves.
func askable(app *testkit.App) []asked {
	m, none := app.Market, market.ContractWants{}
	reason := &market.ActionInput{Reason: "Because."}
	partner := func(id int64) *market.ActionInput { return &market.ActionInput{PartnerID: id, Reason: "Because."} }
	hours := func(h view.Hours, why string) asked {
		return asked{lifecycle.ActRequestExtension, &market.ActionInput{AdditionalHours: h, Reason: why}, func(ctx context.Context, id int64) error {
			return contractErr(m.RequestExtension(ctx, market.ExtensionRequest{ContractID: id, AdditionalHours: h, Reason: why}, none))
		}, ""}
	}
	assign := func(id int64) asked {
		return asked{lifecycle.ActAssignReplacement, partner(id), func(ctx context.Context, contract int64) error {
			return contractErr(m.AssignReplacement(ctx, market.AssignReplacement{ContractID: contract, PartnerID: id}, none))
		}, ""}
	}
	return []asked{
		hours("0", ""), hours("8.05", "More."), hours("x", ""), hours("1.5", "More."),
		{lifecycle.ActRejectExtension, reason, func(ctx context.Context, id int64) error {
			return contractErr(m.RejectExtension(ctx, id, reason.Reason, none))
		}, ""},
		{lifecycle.ActApproveExtension, nil, func(ctx context.Context, id int64) error { return contractErr(m.ApproveExtension(ctx, id, none)) }, ""},
		{lifecycle.ActShowEndCode, nil, func(ctx context.Context, id int64) error { _, err := m.ShowEndCode(ctx, id); return err }, ""},
		{lifecycle.ActFinishWork, nil, func(ctx context.Context, id int64) error { return contractErr(m.FinishWork(ctx, id, "X", none)) }, fault.InputInvalid},
		{lifecycle.ActShowStartCode, nil, func(ctx context.Context, id int64) error { _, err := m.ShowStartCode(ctx, id); return err }, ""},
		{lifecycle.ActStartWork, nil, func(ctx context.Context, id int64) error { return contractErr(m.StartWork(ctx, id, "X", none)) }, fault.InputInvalid},
		{lifecycle.ActGoOnRoute, nil, func(ctx context.Context, id int64) error { return contractErr(m.GoOnRoute(ctx, id, none)) }, ""},
		{lifecycle.ActForceComplete, reason, func(ctx context.Context, id int64) error {
			return contractErr(m.ForceComplete(ctx, id, reason.Reason, none))
		}, ""},
		{lifecycle.ActReplacePartner, partner(app.World.Queue.EligibleID), func(ctx context.Context, id int64) error {
			return contractErr(m.ReplacePartner(ctx, market.PartnerReplacement{ContractID: id, PartnerID: app.World.Queue.EligibleID, Reason: "Because."}, none))
		}, ""},
		{lifecycle.ActForceCancel, &market.ActionInput{}, func(ctx context.Context, id int64) error {
			return contractErr(m.ForceCancel(ctx, id, "", none))
		}, ""},
		{lifecycle.ActForceCancel, reason, func(ctx context.Context, id int64) error {
			return contractErr(m.ForceCancel(ctx, id, reason.Reason, none))
		}, ""},
		assign(0), assign(app.World.Partners["suspended"]), assign(app.World.Queue.EligibleID),
		{lifecycle.ActRejectEscalation, reason, func(ctx context.Context, id int64) error {
			return contractErr(m.RejectEscalation(ctx, id, reason.Reason, none))
		}, ""},
		{lifecycle.ActAccept, nil, func(ctx context.Context, id int64) error { return contractErr(m.AcceptContract(ctx, id, none)) }, ""},
		{lifecycle.ActReject, &market.ActionInput{}, func(ctx context.Context, id int64) error { return contractErr(m.RejectContract(ctx, id, "", none)) }, ""},
		{lifecycle.ActReject, reason, func(ctx context.Context, id int64) error {
			return contractErr(m.RejectContract(ctx, id, reason.Reason, none))
		}, ""},
	}
}

// TestWhatIsToldOfAnActionIsWhatItAnswers asks of every contract, for an account
// of each kind, whether each action may be done, and then does it: code, message
// and refusals are the same, and what is allowed is done.
func TestWhatIsToldOfAnActionIsWhatItAnswers(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as := signedIn(t, app)
		ids := idsOf(readTruth(t, app).contracts, contractID)
		seen := map[lifecycle.ContractAction]map[fault.Code]int{}
		for _, email := range []string{
			technician, app.PartnerEmail("jayapura"), app.PartnerEmail("makassar"), app.PartnerEmail("unowned"), "branch@demo.test", institution,
			supervisor, "supervisor2@demo.test", admin,
		} {
			list := askable(app)
			if email == technician || email == institution {
				slices.Reverse(list) // what one does first leaves nothing to its opposite
			}
			for _, a := range list {
				if seen[a.action] == nil {
					seen[a.action] = map[fault.Code]int{}
				}
				told := ask(as[email], t, app, ids, a)
				for i, id := range ids {
					err := a.do(as[email], id)
					seen[a.action][compareAnswer(t, email, id, a, told[i], err)]++
					if err == nil {
						told = ask(as[email], t, app, ids, a) // a partner may be busy now
					}
				}
			}
		}
		for action, codes := range seen {
			for _, want := range []fault.Code{"", fault.RoleForbidden, fault.RecordNotFound, fault.WrongState} {
				if want == fault.RecordNotFound && slices.Contains(byAdmin, action) {
					continue // the back office knows of every contract
				}
				if codes[want] == 0 {
					t.Errorf("%s was never answered with %q: %v", action, want, codes)
				}
			}
		}
	})
}

// byAdmin are the back office's actions among those that are compared.
var byAdmin = []lifecycle.ContractAction{lifecycle.ActForceCancel, lifecycle.ActForceComplete, lifecycle.ActReplacePartner}

func ask(ctx context.Context, t *testing.T, app *testkit.App, ids []int64, a asked) []*view.Decision {
	t.Helper()
	told, err := app.Market.ContractCan(ctx, ids, a.action, a.input)
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// compareAnswer gives the code that was told.
func compareAnswer(t *testing.T, who string, id int64, a asked, told *view.Decision, err error) fault.Code {
	t.Helper()
	f, _ := fault.As(err)
	if told.Allowed {
		if codeOf(err) != a.code {
			t.Errorf("%s of contract %d is allowed to %s, and answers %v", a.action, id, who, err)
		}
		return ""
	}
	if f == nil || told.Code == nil || told.Message == nil {
		t.Errorf("%s of contract %d is told to %s as %v, and answers %v", a.action, id, who, told, err)
		return "?"
	}
	var rules []string
	var fields, toldFields []string
	for _, field := range f.Fields {
		fields = append(fields, field.Name+" "+field.Message)
	}
	for _, field := range told.Fields {
		toldFields = append(toldFields, field.Field+" "+field.Message)
	}
	for _, r := range f.Refusals {
		rules = append(rules, r.Rule+" "+r.Needed+" "+r.Actual)
	}
	var toldRules []string
	for _, r := range told.Refusals {
		text := r.Rule + " "
		text += r.Needed
		if r.Actual != nil {
			text += " " + *r.Actual
		}
		toldRules = append(toldRules, text)
	}
	if *told.Code != string(f.Code) || *told.Message != f.Message || !slices.Equal(rules, toldRules) || !slices.Equal(fields, toldFields) {
		t.Errorf("%s of contract %d is told to %s as %s %q %q %q, and answers %s %q %q %q",
			a.action, id, who, *told.Code, *told.Message, toldRules, toldFields, f.Code, f.Message, rules, fields)
	}
	return f.Code
}

// TestTheListOfActionsIsWhatIsToldOfEach: without an input, at three instants.
func TestTheListOfActionsIsWhatIsToldOfEach(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as := signedIn(t, app)
		ids := idsOf(readTruth(t, app).contracts, contractID)
		for _, later := range []time.Duration{0, 5 * time.Hour, 100 * time.Hour} {
			app.Clock.Advance(later)
			for _, email := range []string{institution, technician, supervisor, admin} {
				lists, err := app.Market.ContractActions(as[email], ids)
				if err != nil {
					t.Fatal(err)
				}
				for _, action := range lifecycle.ContractActions {
					told := ask(as[email], t, app, ids, asked{action: action})
					for i, id := range ids {
						at := slices.IndexFunc(lists[i], func(d *view.Decision) bool { return d.Action == action })
						if at < 0 {
							continue // never for this role, or a contract it may not know of
						}
						if d := lists[i][at]; d.Allowed != told[i].Allowed || (d.Code == nil) != (told[i].Code == nil) || d.Code != nil && *d.Code != *told[i].Code {
							t.Errorf("%s: %s of contract %d is listed as %v and told as %v", email, action, id, d, told[i])
						}
					}
				}
			}
		}
	})
}
