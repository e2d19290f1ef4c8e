package routes

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kontrak/internal/view"
)

// comparison holds what a route says against what the graph says.
type comparison struct {
	root map[string]any // everything that the graph says
	id   int64          // of the path
	bad  []string
	// filled are the keys that were not null at least once.
	filled map[string]bool
}

func (c *comparison) wrong(at, format string, values ...any) {
	if len(c.bad) < 8 {
		c.bad = append(c.bad, at+": "+fmt.Sprintf(format, values...))
	}
}

// object compares an object, key by key; none may be left that the shape does not know.
func (c *comparison) object(at string, s shape, said, node map[string]any) {
	for key := range said {
		if !slices.ContainsFunc(s, func(l *leaf) bool { return l.key == key }) {
			c.wrong(at+"."+key, "is said, and no place of the graph is known for it")
		}
	}
	for _, l := range s {
		value, there := said[l.key]
		if !there && !l.optional {
			c.wrong(at+"."+l.key, "is missing")
			continue
		}
		c.leaf(at+"."+l.key, l, value, node)
	}
}

func (c *comparison) leaf(at string, l *leaf, value any, node map[string]any) {
	if value != nil {
		c.filled[lastOf(at)] = true
	}
	switch {
	case l.constant != nil:
		c.same(at, value, *l.constant)
	case l.made != "":
		c.same(at, value, makers[l.made].of(c, node))
	case len(l.within) > 0:
		c.any(at, l.within, value, c.follow(node, l.at))
	default:
		want := c.follow(node, l.at)
		if l.word {
			want = words(want)
		}
		if l.of != "" {
			want = numberOf(l.of, want)
		}
		if list, is := want.([]any); l.optional && is && len(list) == 0 {
			want = nil
		}
		c.same(at, value, want)
	}
}

// places are all keys, those within others too.
func (s shape) places(at string) []string {
	var list []string
	for _, l := range s {
		list = append(list, at+"."+l.key)
		list = append(list, l.within.places(at+"."+l.key)...)
	}
	return list
}

// any compares an object, a list of objects, or null.
func (c *comparison) any(at string, s shape, said, want any) {
	switch want := want.(type) {
	case map[string]any:
		if said, is := said.(map[string]any); is {
			c.object(at, s, said, want)
			return
		}
	case []any:
		said, is := said.([]any)
		if !is || len(said) != len(want) {
			c.wrong(at, "has %d, in the graph %d", len(said), len(want))
			return
		}
		for i := range want {
			c.any(at+"[]", s, said[i], want[i])
		}
		return
	case nil:
		if said == nil {
			return
		}
	}
	c.wrong(at, "is %.200s, in the graph %.200s", text(said), text(want))
}

// same compares two values: the same instant may be written with more zeros.
func (c *comparison) same(at string, said, want any) {
	if plain(said) != plain(want) {
		c.wrong(at, "is %.200s, in the graph %.200s", text(said), text(want))
	}
}

// follow gives what stands at a place.
func (c *comparison) follow(value any, at []string) any {
	for i, name := range at {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			if name == "#" {
				value = nil
				for _, item := range v {
					if fmt.Sprint(item.(map[string]any)["databaseId"]) == fmt.Sprint(c.id) {
						value = item
					}
				}
				continue
			}
			if n, err := strconv.Atoi(name); err == nil {
				value = nil
				if n < len(v) {
					value = v[n]
				}
				continue
			}
			list := make([]any, len(v))
			for k := range v {
				list[k] = c.follow(v[k], at[i:])
			}
			return list
		default:
			return nil
		}
	}
	return value
}

// words writes words of an enum as the routes do.
func words(value any) any {
	switch value := value.(type) {
	case string:
		return strings.ToLower(value)
	case []any:
		list := make([]any, len(value))
		for i := range value {
			list[i] = words(value[i])
		}
		return list
	}
	return value
}

// numberOf gives the number of a record from its id.
func numberOf(typeName string, id any) any {
	found, n, ok := view.ParseGlobalID(fmt.Sprint(id))
	if !ok || found != typeName {
		return id
	}
	return json.Number(strconv.FormatInt(n, 10))
}

// plain writes a value so that equal ones are equal texts.
func plain(value any) string {
	switch value := value.(type) {
	case json.Number:
		if x, err := value.Float64(); err == nil {
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
	case int64:
		return strconv.FormatFloat(float64(value), 'g', -1, 64)
	case string:
		if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
			return at.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano)
		}
		return strconv.Quote(value)
	case []any:
		list := make([]string, len(value))
		for i := range value {
			list[i] = plain(value[i])
		}
		return "[" + strings.Join(list, ",") + "]"
	case map[string]any:
		var list []string
		for key, inner := range value {
			list = append(list, key+":"+plain(inner))
		}
		slices.Sort(list)
		return "{" + strings.Join(list, ",") + "}"
	}
	return text(value)
}

func text(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
