package routes

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shape says how a route writes what the graph writes: each key with the place of the
// graph that holds the same.
//
// It is written as keys with spaces between them. A key stands for the field that has its
// name with humps: start_date for startDate, and id for databaseId. Otherwise the place
// stands behind an equals sign: picture=picture.url. Braces hold what is within an object,
// or within each one of a list; ...name puts in the shape of that name. Beyond that:
//
//	status~                 a word of an enum, which the graph writes in capitals
//	rating_id=item:RatingItem  the number of a record whose id the graph gives
//	effect="add"            the dialect's own word, the same each time
//	total=@total            what is made of several fields: see made
//	options?                left out when there is nothing
//	id!=id                  the route needs it, though the graph takes none
//	test=tests.nodes.0{…}   the first of a list; tests.nodes.# is the one that was asked for
type shape []*leaf

type leaf struct {
	key      string
	at       []string // the place in the graph
	word     bool
	of       string // the type whose id it is
	constant *string
	made     string // the name of what makes it
	optional bool
	needed   bool // by the route; the graph has a meaning for none
	within   shape
}

var piece = regexp.MustCompile(`\.\.\.\w+|\w+[?~!]*(?:="[^"]*"|=@\w+|=[\w.#]+(?::\w+)?)?|[{}]|\S`)

// shapeOf reads a shape.
func shapeOf(t testing.TB, text string) shape {
	t.Helper()
	r := &reader{t: t, pieces: piece.FindAllString(text, -1)}
	s := r.leaves()
	if len(r.pieces) > 0 {
		t.Fatalf("shape: %q is closed too early", text)
	}
	return s
}

type reader struct {
	t      testing.TB
	pieces []string
}

// leaves reads keys until their brace is closed.
func (r *reader) leaves() shape {
	r.t.Helper()
	var s shape
	for len(r.pieces) > 0 {
		text := r.pieces[0]
		r.pieces = r.pieces[1:]
		if text == "}" {
			return s
		}
		if name, is := strings.CutPrefix(text, "..."); is {
			if shapes[name] == "" {
				r.t.Fatalf("shape: there is no %s", name)
			}
			s = append(s, shapeOf(r.t, shapes[name])...)
			continue
		}
		l := r.leaf(text)
		if len(r.pieces) > 0 && r.pieces[0] == "{" {
			r.pieces = r.pieces[1:]
			l.within = r.leaves()
		}
		s = append(s, l)
	}
	return s
}

func (r *reader) leaf(text string) *leaf {
	r.t.Helper()
	key, place, given := strings.Cut(text, "=")
	l := &leaf{
		key: strings.TrimRight(key, "?~!"), word: strings.Contains(key, "~"), optional: strings.Contains(key, "?"), needed: strings.Contains(key, "!"),
	}
	switch {
	case l.key == "":
		r.t.Fatalf("shape: what is %q?", text)
	case !given:
		place = camel(l.key)
	case strings.HasPrefix(place, `"`):
		l.constant = new(strings.Trim(place, `"`))
		return l
	case strings.HasPrefix(place, "@"):
		l.made = place[1:]
		if _, known := makers[l.made]; !known {
			r.t.Fatalf("shape: nothing makes %s", place)
		}
		return l
	}
	place, l.of, _ = strings.Cut(place, ":")
	l.at = strings.Split(place, ".")
	return l
}

// camel gives the graph's name of a key.
func camel(key string) string {
	if key == "id" {
		return "databaseId"
	}
	words := strings.Split(key, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

// selection are fields of the graph with what is selected within them.
type selection map[string]selection

// add selects a place, and gives what is within it. Places in lists are no fields.
func (s selection) add(at ...string) selection {
	for _, name := range at {
		if name == "#" {
			s.add("databaseId")
		}
		if name == "#" || strings.Trim(name, "0123456789") == "" {
			continue
		}
		if s[name] == nil {
			s[name] = selection{}
		}
		s = s[name]
	}
	return s
}

// addShape selects what a shape needs; what is made may need fields of the root too.
func (s selection) addShape(root selection, all shape) {
	for _, l := range all {
		if l.made != "" {
			for _, place := range strings.Fields(makers[l.made].needs) {
				from, at := s, place
				if above, is := strings.CutPrefix(place, "/"); is {
					from, at = root, above
				}
				from.add(strings.Split(at, ".")...)
			}
			continue
		}
		if l.constant == nil {
			s.add(l.at...).addShape(root, l.within)
		}
	}
}

// write writes the selection with the arguments of its places.
func (s selection) write(b *strings.Builder, at string, calls map[string]string, aliases map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		place := strings.TrimPrefix(at+"."+name, ".")
		if field := aliases[place]; field != "" {
			b.WriteString(name + ": " + field)
		} else {
			b.WriteString(name)
		}
		if calls[place] != "" {
			b.WriteString("(" + calls[place] + ")")
		}
		if len(s[name]) > 0 {
			b.WriteString(" { ")
			s[name].write(b, place, calls, aliases)
			b.WriteString("}")
		}
		b.WriteString(" ")
	}
}
