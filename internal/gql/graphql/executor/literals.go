package executor

import (
	"math"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

const literalsRule = "LiteralsOfCorrectType"

// checkLiterals refuses literals that the parser's own rules let through: numbers beyond 32 bits where an Int is wanted,
// and an empty object where a scalar or enum is.
func checkLiterals(observers *core.Events, addError core.AddErrFunc) {
	observers.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Definition == nil || v.ExpectedType == nil {
			return
		}
		switch v.Kind {
		case ast.IntValue:
			n, err := strconv.ParseInt(v.Raw, 10, 64)
			if v.Definition.Name == "Int" && err == nil && (n < math.MinInt32 || n > math.MaxInt32) {
				addError(core.Message("Int cannot represent non 32-bit signed integer value: %s", v.Raw), core.At(v.Position))
			}
		case ast.ObjectValue:
			leaf := v.Definition.Kind == ast.Enum || v.Definition.Kind == ast.Scalar && v.Definition.BuiltIn
			if leaf && len(v.Children) == 0 {
				addError(core.Message("Expected value of type %q, found {}.", v.ExpectedType.String()), core.At(v.Position))
			}
		}
	})
}
