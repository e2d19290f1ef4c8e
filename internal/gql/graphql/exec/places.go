package exec

import (
	"errors"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql/internal/place"
	"kontrak/internal/gql/graphql/internal/scope"
)

// textOf is the document of an operation; nil for one that was not parsed from text.
func textOf(op *ast.OperationDefinition) *place.Text {
	if op.Position == nil || op.Position.Src == nil {
		return nil
	}
	return place.New(op.Position.Src.Input)
}

// locations are the places of a field and of all that was merged into it.
func (p *plan) locations(f *planField) []gqlerror.Location {
	list := p.location(nil, f.field.Position)
	for _, again := range f.again {
		list = p.location(list, again.Position)
	}
	return list
}

// location adds the place of one position, if it has one.
func (p *plan) location(list []gqlerror.Location, at *ast.Position) []gqlerror.Location {
	if at == nil || p.text == nil {
		return list
	}
	return append(list, p.text.At(at.Start))
}

// located gives an error of an argument its places: in the response, within the arguments and in the document. A variable
// that is null where null must not be stands at the argument, what a scalar refuses at the field.
func (w *Writer) located(in *inputError) error {
	var known *gqlerror.Error
	if errors.As(in.err, &known) && known.Path != nil {
		return in.err
	}
	field, within := w.path(), slices.Clone(in.path)
	slices.Reverse(within)
	out := gqlerror.WrapPath(slices.Concat(field, within), in.err)
	if known != nil {
		out.Message, out.Extensions = known.Message, known.Extensions
	}
	f := &w.here().info().fields[w.field]
	if in.err == errNull {
		out.Locations = w.x.plan.argument(f, within)
	} else {
		out.Locations = w.x.plan.locations(f)
	}
	return &scope.ArgumentError{Full: out, Field: field, Argument: within.String()}
}

// nullCondition is the message for a variable in @skip or @include that is null.
func nullCondition(v *ast.Value) string {
	return fmt.Sprintf("variable %s must not be null in a condition", v)
}

// argument is the place of the argument that a path leads into.
func (p *plan) argument(f *planField, path ast.Path) []gqlerror.Location {
	if name, ok := path[0].(ast.PathName); ok {
		if arg := f.field.Arguments.ForName(string(name)); arg != nil {
			return p.location(nil, arg.Value.Position)
		}
	}
	return p.locations(f)
}
