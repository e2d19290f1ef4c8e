package rules

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// valuesOfCorrectType is 5.6.1: literals must be what their place takes. A whole number of any size is a Float and an ID;
// an Int has 32 bits.
func valuesOfCorrectType(hints bool) core.Rule {
	return core.Rule{Name: "ValuesOfCorrectType", RuleFunc: func(observers *core.Events, addError core.AddErrFunc) {
		v := values{hints: hints, add: addError}
		observers.OnValue(func(walker *core.Walker, value *ast.Value) {
			if walker.CurrentOperation != nil && value.Kind == ast.ListValue && value.Definition != nil && value.ExpectedType != nil {
				v.listOfScalar(value.ExpectedType, value)
			}
			if value.Definition != nil && value.ExpectedType != nil && value.Kind != ast.Variable {
				v.check(value)
			}
		})
	}}
}

type values struct {
	hints bool
	add   core.AddErrFunc
}

func (v values) fail(at *ast.Value, hint core.ErrorOption, format string, args ...any) {
	options := []core.ErrorOption{core.Message(format, args...)}
	if v.hints && hint != nil {
		options = append(options, hint)
	}
	v.add(append(options, core.At(at.Position))...)
}

func (v values) unexpected(value *ast.Value) {
	v.fail(value, nil, `Expected value of type "%s", found %s.`, value.ExpectedType, value)
}

func (v values) check(value *ast.Value) {
	t, def := value.ExpectedType, value.Definition
	switch {
	case value.Kind == ast.NullValue:
		if t.NonNull {
			v.unexpected(value)
		}
	case value.Kind == ast.ListValue && t.Elem != nil:
	case def.Kind == ast.InputObject:
		if value.Kind != ast.ObjectValue {
			v.unexpected(value)
			return
		}
		v.object(value)
	case def.Kind == ast.Enum:
		v.enum(value)
	default:
		v.scalar(value)
	}
}

// listOfScalar holds the variables in a list, where one value of a scalar is wanted, to the scalar: there is no type that
// says what they should be instead.
func (v values) listOfScalar(t *ast.Type, list *ast.Value) {
	if t.Elem != nil {
		return
	}
	nullable := *t
	nullable.NonNull = false
	for _, child := range list.Children {
		item := child.Value
		switch {
		case item.Kind == ast.ListValue:
			v.listOfScalar(t, item)
		case item.Kind == ast.Variable && item.VariableDefinition != nil && !item.VariableDefinition.Type.IsCompatible(&nullable):
			v.fail(item, nil, `Variable "%s" of type "%s" used in position expecting type "%s".`, item, item.VariableDefinition.Type, &nullable)
		}
	}
}

func (v values) scalar(value *ast.Value) {
	kind, name := value.Kind, value.Definition.Name
	fits := true
	switch name {
	case "Int":
		if fits = kind == ast.IntValue; fits {
			if _, err := strconv.ParseInt(value.Raw, 10, 32); err != nil {
				v.fail(value, nil, "Int cannot represent non 32-bit signed integer value: %s", value)
			}
			return
		}
	case "Float":
		if kind == ast.FloatValue {
			_, err := strconv.ParseFloat(value.Raw, 64)
			fits = err == nil
		} else {
			fits = kind == ast.IntValue
		}
	case "String":
		fits = kind == ast.StringValue || kind == ast.BlockValue
	case "Boolean":
		fits = kind == ast.BooleanValue
	case "ID":
		fits = kind == ast.StringValue || kind == ast.BlockValue || kind == ast.IntValue
	}
	if !fits {
		v.fail(value, nil, "%s cannot represent %s: %s", name, refused[name], value)
	}
}

// refused is what a scalar cannot represent.
var refused = map[string]string{
	"Int": "non-integer value", "Float": "non numeric value", "String": "a non string value", "Boolean": "a non boolean value",
	"ID": "a non-string and non-integer value",
}

func (v values) enum(value *ast.Value) {
	def := value.Definition
	if value.Kind == ast.EnumValue && def.EnumValues.ForName(value.Raw) != nil {
		return
	}
	var names []string
	for _, known := range def.EnumValues {
		names = append(names, known.Name)
	}
	hint := core.SuggestListQuoted("Did you mean the enum value", value.Raw, names)
	if value.Kind == ast.EnumValue {
		v.fail(value, hint, `Value "%s" does not exist in "%s" enum.`, value, def.Name)
		return
	}
	v.fail(value, hint, `Enum "%s" cannot represent non-enum value: %s.`, def.Name, value)
}

func (v values) object(value *ast.Value) {
	def := value.Definition
	for _, f := range def.Fields {
		if f.Type.NonNull && f.DefaultValue == nil && value.Children.ForName(f.Name) == nil {
			v.fail(value, nil, `Field "%s.%s" of required type "%s" was not provided.`, def.Name, f.Name, f.Type)
		}
	}
	for _, given := range value.Children {
		if def.Fields.ForName(given.Name) != nil {
			continue
		}
		var names []string
		for _, f := range def.Fields {
			names = append(names, f.Name)
		}
		hint := core.SuggestListQuoted("Did you mean", given.Name, names)
		v.fail(&ast.Value{Position: given.Position}, hint, `Field "%s" is not defined by type "%s".`, given.Name, def.Name)
	}
	if def.Directives.ForName("oneOf") == nil {
		return
	}
	if len(value.Children) != 1 {
		v.fail(value, nil, `OneOf Input Object "%s" must specify exactly one key.`, def.Name)
		return
	}
	if only := value.Children[0]; only.Value.Kind == ast.NullValue {
		v.fail(only.Value, nil, `Field "%s.%s" must be non-null.`, def.Name, only.Name)
	}
}
