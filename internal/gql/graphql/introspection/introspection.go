// Package introspection shows a schema to its clients: the values behind __schema and __type.
package introspection

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Schema is the value of __schema.
type Schema struct{ schema *ast.Schema }

// Type is a named type, or a list or non-null around another type.
type Type struct {
	schema *ast.Schema
	def    *ast.Definition // of a named type that may be null
	typ    *ast.Type       // of lists and non-nulls
}

// Field is a field of an object or interface.
type Field struct {
	Name       string
	Type       *Type
	args       []InputValue
	about      *string
	deprecated *ast.Directive
}

// InputValue is an argument, or a field of an input object.
type InputValue struct {
	Name         string
	DefaultValue *string
	Type         *Type
	about        *string
	deprecated   *ast.Directive
}

// EnumValue is a value of an enum.
type EnumValue struct {
	Name       string
	about      *string
	deprecated *ast.Directive
}

// Directive is a directive that the schema knows.
type Directive struct {
	Name         string
	Locations    []string
	IsRepeatable bool
	args         []InputValue
	about        *string
}

// WrapSchema shows a schema.
func WrapSchema(schema *ast.Schema) *Schema { return &Schema{schema} }

// WrapTypeFromDef shows a named type; nil stays nil.
func WrapTypeFromDef(s *ast.Schema, def *ast.Definition) *Type {
	if def == nil {
		return nil
	}
	return &Type{schema: s, def: def}
}

// WrapTypeFromType shows the type of a field or argument.
func WrapTypeFromType(s *ast.Schema, typ *ast.Type) *Type {
	if typ == nil {
		return nil
	}
	if !typ.NonNull && typ.NamedType != "" {
		return WrapTypeFromDef(s, s.Types[typ.NamedType])
	}
	return &Type{schema: s, typ: typ}
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Description says what the schema is for.
func (s *Schema) Description() *string { return text(s.schema.Description) }

// Types lists all types by name.
func (s *Schema) Types() []Type {
	types := make([]Type, 0, len(s.schema.Types))
	for _, name := range sorted(s.schema.Types) {
		types = append(types, Type{schema: s.schema, def: s.schema.Types[name]})
	}
	return types
}

// QueryType is the root of queries.
func (s *Schema) QueryType() *Type { return WrapTypeFromDef(s.schema, s.schema.Query) }

// MutationType is the root of mutations, or nil.
func (s *Schema) MutationType() *Type { return WrapTypeFromDef(s.schema, s.schema.Mutation) }

// SubscriptionType is the root of subscriptions, or nil.
func (s *Schema) SubscriptionType() *Type { return WrapTypeFromDef(s.schema, s.schema.Subscription) }

// Directives lists the directives by name. @defer is left out: the parser knows it, but it has no effect.
func (s *Schema) Directives() []Directive {
	var list []Directive
	for _, name := range sorted(s.schema.Directives) {
		d := s.schema.Directives[name]
		if name == "defer" {
			continue
		}
		out := Directive{Name: d.Name, IsRepeatable: d.IsRepeatable, about: text(d.Description), args: arguments(s.schema, d.Arguments)}
		for _, l := range d.Locations {
			out.Locations = append(out.Locations, string(l))
		}
		list = append(list, out)
	}
	return list
}

// Kind is the type's __TypeKind.
func (t *Type) Kind() string {
	switch {
	case t.def != nil:
		return string(t.def.Kind)
	case t.typ.NonNull:
		return "NON_NULL"
	default:
		return "LIST"
	}
}

// Name is the name of a named type.
func (t *Type) Name() *string {
	if t.def == nil {
		return nil
	}
	return &t.def.Name
}

// Description says what the type is for.
func (t *Type) Description() *string {
	if t.def == nil {
		return nil
	}
	return text(t.def.Description)
}

// SpecifiedByURL is where a scalar is described.
func (t *Type) SpecifiedByURL() *string {
	if t.def == nil || t.def.Kind != ast.Scalar {
		return nil
	}
	d := t.def.Directives.ForName("specifiedBy")
	if d == nil || d.Arguments.ForName("url") == nil {
		return nil
	}
	return &d.Arguments.ForName("url").Value.Raw
}

// IsOneOf tells of an input object whether exactly one of its fields must be given; nil for other types.
func (t *Type) IsOneOf() *bool {
	if t.def == nil || t.def.Kind != ast.InputObject {
		return nil
	}
	is := t.def.Directives.ForName("oneOf") != nil
	return &is
}

// OfType is the type within a list or non-null.
func (t *Type) OfType() *Type {
	switch {
	case t.def != nil:
		return nil
	case t.typ.NonNull:
		inner := *t.typ
		inner.NonNull = false
		return WrapTypeFromType(t.schema, &inner)
	default:
		return WrapTypeFromType(t.schema, t.typ.Elem)
	}
}

// Fields lists the fields of an object or interface.
func (t *Type) Fields(includeDeprecated bool) []Field {
	if t.def == nil || t.def.Kind != ast.Object && t.def.Kind != ast.Interface {
		return nil
	}
	fields := []Field{}
	for _, f := range t.def.Fields {
		deprecated := f.Directives.ForName("deprecated")
		if len(f.Name) > 1 && f.Name[:2] == "__" || !includeDeprecated && deprecated != nil {
			continue
		}
		fields = append(fields, Field{
			Name: f.Name, about: text(f.Description), args: arguments(t.schema, f.Arguments),
			Type: WrapTypeFromType(t.schema, f.Type), deprecated: deprecated,
		})
	}
	return fields
}

// Interfaces lists what an object or interface implements.
func (t *Type) Interfaces() []Type {
	if t.def == nil || t.def.Kind != ast.Object && t.def.Kind != ast.Interface {
		return nil
	}
	types := []Type{}
	for _, name := range t.def.Interfaces {
		types = append(types, Type{schema: t.schema, def: t.schema.Types[name]})
	}
	return types
}

// PossibleTypes lists the objects that an interface or union may be, by name.
func (t *Type) PossibleTypes() []Type {
	if t.def == nil || !t.def.IsAbstractType() {
		return nil
	}
	types := []Type{}
	for _, def := range t.schema.GetPossibleTypes(t.def) {
		if def.Kind == ast.Object { // the parser lists interfaces that implement the interface too
			types = append(types, Type{schema: t.schema, def: def})
		}
	}
	slices.SortFunc(types, func(a, b Type) int { return strings.Compare(a.def.Name, b.def.Name) })
	return types
}

// EnumValues lists the values of an enum.
func (t *Type) EnumValues(includeDeprecated bool) []EnumValue {
	if t.def == nil || t.def.Kind != ast.Enum {
		return nil
	}
	values := []EnumValue{}
	for _, v := range t.def.EnumValues {
		if deprecated := v.Directives.ForName("deprecated"); includeDeprecated || deprecated == nil {
			values = append(values, EnumValue{Name: v.Name, about: text(v.Description), deprecated: deprecated})
		}
	}
	return values
}

// InputFields lists the fields of an input object.
func (t *Type) InputFields(includeDeprecated bool) []InputValue {
	if t.def == nil || t.def.Kind != ast.InputObject {
		return nil
	}
	fields := []InputValue{}
	for _, f := range t.def.Fields {
		if deprecated := f.Directives.ForName("deprecated"); includeDeprecated || deprecated == nil {
			fields = append(fields, InputValue{
				Name: f.Name, about: text(f.Description), Type: WrapTypeFromType(t.schema, f.Type),
				DefaultValue: literal(f.DefaultValue), deprecated: deprecated,
			})
		}
	}
	return fields
}

func arguments(s *ast.Schema, list ast.ArgumentDefinitionList) []InputValue {
	out := []InputValue{}
	for _, a := range list {
		out = append(out, InputValue{
			Name: a.Name, about: text(a.Description), Type: WrapTypeFromType(s, a.Type),
			DefaultValue: literal(a.DefaultValue), deprecated: a.Directives.ForName("deprecated"),
		})
	}
	return out
}

func literal(v *ast.Value) *string {
	if v == nil {
		return nil
	}
	s := written(v)
	return &s
}

// written is a value in the language, with blanks where people put them.
func written(v *ast.Value) string {
	parts := make([]string, len(v.Children))
	for i, child := range v.Children {
		if parts[i] = written(child.Value); v.Kind == ast.ObjectValue {
			parts[i] = child.Name + ": " + parts[i]
		}
	}
	switch v.Kind {
	case ast.ListValue:
		return "[" + strings.Join(parts, ", ") + "]"
	case ast.ObjectValue:
		return "{" + strings.Join(parts, ", ") + "}"
	default:
		return v.String()
	}
}

// Args lists the arguments of a field.
func (f *Field) Args(includeDeprecated bool) []InputValue { return current(f.args, includeDeprecated) }

// Args lists the arguments of a directive.
func (d *Directive) Args(includeDeprecated bool) []InputValue {
	return current(d.args, includeDeprecated)
}

func current(args []InputValue, includeDeprecated bool) []InputValue {
	if includeDeprecated {
		return args
	}
	return slices.DeleteFunc(slices.Clone(args), func(a InputValue) bool { return a.deprecated != nil })
}

// Description says what the field, value or directive is for.
func (f *Field) Description() *string      { return f.about }
func (v *InputValue) Description() *string { return v.about }
func (v *EnumValue) Description() *string  { return v.about }
func (d *Directive) Description() *string  { return d.about }

// IsDeprecated tells whether clients should no longer use the field or value.
func (f *Field) IsDeprecated() bool      { return f.deprecated != nil }
func (v *InputValue) IsDeprecated() bool { return v.deprecated != nil }
func (v *EnumValue) IsDeprecated() bool  { return v.deprecated != nil }

// DeprecationReason says why, and what to use in its place.
func (f *Field) DeprecationReason() *string      { return reason(f.deprecated) }
func (v *InputValue) DeprecationReason() *string { return reason(v.deprecated) }
func (v *EnumValue) DeprecationReason() *string  { return reason(v.deprecated) }

func reason(d *ast.Directive) *string {
	if d == nil {
		return nil
	}
	if arg := d.Arguments.ForName("reason"); arg != nil {
		return &arg.Value.Raw
	}
	s := "No longer supported"
	return &s
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
