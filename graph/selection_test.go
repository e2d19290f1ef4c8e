package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// everyField gives a selection of every field of an object of the schema, and of
// the objects in them, without those that are already being selected further up
// and without fields that take arguments.
func everyField(t *testing.T, s *ast.Schema, typeName string, above ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("{ __typename")
	for _, f := range s.Types[typeName].Fields {
		inner := f.Type.Name()
		if len(f.Arguments) > 0 || strings.HasPrefix(f.Name, "__") || slices.Contains(above, inner) || inner == typeName {
			continue
		}
		b.WriteString(" " + f.Name)
		if s.Types[inner].Kind == ast.Object {
			b.WriteString(" " + everyField(t, s, inner, append(slices.Clone(above), typeName)...))
		}
	}
	b.WriteString(" }")
	return b.String()
}
