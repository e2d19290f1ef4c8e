package graph_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

var (
	papers     = flag.Int("graph.papers", 250, "how many random `agreements` the list is compared over")
	paperPairs = flag.Int("graph.pairs", 8, "every which of the `pairs` of filters is asked; 1 for all")
	paperSeed  = flag.Uint64("graph.seed", 1, "the `seed` of agreements and questions")
)

// paperQuestion is a filter as the graph takes it, and as a plain function keeps
// agreements.
type paperQuestion struct {
	in   map[string]any
	keep func(*testkit.Paper) bool
}

// paperAsker draws questions about drawn agreements.
type paperAsker struct {
	*rand.Rand
	papers []*testkit.Paper
}

func (a *paperAsker) one() *testkit.Paper { return a.papers[a.IntN(len(a.papers))] }

// idsOf asks for a few ids, of which one may be nobody's; sometimes for none at all,
// which keeps nothing.
func (a *paperAsker) idsOf(name, typeName string, of func(*testkit.Paper) []int64) paperQuestion {
	var ids []int64
	if a.IntN(15) > 0 {
		ids = append(ids, 987_654_321)
		for range 1 + a.IntN(3) {
			ids = append(ids, of(a.one())...)
		}
	}
	global := []string{}
	for _, id := range ids {
		global = append(global, globalID(typeName, id))
	}
	return paperQuestion{map[string]any{name: global}, func(p *testkit.Paper) bool {
		return slices.ContainsFunc(of(p), func(id int64) bool { return slices.Contains(ids, id) })
	}}
}

// wordsOf asks for a few exact texts; enums are written in capitals.
func (a *paperAsker) wordsOf(name string, enum bool, of func(*testkit.Paper) []string) paperQuestion {
	list := []string{}
	for range 1 + a.IntN(2) {
		list = append(list, of(a.one())...)
	}
	sent := slices.Clone(list)
	if enum {
		for i := range sent {
			sent[i] = strings.ToUpper(sent[i])
		}
	}
	return paperQuestion{map[string]any{name: sent}, func(p *testkit.Paper) bool {
		return slices.ContainsFunc(of(p), func(text string) bool { return slices.Contains(list, text) })
	}}
}

func (a *paperAsker) either(name string, of func(*testkit.Paper) bool) paperQuestion {
	want := a.IntN(2) == 0
	return paperQuestion{map[string]any{name: want}, func(p *testkit.Paper) bool { return of(p) == want }}
}

// amount asks for a range of numbers with both ends included, of which one may be open.
func (a *paperAsker) amount(name string, of func(*testkit.Paper) *int64) paperQuestion {
	in, low, high := map[string]any{}, of(a.one()), of(a.one())
	if low != nil && high != nil && *low > *high {
		low, high = high, low
	}
	if low != nil {
		in["from"] = *low
	}
	if high != nil {
		in["to"] = *high
	}
	return paperQuestion{map[string]any{name: in}, func(p *testkit.Paper) bool {
		n := of(p)
		return low == nil && high == nil || n != nil && (low == nil || *n >= *low) && (high == nil || *n <= *high)
	}}
}

// span asks for a range of time whose end is left out.
func (a *paperAsker) span(name string, of func(*testkit.Paper) *time.Time) paperQuestion {
	in, from, before := map[string]any{}, of(a.one()), of(a.one())
	if from != nil && before != nil && from.After(*before) {
		from, before = before, from
	}
	if from != nil {
		in["from"] = *from
	}
	if before != nil {
		in["before"] = *before
	}
	return paperQuestion{map[string]any{name: in}, func(p *testkit.Paper) bool {
		at := of(p)
		return from == nil && before == nil || at != nil && (from == nil || !at.Before(*from)) && (before == nil || at.Before(*before))
	}}
}

// part draws a piece of one of the texts, in some case.
func (a *paperAsker) part(texts ...string) string {
	texts = slices.DeleteFunc(append(texts, "%", "_", `\`, "'; --", "😀"), func(text string) bool { return text == "" })
	letters := []rune(texts[a.IntN(len(texts))])
	from := a.IntN(len(letters))
	piece := strings.TrimSpace(string(letters[from:min(len(letters), from+1+a.IntN(5))]))
	switch {
	case piece == "":
		return "a"
	case a.IntN(2) == 0:
		return strings.ToUpper(piece)
	}
	return piece
}

func (a *paperAsker) search(name string, of func(*testkit.Paper) []string) paperQuestion {
	sought := a.part(of(a.one())...)
	return paperQuestion{map[string]any{name: sought}, func(p *testkit.Paper) bool {
		return slices.ContainsFunc(of(p), func(text string) bool { return testkit.Holds(text, sought) })
	}}
}

// participant asks for somebody who is to sign by one or more of the three filters.
func (a *paperAsker) participant() paperQuestion {
	in, which := map[string]any{}, 1+a.IntN(7)
	name, email, digits := "", "", ""
	if s := a.one().Latest(); s != nil && len(s.Participants) > 0 {
		who := s.Participants[a.IntN(len(s.Participants))]
		if which&1 != 0 {
			name = a.part(who.Name)
			in["participantName"] = name
		}
		if which&2 != 0 {
			email = a.part(who.Email)
			in["participantEmail"] = email
		}
		if which&4 != 0 {
			phone := who.Phone[2 : 4+a.IntN(6)]
			digits = strings.ReplaceAll(phone, "-", "")
			in["participantPhone"] = phone
		}
	}
	return paperQuestion{in, func(p *testkit.Paper) bool {
		if len(in) == 0 {
			return true
		}
		if p.Latest() == nil {
			return false
		}
		for _, who := range p.Latest().Participants {
			if testkit.Holds(who.Name, name) && testkit.Holds(who.Email, email) && strings.Contains(strings.ReplaceAll(who.Phone, "-", ""), digits) {
				return true
			}
		}
		return false
	}}
}

func (a *paperAsker) period() paperQuestion {
	today := world.Now.Format(time.DateOnly)
	of := func(p *testkit.Paper) string {
		switch {
		case p.StartsAt == nil && p.EndsAt == nil:
			return ""
		case p.StartsAt != nil && p.StartsAt.UTC().Format(time.DateOnly) > today:
			return "BEFORE"
		case p.EndsAt != nil && p.EndsAt.UTC().Format(time.DateOnly) < today:
			return "AFTER"
		}
		return "ONGOING"
	}
	want := []string{"BEFORE", "ONGOING", "AFTER"}[a.IntN(3)]
	return paperQuestion{map[string]any{"period": want}, func(p *testkit.Paper) bool { return of(p) == want }}
}

func some[T any](value *T) []T {
	if value == nil {
		return nil
	}
	return []T{*value}
}

func filledText(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// filters are all filters of the graph: each draws one question.
func (a *paperAsker) filters() []func() paperQuestion {
	var list []func() paperQuestion
	add := func(ask func() paperQuestion) { list = append(list, ask) }
	for _, f := range []struct {
		name, typeName string
		of             func(*testkit.Paper) []int64
	}{
		{"agreement", "Agreement", func(p *testkit.Paper) []int64 { return []int64{p.ID} }},
		{"institution", "Institution", func(p *testkit.Paper) []int64 { return []int64{p.InstitutionID} }},
		{"agreementType", "AgreementType", func(p *testkit.Paper) []int64 { return []int64{p.AgreementTypeID} }},
		{"licenseType", "LicenseType", func(p *testkit.Paper) []int64 { return some(p.LicenseTypeID) }},
		{"vendor", "Counterparty", func(p *testkit.Paper) []int64 { return some(p.VendorID) }},
		{"customer", "Counterparty", paperCustomers},
		{"owner", "User", func(p *testkit.Paper) []int64 { return some(p.OwnerID) }},
		{"approver", "User", func(p *testkit.Paper) []int64 { return some(p.ApproverID) }},
		{"notifyUser", "User", func(p *testkit.Paper) []int64 { return p.NotifyIDs }},
		{"asset", "Asset", func(p *testkit.Paper) []int64 { return p.AssetIDs }},
		{"tag", "Tag", func(p *testkit.Paper) []int64 { return p.TagIDs }},
	} {
		add(func() paperQuestion { return a.idsOf(f.name, f.typeName, f.of) })
	}
	for _, f := range []struct {
		name string
		enum bool
		of   func(*testkit.Paper) []string
	}{
		{"customerKey", false, func(p *testkit.Paper) (keys []string) {
			for _, c := range p.Customers {
				keys = append(keys, filledText(c.CustomKey)...)
			}
			return keys
		}},
		{"identifier", false, func(p *testkit.Paper) []string { return filledText(p.Identifier) }},
		{"customKey", false, func(p *testkit.Paper) []string { return filledText(p.CustomKey) }},
		{"uuid", false, func(p *testkit.Paper) []string { return []string{p.UUID} }},
		{"status", true, func(p *testkit.Paper) []string { return []string{string(p.Status)} }},
		{"renewalStatus", true, func(p *testkit.Paper) []string { return filledText(string(p.RenewalStatus)) }},
		{"origin", true, func(p *testkit.Paper) []string { return []string{string(p.Origin)} }},
		{"gatewayKind", true, func(p *testkit.Paper) []string { return []string{string(p.GatewayKind)} }},
	} {
		add(func() paperQuestion { return a.wordsOf(f.name, f.enum, f.of) })
	}
	add(func() paperQuestion {
		return a.either("hasCustomer", func(p *testkit.Paper) bool { return len(p.Customers) > 0 })
	})
	add(func() paperQuestion {
		return a.either("hasSignature", func(p *testkit.Paper) bool { return p.Latest() != nil })
	})
	add(func() paperQuestion {
		return a.either("concluded", func(p *testkit.Paper) bool { return p.ConcludedAt != nil })
	})
	add(func() paperQuestion { return a.amount("cost", func(p *testkit.Paper) *int64 { return &p.Cost }) })
	add(func() paperQuestion {
		return a.amount("notifyBeforeDays", func(p *testkit.Paper) *int64 {
			if p.NotifyBeforeDays == nil {
				return nil
			}
			return new(int64(*p.NotifyBeforeDays))
		})
	})
	add(func() paperQuestion { return a.span("starts", func(p *testkit.Paper) *time.Time { return p.StartsAt }) })
	add(func() paperQuestion { return a.span("ends", func(p *testkit.Paper) *time.Time { return p.EndsAt }) })
	add(func() paperQuestion {
		return a.span("created", func(p *testkit.Paper) *time.Time { return &p.CreatedAt })
	})
	add(func() paperQuestion {
		return a.span("updated", func(p *testkit.Paper) *time.Time { return &p.UpdatedAt })
	})
	add(func() paperQuestion {
		return a.search("title", func(p *testkit.Paper) []string { return []string{p.Title} })
	})
	add(func() paperQuestion {
		return a.search("customerName", func(p *testkit.Paper) (names []string) {
			for _, c := range p.Customers {
				names = append(names, c.Name)
			}
			return names
		})
	})
	add(func() paperQuestion { return a.search("text", paperTexts) })
	return append(list, a.participant, a.period)
}

func paperCustomers(p *testkit.Paper) (ids []int64) {
	for _, c := range p.Customers {
		ids = append(ids, c.ID)
	}
	return ids
}

// paperTexts are where the filter text looks.
func paperTexts(p *testkit.Paper) []string {
	texts := []string{p.Title, p.Identifier, string(p.Status), string(p.RenewalStatus), p.Type, fmt.Sprintf("#CNTR-%d", p.ID), fmt.Sprint(p.Cost)}
	if p.Vendor != nil {
		texts = append(texts, p.Vendor.Name)
	}
	return texts
}
