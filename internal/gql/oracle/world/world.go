// Package world is the data that the oracle's two engines answer from. There is none: each value is worked out from a
// hash of its parent, its field and its arguments, here and in world.mjs by the same few lines. So there is no end of
// data, and it is full of what goes wrong: nulls where they must not be, resolvers that fail, values that cannot be
// written, objects of no known type.
package world

import (
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Kind is how an engine reaches the value of a field.
type Kind int

// Plain fields are read off their parent and cannot fail; methods, resolvers and batch resolvers can.
const (
	Plain Kind = iota
	Method
	Resolver
	Batch
)

// Object is an object: all there is to know of one is its type and its hash.
type Object struct {
	Type string
	Hash uint32
}

// What stands in for values that cannot be answered with.
type (
	// Unwritable is a value that its scalar or enum refuses to write.
	Unwritable struct{}
	// Stranger is an object of a type that the schema does not know.
	Stranger struct{}
)

// ErrThrown is the error of a resolver.
var ErrThrown = errors.New("thrown")

// World answers the fields of a schema.
type World struct {
	Schema *ast.Schema
	// Typed says that the values are held by Go types in which a required leaf cannot be null, and that the schema
	// says by @goField how each field is reached; otherwise its hash decides.
	Typed bool
}

// KindOf tells how the value of a field is reached.
func (w *World) KindOf(def *ast.Definition, f *ast.FieldDefinition) Kind {
	root := def == w.Schema.Query || def == w.Schema.Mutation || def == w.Schema.Subscription
	if w.Typed {
		return typedKind(root, f)
	}
	choice := Mix(Text(1, def.Name+"."+f.Name), 0) % 6
	switch {
	case root && choice < 3, !root && choice == 2:
		return Method
	case root, choice == 3:
		return Resolver
	case choice > 3:
		return Batch
	case len(f.Arguments) > 0:
		return Method
	default:
		return Plain
	}
}

func typedKind(root bool, f *ast.FieldDefinition) Kind {
	d := f.Directives.ForName("goField")
	switch {
	case d != nil && d.Arguments.ForName("batch") != nil:
		return Batch
	case root, d != nil && d.Arguments.ForName("forceResolver") != nil:
		return Resolver
	case len(f.Arguments) > 0:
		return Method
	default:
		return Plain
	}
}

// FailsForAll tells whether a batch resolver fails as a whole.
func FailsForAll(seed uint32, typ, field, args string) bool {
	return Mix(Text(seed, typ+"."+field+args), 11)%60 == 0
}

// Of is the hash of a field's value: that of its parent and what was asked.
func Of(parent uint32, field, args string) uint32 { return Text(parent, field+args) }

// Fails tells whether a resolver fails at one parent.
func Fails(h uint32) bool { return Mix(h, 1)%100 < 3 }

// Value is the value of a type for a hash: nil, bool, int64, float64, string, []any, Object, Unwritable or Stranger.
// Enums are their values' names.
func (w *World) Value(t *ast.Type, h uint32) any {
	chance := Mix(h, 3) % 100
	if t.Elem != nil {
		if !t.NonNull && chance < 8 {
			return nil
		}
		list := make([]any, []int{0, 1, 1, 2, 2, 3}[Mix(h, 4)%6])
		for i := range list {
			list[i] = w.Value(t.Elem, Mix(h, 100+uint32(i)))
		}
		return list
	}
	def := w.Schema.Types[t.NamedType]
	leaf := def.IsLeafType()
	switch {
	case !t.NonNull && chance < 10, t.NonNull && chance < 2 && (!leaf || !w.Typed):
		return nil
	case leaf:
		return w.leaf(def, h)
	case def.Kind == ast.Object:
		return Object{def.Name, Mix(h, 6)}
	}
	names := w.Possible(def)
	if Mix(h, 7)%50 == 0 {
		return Stranger{}
	}
	return Object{names[Mix(h, 8)%uint32(len(names))], Mix(h, 6)}
}

// Possible names the objects that an interface or union may be, in order.
func (w *World) Possible(def *ast.Definition) []string {
	var names []string
	for _, d := range w.Schema.GetPossibleTypes(def) {
		if d.Kind == ast.Object {
			names = append(names, d.Name)
		}
	}
	slices.Sort(names)
	return names
}

// The values of leaves. Those that JSON or GraphQL cannot hold are among them.
var (
	integers = []int64{0, 1, -1, 7, 42, math.MaxInt32, math.MinInt32, 1_000_000, -65_536, math.MaxInt32 + 1, math.MinInt32 - 1}
	floats   = []float64{
		0, 1.5, -2.25, 1e21, 1e-7, 123456789.125, 0.1, 3, -1e300, 5e-324, 100, 9007199254740993,
		math.NaN(), math.Inf(1), math.Inf(-1),
	}
	texts = []string{
		"", "a", `"quoted" \ back`, "line\nbreak\r", "tab\t", "ünïcödé", "😀 smile", "\u2028\u2029", "\x00\x1f\x7f", "</script>&",
		strings.Repeat("long ", 20), "null", "12",
	}
	evens = []int64{2, 4, -8, 100, 3, 1 << 40}
)

func (w *World) leaf(def *ast.Definition, h uint32) any {
	pick := Mix(h, 5)
	if def.Kind == ast.Enum {
		if pick%40 == 0 {
			return Unwritable{}
		}
		return def.EnumValues[Mix(h, 10)%uint32(len(def.EnumValues))].Name
	}
	switch def.Name {
	case "Int":
		return integers[pick%uint32(len(integers))]
	case "Float":
		return floats[pick%uint32(len(floats))]
	case "String", "ID":
		return texts[pick%uint32(len(texts))]
	case "Boolean":
		return pick%2 == 0
	case "Even":
		return evens[pick%uint32(len(evens))]
	case "Point":
		return [...]string{"1,2", "-3,4", "0,0"}[pick%3]
	}
	if pick%30 == 0 && def.Name != "Anything" {
		return Unwritable{}
	}
	return texts[pick%uint32(len(texts))]
}
