package guard

import (
	"cmp"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql/errcode"
)

// schemaLists is how deep lists of types may nest in a query about the schema:
// the validator refuses one more, and says less.
const schemaLists = 2

// maxUnknown is how many fields, types and fragments a document may name that
// there are not. The validator looks for similar names for each, and takes long.
const maxUnknown = 20

func refuseFragments(limit, actual int) *gqlerror.Error {
	return over(fault.FragmentLimit, limit, actual,
		"The query has %d fragments, and %d are allowed: leave some out, or split the query.")
}

// checkOperation holds an operation to the limits on its shape.
func (g *Guard) checkOperation(m measure) *gqlerror.Error {
	l := &g.limits
	switch {
	case m.depth > l.Depth:
		return over(fault.DepthLimit, l.Depth, m.depth,
			"The query nests fields %d deep, and %d is allowed: split it, and ask for what lies deeper by its id.")
	case m.schemaDepth > l.SchemaDepth:
		return over(fault.SchemaDepthLimit, l.SchemaDepth, m.schemaDepth,
			"The query about the schema nests fields %d deep, and %d is allowed: ask for a type by its name.")
	case m.schemaLists > schemaLists:
		return over(fault.SchemaDepthLimit, schemaLists, m.schemaLists,
			"The query about the schema nests lists of types %d deep, and %d is allowed: ask for a type by its name.")
	case m.roots > int64(l.RootFields):
		return over(fault.RootFieldLimit, l.RootFields, int(m.roots),
			"The query has %d root fields, and %d are allowed: send several queries.")
	case m.fields > int64(l.Fields):
		return over(fault.FieldLimit, l.Fields, int(m.fields),
			"The query has %d fields once its fragments are spread, and %d are allowed: ask for fewer, or split the query.")
	}
	return nil
}

// check holds the document to the limits on all of it.
func (s *surveyor) check() *gqlerror.Error {
	l := &s.limits
	switch {
	case s.aliases > l.Aliases:
		return over(fault.AliasLimit, l.Aliases, s.aliases,
			"The query has %d aliases, and %d are allowed: send several queries, or ask for several ids with nodes.")
	case s.directives > l.Directives:
		return over(fault.DirectiveLimit, l.Directives, s.directives,
			"The query has %d directives, and %d are allowed: put them on fragments, or send the query that is meant.")
	}
	for at, n := range s.fieldAliases {
		if n > l.FieldAliases {
			return over(fault.FieldAliasLimit, l.FieldAliases, n,
				"The query has %d aliases of one field, and %d are allowed: send several queries, or ask for several ids with nodes. The field is %s.",
				shortened(at.name))
		}
	}
	if most, n := s.mentioned(); n > l.Mentions {
		return over(fault.RepetitionLimit, l.Mentions, n,
			"The query names one field %d times, and %d are allowed: name it once in each place. The field is %s.", shortened(most))
	}
	if s.unknown > maxUnknown {
		e := gqlerror.Errorf("The query names %d fields, types or fragments that there are not.", s.unknown)
		if at := s.firstUnknown; at != nil {
			e.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
		}
		errcode.Set(e, errcode.ValidationFailed)
		return e
	}
	return nil
}

// mentioned is the field name that stands most often in the document.
func (s *surveyor) mentioned() (string, int) {
	if len(s.mentions) == 0 {
		return "", 0
	}
	name := slices.MaxFunc(slices.Collect(maps.Keys(s.mentions)), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.mentions[a], s.mentions[b]), cmp.Compare(b, a))
	})
	return name, s.mentions[name]
}

// shortened is a name of the client's as a message repeats it.
func shortened(name string) string { return cut(name, 50) }

// cut is a text, or its beginning where it is longer than so many bytes.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
