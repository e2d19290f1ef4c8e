package exec

import (
	"context"
	"errors"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/introspection"
)

var errIntrospection = errors.New("introspection disabled")

// metaTables are the tables of the types that describe the schema. They are ordinary tables.
type metaTables struct {
	schema    *Object[*introspection.Schema]
	typ       *Object[*introspection.Type]
	field     *Object[*introspection.Field]
	input     *Object[*introspection.InputValue]
	enumValue *Object[*introspection.EnumValue]
	directive *Object[*introspection.Directive]
}

func newMeta() *metaTables {
	m := &metaTables{
		schema:    NewObject[*introspection.Schema]("__Schema"),
		typ:       NewObject[*introspection.Type]("__Type"),
		field:     NewObject[*introspection.Field]("__Field"),
		input:     NewObject[*introspection.InputValue]("__InputValue"),
		enumValue: NewObject[*introspection.EnumValue]("__EnumValue"),
		directive: NewObject[*introspection.Directive]("__Directive"),
	}
	m.schema.Fields(
		Leaf("description", (*introspection.Schema).Description, Ptr(String[string])),
		Link("types", (*introspection.Schema).Types, Values(m.typ)),
		Link("queryType", (*introspection.Schema).QueryType, One(m.typ)),
		Link("mutationType", (*introspection.Schema).MutationType, One(m.typ)),
		Link("subscriptionType", (*introspection.Schema).SubscriptionType, One(m.typ)),
		Link("directives", (*introspection.Schema).Directives, Values(m.directive)),
	)
	m.typ.Fields(
		Leaf("kind", (*introspection.Type).Kind, String[string]),
		Leaf("name", (*introspection.Type).Name, Ptr(String[string])),
		Leaf("description", (*introspection.Type).Description, Ptr(String[string])),
		Leaf("specifiedByURL", (*introspection.Type).SpecifiedByURL, Ptr(String[string])),
		metaList("fields", (*introspection.Type).Fields, Values(m.field)),
		Link("interfaces", (*introspection.Type).Interfaces, Values(m.typ)),
		Link("possibleTypes", (*introspection.Type).PossibleTypes, Values(m.typ)),
		metaList("enumValues", (*introspection.Type).EnumValues, Values(m.enumValue)),
		metaList("inputFields", (*introspection.Type).InputFields, Values(m.input)),
		Link("ofType", (*introspection.Type).OfType, One(m.typ)),
		Leaf("isOneOf", (*introspection.Type).IsOneOf, Ptr(Boolean[bool])),
	)
	m.field.Fields(
		Leaf("name", func(f *introspection.Field) string { return f.Name }, String[string]),
		Leaf("description", (*introspection.Field).Description, Ptr(String[string])),
		metaList("args", (*introspection.Field).Args, Values(m.input)),
		Link("type", func(f *introspection.Field) *introspection.Type { return f.Type }, One(m.typ)),
		Leaf("isDeprecated", (*introspection.Field).IsDeprecated, Boolean[bool]),
		Leaf("deprecationReason", (*introspection.Field).DeprecationReason, Ptr(String[string])),
	)
	m.rest()
	return m
}

func (m *metaTables) rest() {
	m.input.Fields(
		Leaf("name", func(v *introspection.InputValue) string { return v.Name }, String[string]),
		Leaf("description", (*introspection.InputValue).Description, Ptr(String[string])),
		Link("type", func(v *introspection.InputValue) *introspection.Type { return v.Type }, One(m.typ)),
		Leaf("defaultValue", func(v *introspection.InputValue) *string { return v.DefaultValue }, Ptr(String[string])),
		Leaf("isDeprecated", (*introspection.InputValue).IsDeprecated, Boolean[bool]),
		Leaf("deprecationReason", (*introspection.InputValue).DeprecationReason, Ptr(String[string])),
	)
	m.enumValue.Fields(
		Leaf("name", func(v *introspection.EnumValue) string { return v.Name }, String[string]),
		Leaf("description", (*introspection.EnumValue).Description, Ptr(String[string])),
		Leaf("isDeprecated", (*introspection.EnumValue).IsDeprecated, Boolean[bool]),
		Leaf("deprecationReason", (*introspection.EnumValue).DeprecationReason, Ptr(String[string])),
	)
	m.directive.Fields(
		Leaf("name", func(d *introspection.Directive) string { return d.Name }, String[string]),
		Leaf("description", (*introspection.Directive).Description, Ptr(String[string])),
		Leaf("isRepeatable", func(d *introspection.Directive) bool { return d.IsRepeatable }, Boolean[bool]),
		Leaf("locations", func(d *introspection.Directive) []string { return d.Locations }, List(String[string], true, true)),
		metaList("args", (*introspection.Directive).Args, Values(m.input)),
	)
}

func (m *metaTables) tables() []Table {
	return []Table{m.schema, m.typ, m.field, m.input, m.enumValue, m.directive}
}

type argsDeprecated struct{ IncludeDeprecated *bool }

// metaList is a list that may leave out what is deprecated.
func metaList[P comparable, R any](name string, get func(P, bool) R, shape Shape[R]) Field[P] {
	return Method(name, func(_ context.Context, o P, a *argsDeprecated) (R, error) {
		return get(o, a.IncludeDeprecated != nil && *a.IncludeDeprecated), nil
	}, shape, Arg("includeDeprecated", func(a *argsDeprecated) **bool { return &a.IncludeDeprecated }, PtrFrom(From(graphql.UnmarshalBoolean))))
}

type argsType struct{ Name string }

// metaField is the entry of __schema or __type, which the query root has without declaring it.
func metaField[P comparable](s *Schema, name string) *Field[P] {
	var f Field[P]
	if name == "__schema" {
		f = Method(name, func(ctx context.Context, _ P, _ *None) (*introspection.Schema, error) {
			if graphql.GetOperationContext(ctx).DisableIntrospection {
				return nil, errIntrospection
			}
			return introspection.WrapSchema(s.ast), nil
		}, One(s.meta.schema))
		return &f
	}
	f = Method(name, func(ctx context.Context, _ P, a *argsType) (*introspection.Type, error) {
		if graphql.GetOperationContext(ctx).DisableIntrospection {
			return nil, errIntrospection
		}
		return introspection.WrapTypeFromDef(s.ast, s.ast.Types[a.Name]), nil
	}, One(s.meta.typ), Arg("name", func(a *argsType) *string { return &a.Name }, From(graphql.UnmarshalString)))
	return &f
}

// isMeta tells whether a field of the query root is one of the two.
func isMeta(def *ast.Definition, s *ast.Schema, name string) bool {
	return def == s.Query && (name == "__schema" || name == "__type")
}
