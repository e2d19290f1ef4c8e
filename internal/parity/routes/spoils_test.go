package routes

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// spoilt is a way to make a good request a wrong one.
type spoilt struct {
	name string
	of   func(*writing) *writing
}

// spoiling is another value for a good one.
type spoiling func(good any) any

// spoils are all ways that both can spell: each attribute of a good body left out and
// null, where the graph's type allows it, and each with values of its type that are wrong.
func spoils(t testing.TB, w *write, good *writing) []spoilt {
	t.Helper()
	var list []spoilt
	add := func(at []string, name string, value spoiling) {
		list = append(list, spoilt{strings.Join(at, ".") + " " + name, func(g *writing) *writing {
			other := *g
			other.body = replaced(g.body, at, value)
			return &other
		}})
	}
	spoilEach(schema(t), w.input, good.takes, nil, good.body, add)
	for i, f := range w.files {
		list = append(list, spoilt{"another kind of " + f.field, func(g *writing) *writing {
			other := *g
			other.files = slices.Clone(g.files)
			other.files[i].body = "<!doctype html><script>alert(1)</script>"
			return &other
		}})
	}
	slices.SortStableFunc(list, func(a, b spoilt) int { return cmp.Compare(a.mild(), b.mild()) })
	return list
}

// mild is 1 for what may be taken, and comes last: after it nothing may be as it was.
func (s spoilt) mild() int {
	if slices.ContainsFunc([]string{"left out", "null", "padded", "huge", "nought", "empty"}, func(end string) bool { return strings.HasSuffix(s.name, end) }) {
		return 1
	}
	return 0
}

// spoilEach goes through the attributes of an object and of those within it.
func spoilEach(schema *ast.Schema, input string, takes shape, above []string, body map[string]any, add func(at []string, name string, value spoiling)) {
	for _, l := range takes {
		value, sent := body[l.key]
		if l.at[0] == "none" || !sent {
			continue
		}
		at := append(slices.Clone(above), l.key)
		field := schema.Types[input].Fields.ForName(l.at[0])
		if !field.Type.NonNull && !l.needed {
			add(at, "left out", nil)
			add(at, "null", func(any) any { return nil })
		}
		switch value := value.(type) {
		case map[string]any:
			spoilEach(schema, field.Type.Name(), l.within, at, value, add)
		case []any:
			add(at, "empty", func(any) any { return []any{} })
			if first, is := value[0].(map[string]any); is {
				spoilEach(schema, field.Type.Name(), l.within, append(at, "0"), first, add)
			}
		default:
			wrong := wrongs(l, value)
			for _, name := range slices.Sorted(maps.Keys(wrong)) {
				add(at, name, wrong[name])
			}
		}
	}
}

// wrongs are wrong values of the type of a good one.
func wrongs(l *leaf, good any) map[string]spoiling {
	always := func(value any) spoiling { return func(any) any { return value } }
	switch good.(type) {
	case json.Number:
		if l.of != "" {
			return map[string]spoiling{"of no record": always(json.Number(strconv.Itoa(noRecord)))}
		}
		return map[string]spoiling{"below zero": always(json.Number("-1")), "nought": always(json.Number("0")), "huge": always(json.Number("2000000000"))}
	case bool:
		return map[string]spoiling{"turned": func(good any) any { return good != true }}
	case string:
		if l.word {
			return nil // the graph has no other words
		}
		return map[string]spoiling{
			"empty": always(""), "blank": always("  "), "long": always(strings.Repeat("é", 6_000)), "a zero character": always("a\x00b"),
			"padded": func(good any) any { return fmt.Sprintf(" %s ", good) },
		}
	}
	return nil
}

// replaced is a body with another value at a place, or none.
func replaced(body map[string]any, at []string, value spoiling) map[string]any {
	other := maps.Clone(body)
	switch {
	case len(at) == 1 && value == nil:
		delete(other, at[0])
	case len(at) == 1:
		other[at[0]] = value(body[at[0]])
		if again := at[0] + "_confirmation"; other[again] != nil {
			other[again] = other[at[0]] // the graph does not ask twice
		}
	default:
		if list, is := other[at[0]].([]any); is {
			list = slices.Clone(list)
			list[0] = replaced(list[0].(map[string]any), at[2:], value)
			other[at[0]] = list
			break
		}
		other[at[0]] = replaced(other[at[0]].(map[string]any), at[1:], value)
	}
	return other
}

var readSchema = sync.OnceValues(func() (*ast.Schema, error) {
	sdl, err := os.ReadFile("../../../schema.graphqls")
	if err != nil {
		return nil, err
	}
	return gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(sdl)})
})

func schema(t testing.TB) *ast.Schema {
	t.Helper()
	s, err := readSchema()
	if err != nil {
		t.Fatal(err)
	}
	return s
}
