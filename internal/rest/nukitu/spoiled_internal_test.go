package nukitu

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// WritingRoute is a route that writes, with what its body may hold, for tests from
// outside.
type WritingRoute struct {
	Route string // method and path below /api/v1
	Made  bool   // answers 201
	// Resource is the key under which the attributes may stand.
	Resource string
	body     []attribute
}

// WritingRoutes are all routes with a method that writes but the sign-in, as they are
// described, in the order of a contract's life.
func WritingRoutes(t testing.TB) []WritingRoute {
	source := sourceRoutes(t)
	var list []WritingRoute
	for _, o := range operations() {
		if strings.HasPrefix(o.route, "GET ") || strings.Contains(o.route, "/auth/") {
			continue
		}
		list = append(list, WritingRoute{Route: o.route, Made: o.made, Resource: source[o.route].resource, body: o.body})
	}
	return list
}

// Fields counts what the body may hold.
func (r WritingRoute) Fields() int { return len(r.body) }

// Spoiled is a body with one value of a wrong type.
type Spoiled struct {
	Field string // as it is named in the answer
	Body  string
}

// Spoil gives a good body once for each of its fields, whether it was there or not,
// and each kind of value that the field does not take.
func (r WritingRoute) Spoil(t testing.TB, good string) []Spoiled {
	t.Helper()
	var list []Spoiled
	add := func(field string, body any) {
		raw, err := json.Marshal(map[string]any{r.Resource: body})
		if r.Resource == "" {
			raw, err = json.Marshal(body)
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, Spoiled{field, string(raw)})
	}
	spoil(r.body, "", func() map[string]any {
		var fresh map[string]any
		if err := json.Unmarshal([]byte(good), &fresh); err != nil {
			t.Fatal(err)
		}
		return fresh
	}, func(body map[string]any) any { return body }, add)
	if r.Resource != "" {
		for _, no := range []any{"weird", 7, true, []any{"weird"}} {
			add(r.Resource, no)
		}
	}
	return list
}

// spoil adds what becomes of a fresh object, and of the whole around it, when each of
// the attributes has each wrong value.
func spoil(attributes []attribute, prefix string, fresh func() map[string]any, whole func(map[string]any) any, add func(string, any)) {
	for _, a := range attributes {
		for _, no := range a.wrong() {
			object := fresh()
			object[a.name] = no
			add(prefix+a.name, whole(object))
		}
		if len(a.inner) == 0 {
			continue
		}
		at := prefix + a.name + "."
		if a.many {
			at = prefix + a.name + "[0]."
		}
		inside := func() map[string]any {
			first := fresh()[a.name]
			if list, ok := first.([]any); ok && len(list) > 0 {
				first = list[0]
			}
			object, _ := first.(map[string]any)
			if object == nil {
				object = map[string]any{}
			}
			return object
		}
		around := func(inner map[string]any) any {
			object := fresh()
			switch list, _ := object[a.name].([]any); {
			case !a.many:
				object[a.name] = inner
			case len(list) == 0:
				object[a.name] = []any{inner}
			default:
				list[0] = inner
			}
			return whole(object)
		}
		spoil(a.inner, at, inside, around, add)
	}
}

// wrong are values of types that an attribute does not take.
func (a attribute) wrong() []any {
	object := map[string]any{"a": 1}
	switch {
	case a.file && a.many:
		return []any{"weird", 7, true, object, []any{7}, []any{object}}
	case a.file:
		return []any{"weird", 7, true, object, []any{"weird"}}
	case a.many:
		return []any{"weird", 7, true, object, []any{"weird"}, []any{7}}
	case len(a.inner) > 0:
		return []any{"weird", 7, true, []any{"weird"}}
	}
	types, _ := a.schema["type"].([]string)
	if one, ok := a.schema["type"].(string); ok {
		types = []string{one}
	}
	takes := func(kinds ...string) bool {
		return slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(types, kind) })
	}
	narrow := slices.ContainsFunc(slices.Collect(maps.Keys(a.schema)), func(key string) bool {
		return key == "enum" || key == "pattern" || key == "format"
	})
	list := []any{[]any{"weird"}, object}
	for _, one := range []struct {
		value any
		wrong bool
	}{{"weird", narrow || !takes("string")}, {7, !takes("integer", "number")}, {4.5, !takes("number")}, {true, !takes("boolean")}} {
		if one.wrong {
			list = append(list, one.value)
		}
	}
	if takes("integer") && takes("boolean") { // a switch, which only some numbers and words turn
		list = append(list, "weird", 7)
	}
	return list
}
