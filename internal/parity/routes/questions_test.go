package routes

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kontrak/internal/actor"
	"kontrak/internal/view"
)

// asking is a request of a route with what its twin is asked for.
type asking struct {
	who   person
	rng   *rand.Rand
	id    int64 // of the path
	query url.Values
	// arguments are those of the twin, by their place: filter.near.latitude.
	arguments map[string]string
	// names are the twin's of what the route calls otherwise, in faults.
	names map[string]string
	// own says why the route refuses what the twin has no word for.
	own string
}

// question may add a parameter to a request, and what it means to the twin.
type question func(*asking)

// ask adds a parameter that means an argument.
func (a *asking) ask(name, value, argument, literal string) {
	a.query.Set(name, value)
	a.names[name] = argument
	a.arguments[argument] = literal
}

// often tells whether an optional parameter is sent this time.
func (a *asking) often() bool { return a.rng.IntN(2) > 0 }

// body gives the parameters as a body, numbers as such.
func (a *asking) body() map[string]any {
	body := map[string]any{}
	for name := range a.query {
		value := a.query.Get(name)
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			body[name] = n
		} else {
			body[name] = value
		}
	}
	return body
}

// word asks for a word of an enum; one of a list when the argument ends so.
func word(name, argument string, of ...string) question {
	return func(a *asking) {
		if !a.often() {
			return
		}
		value := of[a.rng.IntN(len(of))]
		argument, list := strings.CutSuffix(argument, "[]")
		literal := strings.ToUpper(value)
		if list {
			literal = "[" + literal + "]"
		}
		a.ask(name, value, argument, literal)
	}
}

// record asks for a record by its number, up to one more than there are.
func record(name, argument, typeName string, most int) question {
	return func(a *asking) {
		if !a.often() {
			return
		}
		n := int64(1 + a.rng.IntN(most+1))
		argument, list := strings.CutSuffix(argument, "[]")
		literal := strconv.Quote(view.GlobalID{Type: typeName, Number: n}.String())
		if list {
			literal = "[" + literal + "]"
		}
		a.ask(name, fmt.Sprint(n), argument, literal)
	}
}

// letters asks for a text.
func letters(name, argument string, of ...string) question {
	return func(a *asking) {
		if a.often() {
			value := of[a.rng.IntN(len(of))]
			a.ask(name, value, argument, strconv.Quote(value))
		}
	}
}

// flagged asks for true or false; turned says that the twin means the opposite.
func flagged(name, argument string, turned bool) question {
	return func(a *asking) {
		if a.often() {
			value := a.rng.IntN(2) == 0
			a.ask(name, strconv.FormatBool(value), argument, strconv.FormatBool(value != turned))
		}
	}
}

// fixed says what a route means without being asked.
func fixed(argument, literal string) question {
	return func(a *asking) { a.arguments[argument] = literal }
}

// spot asks for what is near a point; the point is needed or may be left out.
func spot(argument string, needed bool) question {
	return func(a *asking) {
		if !needed && !a.often() {
			return
		}
		city := [][]float64{{-6.2, 106.8}, {-6.9, 107.6}, {-5.1, 119.4}}[a.rng.IntN(3)]
		for i, name := range []string{"latitude", "longitude"} {
			number := strconv.FormatFloat(city[i]+a.rng.Float64()/10, 'f', 4, 64)
			a.ask(name, number, argument+"."+name, number)
		}
		if a.rng.IntN(4) > 0 {
			radius := []string{"5", "25", "200", "500", "1000", "2000", "0", "-1"}[a.rng.IntN(8)]
			a.ask("radius", radius, argument+".radiusKm", radius)
		}
	}
}

// box asks for a part of the map.
func box(a *asking) {
	if a.often() {
		for side, value := range map[string]float64{"south": -8, "north": -5 + 3*a.rng.Float64(), "west": 106, "east": 107 + 40*a.rng.Float64()} {
			number := strconv.FormatFloat(value, 'f', 3, 64)
			a.ask(side, number, "box."+side, number)
		}
	}
}

// around is the centre of a search for partners: what is asked for, or else, for a
// customer, the institution that is selected.
func around(a *asking) {
	if spot("filter.near", false)(a); a.query.Has("latitude") {
		return
	}
	if a.who.Role != actor.Institution {
		return
	}
	id := a.who.CurrentInstitution
	if a.rng.IntN(3) == 0 {
		id = int64(1 + a.rng.IntN(4))
		a.query.Set("institution_id", fmt.Sprint(id))
	}
	a.names["institution_id"] = "filter.nearInstitution"
	if id == 0 {
		a.own = "a customer's list has a centre; the graph lists everywhere without one"
		return
	}
	a.arguments["filter.nearInstitution"] = strconv.Quote(view.GlobalID{Type: "Institution", Number: id}.String())
}

// sorted is how a list of partners is sorted: customers see the cheapest first.
func sorted(a *asking) {
	pick := func(name string, of ...string) string {
		value := of[a.rng.IntN(len(of))]
		if value != "" {
			a.query.Set(name, value)
		}
		return value
	}
	way, by, sort := pick("sort_order", "", "asc", "desc"), pick("sort_by", "", "price", "created_at"), pick("sort", "", "", "price_asc", "price_desc")
	order := "CREATED_AT_DESC"
	switch {
	case sort != "":
		order = strings.ToUpper(sort)
	case by == "price" || by == "" && a.who.Role == actor.Institution:
		order = map[bool]string{true: "PRICE_DESC", false: "PRICE_ASC"}[way == "desc"]
	case way == "asc":
		order = "CREATED_AT_ASC"
	}
	a.arguments["orderBy"] = order
}

// queue is what a supervisor's list means: the queue, or what it has handled.
func queue(a *asking) {
	if word("status", "filter.status[]", contractStatuses...)(a); !a.query.Has("status") || a.query.Get("status") == "partner_pending" {
		delete(a.arguments, "filter.status")
		a.arguments["filter.inQueue"], a.arguments["orderBy"] = "true", "ESCALATION_DEADLINE_ASC"
	}
}

// written writes arguments as the graph takes them.
func written(arguments map[string]string) string {
	top := map[string]map[string]string{}
	var list []string
	for _, place := range slices.Sorted(maps.Keys(arguments)) {
		if first, rest, deeper := strings.Cut(place, "."); deeper {
			if top[first] == nil {
				top[first] = map[string]string{}
			}
			top[first][rest] = arguments[place]
		} else {
			list = append(list, place+": "+arguments[place])
		}
	}
	for _, first := range slices.Sorted(maps.Keys(top)) {
		list = append(list, first+": {"+written(top[first])+"}")
	}
	return strings.Join(list, ", ")
}

// numbersAt gives the numbers of the records that somebody has at a place of the graph.
func (p *place) numbersAt(t testing.TB, who person, at, of string) []int64 {
	t.Helper()
	s := selection{}
	keys := strings.Split(at, ".")
	if of != "" {
		of = ", filter: {" + of + "}"
	}
	s.add(append(keys, "databaseId")...)
	var b strings.Builder
	s.write(&b, "", map[string]string{strings.TrimSuffix(at, ".nodes"): "first: 100" + of}, nil)
	got := p.remembered(t, who.token, "{ "+b.String()+"}")
	if got["errors"] != nil {
		t.Fatalf("%s: %v", at, got)
	}
	list, _ := (&comparison{}).follow(got["data"], append(keys, "databaseId")).([]any)
	var ids []int64
	for _, id := range list {
		n, err := strconv.ParseInt(fmt.Sprint(id), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, n)
	}
	return ids
}
