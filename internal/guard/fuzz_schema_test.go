package guard_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/graph"
)

// writer writes a document that fits the schema, as bytes decide: most of what a
// fuzzer makes by changing texts does not even parse.
type writer struct {
	schema    *ast.Schema
	bytes     []byte
	fragments strings.Builder
	count     int
}

// next decides between n ways; the first one when there are no more bytes.
func (w *writer) next(n int) int {
	if len(w.bytes) == 0 || n == 0 {
		return 0
	}
	b := int(w.bytes[0])
	w.bytes = w.bytes[1:]
	return b % n
}

func (w *writer) set(def *ast.Definition, depth int) string {
	var b strings.Builder
	b.WriteString("{ __typename ")
	for range w.next(6) {
		switch w.next(8) {
		case 0:
			fmt.Fprintf(&b, "... { %s } ", w.fieldOf(def, depth))
		case 1:
			w.count++
			name := fmt.Sprintf("F%d", w.count)
			fmt.Fprintf(&w.fragments, "fragment %s on %s %s ", name, def.Name, w.set(def, depth-1))
			b.WriteString(strings.Repeat("..."+name+" ", 1+w.next(4)))
		case 2:
			if types := w.schema.GetPossibleTypes(def); len(types) > 0 {
				target := types[w.next(len(types))]
				fmt.Fprintf(&b, "... on %s %s ", target.Name, w.set(target, depth-1))
			}
		default:
			b.WriteString(w.fieldOf(def, depth))
		}
	}
	return b.String() + "}"
}

func (w *writer) fieldOf(def *ast.Definition, depth int) string {
	if len(def.Fields) == 0 {
		return "__typename "
	}
	f := def.Fields[w.next(len(def.Fields))]
	target := w.schema.Types[f.Type.Name()]
	if target.IsCompositeType() && depth <= 0 || f.Name[0] == '_' && w.next(4) != 1 {
		return "__typename "
	}
	var b strings.Builder
	switch w.next(12) {
	case 1:
		w.count++
		fmt.Fprintf(&b, "b%d: ", w.count)
	case 2:
		fmt.Fprintf(&b, "a%d: ", w.next(8)) // may collide
	}
	b.WriteString(f.Name)
	var args []string
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil || w.next(3) == 1 {
			args = append(args, a.Name+": "+w.value(a.Type, 3))
		}
	}
	if len(args) > 0 {
		fmt.Fprintf(&b, "(%s)", strings.Join(args, ", "))
	}
	if w.next(12) == 1 {
		b.WriteString([]string{" @skip(if: false)", " @include(if: $on)", " @include(if: true)"}[w.next(3)])
	}
	if target.IsCompositeType() {
		b.WriteString(w.set(target, depth-1))
	}
	return b.String() + " "
}

func (w *writer) value(t *ast.Type, depth int) string {
	if t.Elem != nil {
		return "[" + strings.Repeat(w.value(t.Elem, depth)+" ", w.next(5)) + "]"
	}
	if !t.NonNull && w.next(6) == 1 {
		return "null"
	}
	def := w.schema.Types[t.NamedType]
	switch {
	case def.Kind == ast.Enum:
		return def.EnumValues[w.next(len(def.EnumValues))].Name
	case def.Kind == ast.InputObject:
		var b strings.Builder
		for _, f := range def.Fields {
			if f.Type.NonNull || depth > 0 && w.next(4) == 1 {
				fmt.Fprintf(&b, "%s: %s ", f.Name, w.value(f.Type, depth-1))
			}
		}
		return "{" + b.String() + "}"
	case def.Name == "Int":
		return []string{"1", "3", "100", "0", "-1", "101", "$n", "20"}[w.next(8)]
	case def.Name == "Boolean":
		return []string{"true", "false", "$on"}[w.next(3)]
	case def.Name == "Float":
		return []string{"1", "-6.2", "90.5", "1e300"}[w.next(4)]
	}
	return []string{`"SW5zdGl0dXRpb246MQ"`, `"Q29udHJhY3Q6MQ"`, `"UGFydG5lcjox"`, `"x"`, `""`, `"2026-06-08"`, `"2026-06-08T02:00:00Z"`}[w.next(7)]
}

func (w *writer) document() string {
	root := w.schema.Query
	if w.next(10) == 1 {
		root = w.schema.Mutation
	}
	text := w.set(root, 14) + " " + w.fragments.String()
	var declared string
	for _, v := range []string{"$n: Int = 2 ", "$on: Boolean! = true "} {
		if strings.Contains(text, v[:strings.Index(v, ":")]) {
			declared += v
		}
	}
	if declared != "" {
		declared = "(" + declared + ")"
	}
	return strings.ToLower(root.Name) + declared + text
}

func FuzzOperation(f *testing.F) {
	do := fuzzDoor(f)
	schema := graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{}}).Schema()
	for i := range 40 {
		seed := make([]byte, 10+8*i)
		for j := range seed {
			seed[j] = byte((i+3)*(j+7)*31 + j*j)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		w := &writer{schema: schema, bytes: choices}
		body, err := json.Marshal(map[string]any{"query": w.document(), "variables": map[string]any{"n": 3}})
		if err != nil {
			t.Fatal(err)
		}
		fuzzed(t, do, string(body))
	})
}
