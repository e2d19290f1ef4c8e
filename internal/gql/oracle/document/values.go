package document

import (
	"encoding/json"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

func (m *maker) arguments(defs ast.ArgumentDefinitionList) []*Argument {
	var list []*Argument
	for _, def := range defs {
		if required := def.Type.NonNull && def.DefaultValue == nil; required || m.chance(45) {
			list = append(list, &Argument{def.Name, m.value(def.Type, def.DefaultValue != nil, true)})
		}
	}
	m.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// conditions makes @skip, @include and the schema's own directives for a place.
func (m *maker) conditions(at ast.DirectiveLocation) []*Directive {
	list := m.passes(at, 3)
	for _, name := range []string{"skip", "include"} {
		if m.chance(5) {
			list = append(list, &Directive{name, []*Argument{{"if", m.truth()}}})
		}
	}
	m.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func (m *maker) truth() *Value {
	if m.chance(60) {
		return m.variable(ast.NonNullNamedType("Boolean", nil), false)
	}
	return &Value{Raw: pick(m.r, []string{"true", "false"})}
}

// passes makes uses of the schema's own directives.
func (m *maker) passes(at ast.DirectiveLocation, percent int) []*Directive {
	var list []*Directive
	if m.part != nil && m.schema.Directives["pass"] != nil {
		for m.chance(percent) {
			d := &Directive{Name: "pass"}
			for _, a := range m.schema.Directives["pass"].Arguments {
				if m.chance(30) {
					d.Arguments = append(d.Arguments, &Argument{a.Name, m.value(a.Type, false, false)})
				}
			}
			list = append(list, d)
		}
		if at == "FIELD" && m.chance(1) {
			list = append(list, &Directive{Name: "deny"})
		}
	}
	return list
}

// value makes a value for a place: with hasDefault a variable there may be null.
func (m *maker) value(t *ast.Type, hasDefault, variables bool) *Value {
	if variables && m.chance(30) {
		return m.variable(t, hasDefault)
	}
	if !t.NonNull && m.chance(8) {
		return &Value{Raw: "null"}
	}
	if t.Elem != nil {
		if m.chance(15) {
			return m.value(strict(t.Elem), false, variables)
		}
		v := &Value{Kind: List}
		for n := m.r.IntN(4); n > 0; n-- {
			v.Items = append(v.Items, m.value(t.Elem, false, variables))
		}
		return v
	}
	def := m.schema.Types[t.NamedType]
	if def.Kind == ast.InputObject {
		return m.input(def, variables)
	}
	return m.literal(def, variables)
}

// strict is a type without null.
func strict(t *ast.Type) *ast.Type {
	c := *t
	c.NonNull = true
	return &c
}

func (m *maker) input(def *ast.Definition, variables bool) *Value {
	v := &Value{Kind: Object}
	if def.Directives.ForName("oneOf") != nil {
		f := pick(m.r, def.Fields)
		v.Fields = []*Argument{{f.Name, m.value(strict(f.Type), false, variables)}}
		return v
	}
	for _, f := range def.Fields {
		if f.Type.NonNull && f.DefaultValue == nil || m.chance(30) {
			v.Fields = append(v.Fields, &Argument{f.Name, m.value(f.Type, f.DefaultValue != nil, variables)})
		}
	}
	return v
}

// The literals of the built-in scalars.
var literals = map[string][]string{
	"Int":     {"0", "1", "-7", "42", "2147483647", "-2147483648", "-0"},
	"Float":   {"0", "1.5", "-2", "1e3", "1.25E-2", "-0.0", "100", "12345678901234567890", "1e+2"},
	"Boolean": {"true", "false"},
	"ID":      {`"1"`, `"x y"`, "7", "-3", `""`, "12345678901234567890", `"""b"""`},
	"String": {
		`"text"`, `""`, `"a \"b\" \\ \/ \b\f\n\r\t"`, `"\u00e9 \u2028"`, `"\u{1F600}"`, `"\uD83D\uDE00"`, `"ünï 😀"`,
		`"# no comment"`, `"""block"""`, "\"\"\"\n    two\n      lines \\\"\"\" \"q\"\n\n    \"\"\"", `""""""`,
	},
	"Even":     {"4", "-2", `"6"`, "4", "8", "3"},
	"Point":    {`"1,2"`, `"-3,4"`, `"0,0"`, `"5,6"`, `"bad"`, "1"},
	"Anything": {"1", "1.5", `"s"`, "true", "WORD", "[]", "{}", `[1 [null] {a: "b"}]`, `{b: 1, a: [WORD, 2.5e1]}`},
}

func (m *maker) literal(def *ast.Definition, variables bool) *Value {
	if def.Kind == ast.Enum {
		return &Value{Raw: pick(m.r, def.EnumValues).Name}
	}
	if def.Name == "Anything" && variables && m.chance(20) {
		return &Value{Kind: Object, Fields: []*Argument{{"v", m.value(ast.NamedType("Int", nil), false, true)}, {"w", &Value{Raw: "W"}}}}
	}
	list := literals[def.Name]
	if list == nil {
		list = literals["Anything"]
	}
	return &Value{Raw: pick(m.r, list)}
}

// variable uses a variable that fits a place, a known one or a new one.
func (m *maker) variable(t *ast.Type, hasDefault bool) *Value {
	for _, v := range m.part.Variables {
		if v.Type == t.String() && m.chance(50) {
			return &Value{Raw: "$" + v.Name}
		}
	}
	declared := *t
	v := &Variable{Name: m.fresh("v")}
	switch {
	case !t.NonNull && m.chance(15):
		declared.NonNull = true
	case t.NonNull && hasDefault && m.chance(50):
		declared.NonNull = false
	case t.NonNull && m.chance(25):
		declared.NonNull = false
		v.Default = m.value(t, false, false)
	}
	if v.Default == nil && m.chance(20) {
		v.Default = m.value(&declared, false, false)
	}
	v.Type, v.Directives = declared.String(), m.passes("VARIABLE_DEFINITION", 2)
	m.part.Variables = append(m.part.Variables, v)
	m.send(v, &declared)
	return &Value{Raw: "$" + v.Name}
}

// send decides what a client sends for a variable.
func (m *maker) send(v *Variable, t *ast.Type) {
	switch {
	case m.chance(20) && (!t.NonNull || v.Default != nil):
	case m.chance(10) && !t.NonNull:
		m.values[v.Name] = nil
	case m.chance(2):
		m.values[v.Name] = pick(m.r, wrong)
	default:
		m.values[v.Name] = m.json(strict(t))
	}
}

// wrong is what few types take.
var wrong = []any{
	nil, "", "1", true, json.Number("1.5"), json.Number("2147483648"), json.Number("1e-3"), []any{}, []any{nil}, map[string]any{},
	map[string]any{"no": "field"}, "OPEN", "open", []any{[]any{json.Number("1")}}, json.Number("1"), json.Number("3.0"), json.Number("1e2"),
}

// sent are the values of the built-in scalars as clients send them.
var sent = map[string][]any{
	"Int":     {json.Number("0"), json.Number("-7"), json.Number("2147483647"), json.Number("3.0"), json.Number("1e2"), json.Number("-0")},
	"Float":   {json.Number("0"), json.Number("1.5"), json.Number("-2"), json.Number("1e21"), json.Number("0.1")},
	"Boolean": {true, false},
	"ID":      {"1", "x y", json.Number("7"), json.Number("-3"), ""},
	"String":  {"text", "", "\u00e9\n\"q\" \\", "😀", "\u2028", "null"},
	"Even":    {json.Number("4"), json.Number("-2"), "6", json.Number("3")},
	"Point":   {"1,2", "-3,4", "bad", "7,8"},
	"Anything": {
		json.Number("1"), "s", true, []any{}, map[string]any{}, []any{json.Number("1.5"), nil}, map[string]any{"b": nil, "a": []any{"x"}},
	},
}

func (m *maker) json(t *ast.Type) any {
	if !t.NonNull && m.chance(10) {
		return nil
	}
	if t.Elem != nil {
		if m.chance(15) {
			return m.json(strict(t.Elem))
		}
		list := []any{}
		for n := m.r.IntN(4); n > 0; n-- {
			list = append(list, m.json(t.Elem))
		}
		return list
	}
	def := m.schema.Types[t.NamedType]
	switch def.Kind {
	case ast.InputObject:
		return m.jsonObject(def)
	case ast.Enum:
		return pick(m.r, def.EnumValues).Name
	}
	list := sent[def.Name]
	if list == nil {
		list = sent["Anything"]
	}
	return pick(m.r, list)
}

func (m *maker) jsonObject(def *ast.Definition) any {
	object := map[string]any{}
	if def.Directives.ForName("oneOf") != nil {
		f := pick(m.r, def.Fields)
		object[f.Name] = m.json(strict(f.Type))
		return object
	}
	for _, f := range def.Fields {
		if f.Type.NonNull && f.DefaultValue == nil || m.chance(30) {
			object[f.Name] = m.json(f.Type)
		}
	}
	if m.chance(1) {
		object["x"+strconv.Itoa(m.r.IntN(9))] = true
	}
	return object
}
