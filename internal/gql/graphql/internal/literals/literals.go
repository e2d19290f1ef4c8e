// Package literals reads the values that are written in documents and schemas.
package literals

import (
	"encoding/json"
	"errors"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// Value is the input value of a literal; it is not given when it is a variable that was not.
func Value(v *ast.Value, vars map[string]any) (any, bool, error) {
	switch v.Kind {
	case ast.Variable:
		value, given := vars[v.Raw]
		return value, given, nil
	case ast.ListValue:
		list := make([]any, 0, len(v.Children))
		for _, child := range v.Children {
			item, _, err := Value(child.Value, vars) // a variable that was not given is null
			if err != nil {
				return nil, false, err
			}
			list = append(list, item)
		}
		return list, true, nil
	case ast.ObjectValue:
		object := make(map[string]any, len(v.Children))
		for _, child := range v.Children {
			item, given, err := Value(child.Value, vars)
			if err != nil {
				return nil, false, err
			}
			if given {
				object[child.Name] = item
			}
		}
		return object, true, nil
	default:
		value, err := v.Value(nil)
		if errors.Is(err, strconv.ErrRange) || v.Kind == ast.IntValue && v.Raw == "-0" {
			return json.Number(v.Raw), true, nil // numbers as text: some types have room for it, or keep how it is written
		}
		return value, true, err
	}
}
