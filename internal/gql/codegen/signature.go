package codegen

import (
	"go/types"
	"strings"
)

// ResolverParams writes the parameters of the field's resolver method, as they stand between its parentheses: the
// context, the parent (all parents for a batch field, none at a root) and the arguments in schema order.
func (f *Field) ResolverParams(im *Imports) string {
	parts := []string{"ctx " + im.Use("context", "context") + ".Context"}
	switch {
	case f.Object.Root:
	case f.Access == AccessBatch:
		parts = append(parts, "objs []"+im.Type(f.Object.Ref()))
	default:
		parts = append(parts, "obj "+im.Type(f.Object.Ref()))
	}
	for _, a := range f.Args {
		parts = append(parts, a.GoName+" "+im.Type(a.Type.Declared()))
	}
	return strings.Join(parts, ", ")
}

// ResolverResult is the Go type of the first result of the field's resolver method: one value, one value per parent
// for a batch field, or a channel of values for a stream.
func (f *Field) ResolverResult() types.Type {
	t := f.Type.Go
	switch f.Access {
	case AccessBatch:
		return types.NewSlice(t)
	case AccessStream:
		return types.NewChan(types.RecvOnly, t)
	}
	return t
}

// ResolverSignature writes the field's resolver method as gqlgen's interfaces declare it, without the method's name:
// "(ctx context.Context, obj *T, first *int32) ([]*U, error)".
func (f *Field) ResolverSignature(im *Imports) string {
	return "(" + f.ResolverParams(im) + ") (" + im.Type(f.ResolverResult()) + ", error)"
}

// Declared is the Go type as it stands in a declaration: Go, within graphql.Omittable where the position has that.
func (t *Type) Declared() types.Type {
	if t.Omittable && t.Wrapped != nil {
		return t.Wrapped
	}
	return t.Go
}
