// Package codegen binds a GraphQL schema to Go types and writes the code that executes it.
//
// Bind reads the schema and the Go packages and returns a Schema: plain data in which every field, argument, input and
// enum value knows its Go counterpart. Emit writes the executable schema from it. Neither guesses: what cannot be bound
// is an error that names the schema line, the Go type and the remedy.
package codegen

import (
	"go/types"

	"github.com/vektah/gqlparser/v2/ast"
)

// Schema is a whole GraphQL schema bound to Go. Its slices are sorted by name, so that what is written from them is the
// same on every run. Introspection types and names that begin with "__" are not in it.
type Schema struct {
	AST     *ast.Schema
	Sources []*Source
	Exec    Package
	Options Options

	Query        *Object
	Mutation     *Object // nil when the schema has none
	Subscription *Object // nil when the schema has none

	Objects    []*Object // the roots included
	Abstracts  []*Abstract
	Inputs     []*Input
	Enums      []*Enum
	Scalars    []*Scalar
	Directives []*Directive // with a function at run time; neither built-in ones nor those of skip_runtime
	// Hidden names the directives that only steer generation (@go… and skip_runtime): introspection does not show them.
	Hidden []string
}

// Source is one schema file. Name is its path relative to the project's root, with slashes.
type Source struct {
	Name string
	Text string
}

// Package says where a generated file belongs.
type Package struct {
	File string // absolute
	Name string
	Path string // import path
}

// Options are the settings of gqlgen.yml that shape the executable schema.
type Options struct {
	WorkerLimit             int  // exec.worker_limit, 0 = unlimited
	OmitComplexity          bool // omit_complexity: no ComplexityRoot
	OmitGQLGenFileNotice    bool
	ResolversReturnPointers bool // resolvers_always_return_pointers, true unless set
}

// Object is an object type, root types included.
type Object struct {
	Name       string
	GoName     string // the exported Go name used in ResolverRoot, ComplexityRoot and <GoName>Resolver
	Def        *ast.Definition
	Go         types.Type // the named type T, never a pointer; nil for root types
	Root       bool
	Stream     bool        // the subscription root
	Fields     []*Field    // in schema order
	Implements []*Abstract // interfaces it implements and unions it is in, sorted by name
}

// HasResolvers tells whether <GoName>Resolver exists.
func (o *Object) HasResolvers() bool {
	for _, f := range o.Fields {
		if f.Access.IsResolver() {
			return true
		}
	}
	return false
}

// Ref is the Go type by which an object's value is handed to resolvers: *T, or T where T is an interface.
func (o *Object) Ref() types.Type {
	if o.Go == nil {
		return nil
	}
	if types.IsInterface(o.Go) {
		return o.Go
	}
	return types.NewPointer(o.Go)
}

// Access says how the value of a field is reached.
type Access uint8

// The ways to a field's value.
const (
	AccessField    Access = iota // a struct field of the parent: obj.<GoPath>
	AccessMethod                 // a method of the parent: obj.<GoPath>(ctx?, args…)
	AccessResolver               // a method of <Object>Resolver, once per parent
	AccessBatch                  // a method of <Object>Resolver, once for all parents
	AccessStream                 // a method of SubscriptionResolver, giving a channel
)

// IsResolver tells whether the value comes from a method of the resolver interfaces.
func (a Access) IsResolver() bool { return a >= AccessResolver }

// Field is a field of an object type.
type Field struct {
	Object *Object
	Name   string // in GraphQL
	// GoName is the exported Go name: the struct field, the method, or the resolver's method. ComplexityRoot uses it too.
	GoName string
	// GoPath is the selector after the parent value, "GoName" or "Embedded.GoName".
	GoPath string
	Def    *ast.FieldDefinition
	Access Access
	// Type is what one parent gives: of the struct field, of the method's first result, or of the resolver's first
	// result. Of a batch field it is the element of the returned slice, of a stream the element of the channel.
	Type *Type
	Args []*Arg // in schema order
	// MethodArgs are, for AccessMethod only, the arguments the Go method takes, in its order; the others are decoded but not handed over.
	MethodArgs  []*Arg
	MethodCtx   bool // AccessMethod: first parameter is the context
	MethodError bool // AccessMethod: returns (T, error)
	MethodOK    bool // AccessMethod: returns (T, bool); false means null
	// MethodOnPtr tells that the method has a pointer receiver.
	MethodOnPtr bool
	// Directives run around this field, in the order of gqlgen: those of the field's type first, then the field's own;
	// the last one is outermost.
	Directives []*DirectiveUse
}

// Arg is an argument of a field or of a directive.
type Arg struct {
	Name       string
	GoName     string // a Go parameter name, safe to write
	Def        *ast.ArgumentDefinition
	Type       *Type
	Default    *ast.Value // nil when the schema gives none
	Directives []*DirectiveUse
}

// Form is how a value lies in Go.
type Form uint8

// The forms of a value.
const (
	FormValue     Form = iota // T itself: string, time.Time, a struct by value; it cannot be null, except through Codec
	FormPointer               // *T, nil is null
	FormInterface             // a Go interface, nil is null
	FormMap                   // a map, nil is null
	FormSlice                 // a slice: every list, and leaves such as []byte
)

// Kind is the kind of the named type at the end of a Type.
type Kind uint8

// The kinds of named types.
const (
	KindScalar Kind = iota
	KindEnum
	KindObject
	KindAbstract // interface or union
	KindInput
)

// Type is a GraphQL type at one position, bound to the Go type that stands there: one node per list level, each with
// its own nullability, and at the end a named type.
type Type struct {
	GQL       *ast.Type
	NonNull   bool
	Go        types.Type // the whole Go type at this level, without Omittable
	Form      Form
	Omittable bool       // the position's Go type is graphql.Omittable[Go]; only on an input field's outermost level
	Wrapped   types.Type // graphql.Omittable[Go], nil unless Omittable

	Elem *Type // lists only; then the rest is empty

	Name     string
	Kind     Kind
	Codec    *Codec    // scalars and enums
	Object   *Object   // KindObject
	Abstract *Abstract // KindAbstract
	Input    *Input    // KindInput
	Enum     *Enum     // KindEnum
}

// Named returns the type at the end of all lists.
func (t *Type) Named() *Type {
	for t.Elem != nil {
		t = t.Elem
	}
	return t
}

// Depth is the number of list levels.
func (t *Type) Depth() int {
	n := 0
	for ; t.Elem != nil; t = t.Elem {
		n++
	}
	return n
}

// IsLeaf tells whether the named type is a scalar or an enum.
func (t *Type) IsLeaf() bool {
	k := t.Named().Kind
	return k == KindScalar || k == KindEnum
}

// CodecKind is how a leaf becomes JSON and comes from it.
type CodecKind uint8

// The kinds of codecs.
const (
	// CodecMethods: Go (by value or pointer) has MarshalGQL(io.Writer) and *Go has UnmarshalGQL(any) error; with Context
	// they are MarshalGQLContext(ctx, io.Writer) error and UnmarshalGQLContext(ctx, any) error.
	CodecMethods CodecKind = iota
	// CodecFuncs: Marshal(Go) graphql.Marshaler and Unmarshal(any) (Go, error); with Context Marshal gives a
	// graphql.ContextMarshaler and Unmarshal is Unmarshal(ctx, any) (Go, error).
	CodecFuncs
	// CodecEnum: EnumValues map wire names to Go constants; on the wire it is a string.
	CodecEnum
)

// Codec says how one Go type of a scalar or enum is written and read. One GraphQL scalar may have several.
type Codec struct {
	Kind    CodecKind
	Go      types.Type // the bare type it codes, never a pointer unless the functions take one
	Context bool
	// Marshal and Unmarshal are set for CodecFuncs. Unmarshal is nil when the package has none; then the scalar is only ever written.
	Marshal   *types.Func
	Unmarshal *types.Func
	// Cast is set when the functions take another type than Go (a string for a named string type): convert both ways.
	Cast types.Type
	// EnumValues are set for CodecEnum, in schema order.
	EnumValues []EnumPair
	// MarshalOnPtr tells, for CodecMethods, that MarshalGQL has a pointer receiver.
	MarshalOnPtr bool
	// Append is set, for CodecMethods, where Go has the method AppendGQL([]byte) []byte by value.
	Append *types.Func
}

// EnumPair is one value of an enum: its name on the wire and the Go constant or variable.
type EnumPair struct {
	Name string
	Go   types.Object
}

// Abstract is an interface or a union.
type Abstract struct {
	Name   string
	GoName string
	Def    *ast.Definition
	Union  bool
	Go     types.Type // the Go interface
	// Implementors are the objects whose Go type satisfies Go, sorted by name; all possible types of the schema.
	Implementors []Implementor
	// Interfaces this interface itself implements.
	Implements []*Abstract
}

// Implementor is an object within an interface or union.
type Implementor struct {
	Object  *Object
	ByValue bool // T satisfies the Go interface (then *T does too)
	ByPtr   bool // *T satisfies it
}

// Input is an input object type.
type Input struct {
	Name       string
	GoName     string
	Def        *ast.Definition
	Go         types.Type // the named struct, or map[string]any
	Map        bool
	OneOf      bool
	Fields     []*InputField
	Directives []*DirectiveUse // of INPUT_OBJECT
}

// InputField is a field of an input object.
type InputField struct {
	Input      *Input
	Name       string
	GoName     string
	GoPath     string // selector after the struct value, "" in a map
	Def        *ast.FieldDefinition
	Type       *Type // Type.Omittable when the struct field is graphql.Omittable[…]
	Default    *ast.Value
	Directives []*DirectiveUse // of INPUT_FIELD_DEFINITION
}

// Enum is an enum type.
type Enum struct {
	Name  string
	Def   *ast.Definition
	Codec *Codec // the first one; a Type may carry another
}

// Scalar is a scalar type with the Go types it may be bound to, the default first.
type Scalar struct {
	Name   string
	Def    *ast.Definition
	Codecs []*Codec
}

// Directive is a directive with a function in DirectiveRoot.
type Directive struct {
	Name   string
	GoName string // the field in DirectiveRoot
	Def    *ast.DirectiveDefinition
	Args   []*Arg
}

// On tells whether the directive may stand at the given place.
func (d *Directive) On(loc ast.DirectiveLocation) bool {
	for _, l := range d.Def.Locations {
		if l == loc {
			return true
		}
	}
	return false
}

// DirectiveUse is a directive applied in the schema.
type DirectiveUse struct {
	Directive *Directive
	Args      []DirectiveArg // one per Directive.Args, same order
}

// DirectiveArg is the value of an argument of an applied directive.
type DirectiveArg struct {
	Arg   *Arg
	Value *ast.Value // as written, or the default; nil when absent
}
