package market_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// scenesPerCheck is how many scenes one check of rapid plays: as many checks as
// rapid does by default show the law at a glance, and -rapid.checks=2500 makes
// enough scenes (enoughScenes) for the counts to be held as well.
const (
	scenesPerCheck = 8
	enoughScenes   = 20_000
)

// TestExplainIsTrue: in random worlds, for random callers and inputs, an action is
// told to be allowed exactly when it succeeds, and what refuses it is told as it
// refuses: code, message, fields, rules, who could and from when.
func TestExplainIsTrue(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		lab := newLaboratory(t, db)
		counts := newTally()
		rapid.Check(t, func(rt *rapid.T) {
			d := &dice{rt: rt}
			for range scenesPerCheck {
				lab.play(rt, drawScene(d, lab), counts)
			}
		})
		t.Logf("%s: %d scenes\n%s", db.Name, counts.scenes, counts)
		if counts.scenes >= enoughScenes {
			counts.check(t)
		}
		if counts.allowed == 0 || counts.scenes == counts.allowed {
			t.Errorf("of %d scenes %d were allowed: that says nothing", counts.scenes, counts.allowed)
		}
	})
}

// play arranges a scene, asks, acts, compares, and puts everything back.
func (l *laboratory) play(rt *rapid.T, s *scene, counts *tally) {
	l.arrange(s)
	defer l.putBack(s)
	ctx, id := l.as[s.user.ID], []int64{s.contractID}
	told := l.can(ctx, id, s.action, s.play)
	bare := l.can(ctx, id, s.action, nil)
	listed, err := l.app.Market.ContractActions(ctx, id)
	if err != nil {
		rt.Fatal(err)
	}
	version := l.version(s.contractID)
	err = l.observed(ctx, s, func(observing context.Context) error { return s.play.do(observing, s.contractID) })
	if d := disagreement(told, err); d != "" {
		rt.Fatalf("%s\n%s", s, d)
	}
	if !bare.Allowed && err == nil || told.Allowed && !bare.Allowed {
		rt.Fatalf("%s\nwithout an input it is told as %s, with it as %s, and answers %v", s, toldAs(bare), toldAs(told), err)
	}
	for _, d := range listed[0] {
		if d.Action == s.action && toldAs(d) != toldAs(bare) {
			rt.Fatalf("%s\nit is listed as %s, and told as %s", s, toldAs(d), toldAs(bare))
		}
	}
	silent := s.action == lifecycle.ActShowStartCode || s.action == lifecycle.ActShowEndCode
	idle := s.action == lifecycle.ActSetDetails && err == nil // what is as it was writes nothing
	if changed := l.version(s.contractID) != version; !idle && changed != (err == nil && !silent) {
		rt.Fatalf("%s\nit answers %v, and the contract's version has changed: %v", s, err, changed)
	}
	if why := l.misnamesRoles(s, told); why != "" {
		rt.Fatalf("%s\n%s", s, why)
	}
	counts.add(s.action, told)
	if s.setting != "" {
		counts.settings[s.setting]++
	}
	if err == nil {
		l.holdsInvariants(rt, s)
	}
}

// disagreement tells in what a decision and an answer differ.
func disagreement(told *view.Decision, err error) string {
	if a, b := toldAs(told), answeredAs(err); a != b {
		return "it is told as\n\t" + a + "\nand answers\n\t" + b
	}
	return ""
}

// misnamesRoles tells how a decision misstates the roles that a rule is met for: rule
// role names exactly those whose list of actions has the action, whatever the
// contract's state, and rule deadline names the supervisor and not the caller.
func (l *laboratory) misnamesRoles(s *scene, d *view.Decision) string {
	for _, r := range d.Refusals {
		var want []actor.Role
		switch r.Rule {
		case "role":
			want = l.rolesOf[s.action]
		case "deadline":
			if s.action == lifecycle.ActAccept || s.action == lifecycle.ActReject {
				want = []actor.Role{actor.Supervisor}
			}
		}
		if !slices.Equal(want, slices.Sorted(slices.Values(r.Who))) {
			return fmt.Sprintf("rule %s of %s is said to be met for %v, and it is for %v", r.Rule, s.action, r.Who, want)
		}
	}
	return ""
}

// readRoles reads which roles have each action in the lists of what they may ever do.
func (l *laboratory) readRoles() {
	l.rolesOf = map[lifecycle.ContractAction][]actor.Role{}
	for _, u := range l.users {
		ids := make([]int64, len(l.contracts))
		for i, c := range l.contracts {
			ids[i] = c.ID
		}
		lists, err := l.app.Market.ContractActions(l.as[u.ID], ids)
		if err != nil {
			l.t.Fatal(err)
		}
		role := u.Role
		for _, list := range lists {
			for _, d := range list {
				if !slices.Contains(l.rolesOf[d.Action], role) {
					l.rolesOf[d.Action] = append(l.rolesOf[d.Action], role)
				}
			}
		}
	}
	for _, roles := range l.rolesOf {
		slices.Sort(roles)
	}
}

// toldAs writes all that a decision says.
func toldAs(d *view.Decision) string {
	if d.Allowed {
		return "allowed"
	}
	text := []string{*d.Code, *d.Message}
	for _, field := range d.Fields {
		text = append(text, "input of "+field.Field+": "+field.Message)
	}
	for _, r := range d.Refusals {
		line := r.Rule
		line += ": " + r.Needed
		if r.Actual != nil {
			line += ", is " + *r.Actual
		}
		if len(r.Who) > 0 {
			line += fmt.Sprint(", could ", r.Who)
		}
		if r.PossibleFrom != nil {
			line += ", from " + r.PossibleFrom.UTC().String()
		}
		text = append(text, line)
	}
	return strings.Join(text, " | ")
}

// answeredAs writes all that a fault says, in the same words.
func answeredAs(err error) string {
	if err == nil {
		return "allowed"
	}
	f, ok := fault.As(err)
	if !ok {
		return "no fault: " + err.Error()
	}
	text := []string{string(f.Code), f.Message}
	if cause := errors.Unwrap(f); f.Code == fault.InternalError && cause != nil {
		text = append(text, cause.Error())
	}
	for _, field := range f.Fields {
		text = append(text, "input of "+field.Name+": "+field.Message)
	}
	for _, r := range f.Refusals {
		line := r.Rule + ": " + r.Needed
		if r.Actual != "" {
			line += ", is " + r.Actual
		}
		if len(r.Who) > 0 {
			line += fmt.Sprint(", could ", r.Who)
		}
		if r.From != nil {
			line += ", from " + r.From.UTC().String()
		}
		text = append(text, line)
	}
	return strings.Join(text, " | ")
}

// tally counts what was drawn.
type tally struct {
	scenes, allowed int
	of              map[lifecycle.ContractAction]*[2]int // drawn, allowed
	rules           map[string]int
	pairs           map[string]int // action and rule
	settings        map[string]int // scenes in which they are not at their default
}

func newTally() *tally {
	t := &tally{of: map[lifecycle.ContractAction]*[2]int{}, rules: map[string]int{}, pairs: map[string]int{}, settings: map[string]int{}}
	for _, a := range lifecycle.ContractActions {
		t.of[a] = &[2]int{}
	}
	return t
}

func (t *tally) add(a lifecycle.ContractAction, d *view.Decision) {
	t.scenes++
	t.of[a][0]++
	if d.Allowed {
		t.allowed++
		t.of[a][1]++
		return
	}
	hit := map[string]bool{}
	for _, r := range d.Refusals {
		hit[r.Rule] = true
	}
	if len(d.Fields) > 0 {
		hit["input"] = true
	}
	if len(hit) == 0 {
		hit["(unknown)"] = true
	}
	for rule := range hit {
		t.rules[rule]++
		t.pairs[string(a)+" "+rule]++
	}
}

// String is the table of the counts.
func (t *tally) String() string {
	var b strings.Builder
	for _, a := range lifecycle.ContractActions {
		n := t.of[a]
		_, _ = fmt.Fprintf(&b, "%-20s drawn %5d, allowed %5d (%2d %%); refused by", a, n[0], n[1], 100*n[1]/max(1, n[0]))
		for _, pair := range slices.Sorted(maps.Keys(t.pairs)) {
			if rule, ok := strings.CutPrefix(pair, string(a)+" "); ok {
				_, _ = fmt.Fprintf(&b, " %s %d,", rule, t.pairs[pair])
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("rules:")
	for _, rule := range slices.Sorted(maps.Keys(t.rules)) {
		_, _ = fmt.Fprintf(&b, " %s %d,", rule, t.rules[rule])
	}
	b.WriteString("\nsettings:")
	for _, key := range settingNames {
		_, _ = fmt.Fprintf(&b, " %s %d,", key, t.settings[key])
	}
	return b.String()
}

// Each action succeeds so often in its draws, in per cent, and each rule refuses so
// often.
const (
	leastAllowed = 5
	leastRefused = 100
)

func (t *tally) check(test *testing.T) {
	test.Helper()
	for action, n := range t.of {
		if 100*n[1] < leastAllowed*n[0] {
			test.Errorf("%s was allowed %d times in %d draws: less than %d %%", action, n[1], n[0], leastAllowed)
		}
	}
	for _, key := range settingNames {
		if t.settings[key] < leastRefused {
			test.Errorf("%s was set %d times: less than %d", key, t.settings[key], leastRefused)
		}
	}
	for _, rule := range append(rulesOfTheSource(test), "input", "(unknown)") {
		if t.rules[rule] < leastRefused {
			test.Errorf("the rule %s refused %d times: less than %d", rule, t.rules[rule], leastRefused)
		}
	}
}

// ruleForm finds the name of a rule where a refusal is made.
var ruleForm = regexp.MustCompile(`(?:Refuse\(|Rule: |\tname: |none\(|some\()"([a-z_]+)"`)

// elsewhere are the rules of use-cases that are no action on a contract, and of
// searches.
var elsewhere = []string{"partner_status", "partner_listed", "within_radius", "keeper", "unused"}

// rulesOfTheSource are the names of all rules by which an action can be refused.
func rulesOfTheSource(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "agreement_") || strings.HasPrefix(name, "signature_") {
			continue // agreements have laws of their own
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ruleForm.FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(elsewhere, m[1]) {
				found[m[1]] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// TestTheRulesAreFoundInTheSource: the list that the counts are held against is
// neither empty nor blind.
func TestTheRulesAreFoundInTheSource(t *testing.T) {
	t.Parallel()
	rules := rulesOfTheSource(t)
	for _, want := range []string{
		"role", "state", "deadline", "step", "start", "payment", "overlap", "price", "competency_kind", "partner_active", "own_partner",
		"conclusion", "inspection", "review", "review_window", "effective_end", "request_waiting", "no_request_waiting", "partner_not_suspended",
	} {
		if !slices.Contains(rules, want) {
			t.Errorf("%s is not found: %q", want, rules)
		}
	}
}
