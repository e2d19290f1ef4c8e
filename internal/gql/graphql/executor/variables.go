package executor

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql/internal/literals"
)

// variables coerces what a client sent to the types of an operation's variables, as section 6.1.2 of the specification
// says. Numbers stay as they came, a value where a list is wanted becomes a list of one. It is written here because
// the parser's own function leaves typed slices behind and takes numbers in text for numbers.
func variables(schema *ast.Schema, op *ast.OperationDefinition, sent map[string]any) (map[string]any, *gqlerror.Error) {
	if len(op.VariableDefinitions) == 0 {
		return map[string]any{}, nil
	}
	c := coercer{schema: schema}
	out := make(map[string]any, len(op.VariableDefinitions))
	for _, v := range op.VariableDefinitions {
		c.of, c.path = v, ast.Path{ast.PathName(v.Variable)}
		value, given := sent[v.Variable]
		if !given {
			if v.DefaultValue != nil {
				def, _, err := literals.Value(v.DefaultValue, nil)
				if err != nil {
					return nil, c.fail("%s", err)
				}
				out[v.Variable] = c.listed(v.Type, def)
			} else if v.Type.NonNull {
				return nil, c.fail("must be defined")
			}
			continue
		}
		coerced, err := c.value(v.Type, value)
		if err != nil {
			return nil, err
		}
		out[v.Variable] = coerced
	}
	return out, nil
}

type coercer struct {
	schema *ast.Schema
	of     *ast.VariableDefinition
	path   ast.Path // within the variable's value, which is its first step
}

// fail makes an error that names the place in its message: it has no path, for nothing was executed that it could lead to.
func (c *coercer) fail(format string, args ...any) *gqlerror.Error {
	err := gqlerror.Errorf("$%s: %s", c.path, fmt.Sprintf(format, args...))
	if pos := c.of.Position; pos != nil {
		err.Locations = []gqlerror.Location{{Line: pos.Line, Column: pos.Column}}
	}
	return err
}

// listed makes a list of one of a default value that is not a list.
func (c *coercer) listed(t *ast.Type, v any) any {
	if t.Elem == nil || v == nil {
		return v
	}
	items, ok := v.([]any)
	if !ok {
		return []any{c.listed(t.Elem, v)}
	}
	return items
}

func (c *coercer) value(t *ast.Type, v any) (any, *gqlerror.Error) {
	if v == nil {
		if t.NonNull {
			return nil, c.fail("cannot be null")
		}
		return nil, nil
	}
	if t.Elem != nil {
		return c.list(t.Elem, v)
	}
	def := c.schema.Types[t.NamedType]
	if def == nil {
		return nil, c.fail("unknown type %s", t.NamedType)
	}
	switch def.Kind {
	case ast.InputObject:
		return c.object(def, v)
	case ast.Enum:
		name, ok := v.(string)
		if !ok || def.EnumValues.ForName(name) == nil {
			return nil, c.fail("%v is not a valid %s", show(v), def.Name)
		}
		return name, nil
	default:
		return c.scalar(def, v)
	}
}

func (c *coercer) list(elem *ast.Type, v any) (any, *gqlerror.Error) {
	items, ok := v.([]any)
	if !ok {
		item, err := c.value(elem, v)
		if err != nil {
			return nil, err
		}
		return []any{item}, nil
	}
	out := make([]any, len(items))
	for i, item := range items {
		c.path = append(c.path, ast.PathIndex(i))
		var err *gqlerror.Error
		if out[i], err = c.value(elem, item); err != nil {
			return nil, err
		}
		c.path = c.path[:len(c.path)-1]
	}
	return out, nil
}

func (c *coercer) object(def *ast.Definition, v any) (any, *gqlerror.Error) {
	sent, ok := v.(map[string]any)
	if !ok {
		return nil, c.fail("must be a %s, not a %s", def.Name, kindOf(v))
	}
	for name := range sent {
		if def.Fields.ForName(name) == nil {
			c.path = append(c.path, ast.PathName(name))
			return nil, c.fail("unknown field")
		}
	}
	out := make(map[string]any, len(sent))
	for _, f := range def.Fields {
		c.path = append(c.path, ast.PathName(f.Name))
		item, given := sent[f.Name]
		if given {
			coerced, err := c.value(f.Type, item)
			if err != nil {
				return nil, err
			}
			out[f.Name] = coerced
		} else if f.Type.NonNull && f.DefaultValue == nil {
			return nil, c.fail("must be defined")
		}
		c.path = c.path[:len(c.path)-1]
	}
	if def.Directives.ForName("oneOf") != nil {
		if err := c.oneOf(def, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *coercer) oneOf(def *ast.Definition, given map[string]any) *gqlerror.Error {
	if len(given) != 1 {
		return c.fail("exactly one field of %s must be given", def.Name)
	}
	for name, v := range given {
		if v == nil {
			c.path = append(c.path, ast.PathName(name))
			return c.fail("cannot be null")
		}
	}
	return nil
}

// scalar holds values to the built-in scalars; the others check theirs themselves.
func (c *coercer) scalar(def *ast.Definition, v any) (any, *gqlerror.Error) {
	ok := true
	switch def.Name {
	case "Int":
		n, whole := wholeNumber(v)
		if whole && (n < math.MinInt32 || n > math.MaxInt32) {
			return nil, c.fail("%d does not fit into 32 bits", n)
		}
		if whole {
			return json.Number(strconv.FormatInt(n, 10)), nil
		}
		ok = false
	case "Float":
		_, ok = number(v)
	case "String":
		_, ok = v.(string)
	case "Boolean":
		_, ok = v.(bool)
	case "ID":
		if _, ok = v.(string); !ok {
			return c.numberID(v)
		}
	}
	if !ok {
		return nil, c.fail("cannot use %s as %s", kindOf(v), def.Name)
	}
	return v, nil
}

// numberID is an identifier that was given as a number: whole, of any size, and written without fraction and exponent.
func (c *coercer) numberID(v any) (any, *gqlerror.Error) {
	if n, ok := v.(json.Number); ok && !strings.ContainsAny(n.String(), ".eE") && n != "-0" {
		return n, nil
	}
	if n, ok := wholeNumber(v); ok {
		return json.Number(strconv.FormatInt(n, 10)), nil
	}
	return nil, c.fail("cannot use %s as ID", kindOf(v))
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		return f, err == nil && !math.IsInf(f, 0)
	case float64:
		return v, true
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	default:
		return 0, false
	}
}

func wholeNumber(v any) (int64, bool) {
	if n, ok := v.(json.Number); ok {
		if i, err := n.Int64(); err == nil {
			return i, true
		}
	}
	f, ok := number(v)
	if !ok || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case bool:
		return "bool"
	case json.Number, float64, int, int64:
		return "number"
	case []any:
		return "list"
	case map[string]any:
		return "map"
	default:
		return fmt.Sprintf("%T", v)
	}
}

// show is a short text of a value for a message.
func show(v any) string {
	s, ok := v.(string)
	if !ok {
		return kindOf(v)
	}
	if r := []rune(s); len(r) > 50 {
		return string(r[:50]) + "…"
	}
	return s
}
