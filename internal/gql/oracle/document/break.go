package document

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// breaker makes one thing of a document wrong, as a rule: some of what it does leaves it valid.
type breaker struct {
	schema *ast.Schema
	r      *rand.Rand
	doc    *Document
	at     *places
}

// Break makes a request's document wrong in one way of many.
func Break(schema *ast.Schema, r *rand.Rand, c *Case) {
	for range 1 + r.IntN(10)/9 {
		b := &breaker{schema, r, c.Document, survey(c.Document)}
		pick(r, breaks)(b)
	}
}

var breaks = []func(*breaker){
	(*breaker).renameField, (*breaker).renameField, (*breaker).sameKey, (*breaker).sameKey, (*breaker).sameKey, (*breaker).strayArgument,
	(*breaker).dropArgument, (*breaker).repeatArgument, (*breaker).otherValue, (*breaker).otherValue, (*breaker).otherValue,
	(*breaker).dropVariable, (*breaker).retypeVariable, (*breaker).retypeVariable, (*breaker).strayVariable, (*breaker).repeatVariable,
	(*breaker).strayUse, (*breaker).defaultOf, (*breaker).strayFragment, (*breaker).repeatPart, (*breaker).cycle, (*breaker).unknownSpread,
	(*breaker).retypeFragment, (*breaker).retypeFragment, (*breaker).leafWithout, (*breaker).leafWith, (*breaker).strayDirective,
	(*breaker).moveDirective, (*breaker).repeatDirective, (*breaker).anonymous, (*breaker).otherKeyword, (*breaker).moveSelection,
	(*breaker).moveSelection, (*breaker).strayField, (*breaker).definition, (*breaker).introspect, (*breaker).copyValue,
	(*breaker).fragmentVariables, (*breaker).variableInDefinition, (*breaker).describe, (*breaker).input,
}

// names are what fields and the like are renamed to.
func (b *breaker) name() string {
	switch b.r.IntN(4) {
	case 0:
		return "nothing"
	case 1:
		return pick(b.r, []string{"id", "__typename", "name", "status", "if", "true_", "on_", "__schema", "type", "query"})
	default:
		return pick(b.r, b.someType().Fields).Name
	}
}

// someType picks a type that has fields.
func (b *breaker) someType() *ast.Definition {
	return pick(b.r, b.types(func(d *ast.Definition) bool { return len(d.Fields) > 0 }))
}

// types lists the types that are like it, in order, for one seed must always give one document.
func (b *breaker) types(like func(*ast.Definition) bool) []*ast.Definition {
	var list []*ast.Definition
	for _, d := range b.schema.Types {
		if like(d) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (b *breaker) typeName() string {
	if b.r.IntN(8) == 0 {
		return "Nothing"
	}
	return pick(b.r, b.types(func(*ast.Definition) bool { return true })).Name
}

// field picks a field, or nil.
func (b *breaker) field() *Selection {
	fields := slices.DeleteFunc(slices.Clone(b.at.selections), func(s *Selection) bool { return s.Kind != Field })
	if len(fields) == 0 {
		return nil
	}
	return pick(b.r, fields)
}

func (b *breaker) renameField() {
	if f := b.field(); f != nil {
		f.Name = b.name()
	}
}

// sameKey gives two fields one response key.
func (b *breaker) sameKey() {
	f, g := b.field(), b.field()
	if f == nil {
		return
	}
	if g.Alias == "" && b.r.IntN(2) == 0 {
		f.Alias = g.Name
		return
	}
	f.Alias, g.Alias = "key", "key"
	if b.r.IntN(3) == 0 {
		g.Name, g.Arguments = f.Name, each(f.Arguments, (*Argument).clone)
	}
}

func (b *breaker) list() *[]*Argument {
	full := slices.DeleteFunc(slices.Clone(b.at.arguments), func(l *[]*Argument) bool { return len(*l) == 0 })
	if len(full) == 0 || b.r.IntN(6) == 0 {
		if len(b.at.arguments) == 0 {
			return &[]*Argument{}
		}
		return pick(b.r, b.at.arguments)
	}
	return pick(b.r, full)
}

func (b *breaker) strayArgument() {
	l := b.list()
	*l = append(*l, &Argument{pick(b.r, []string{"nothing", "id", "first", "if", "filter", "name", "old"}), b.anyValue()})
}

func (b *breaker) dropArgument() {
	if l := b.list(); len(*l) > 0 {
		i := b.r.IntN(len(*l))
		*l = slices.Delete(slices.Clone(*l), i, i+1)
	}
}

func (b *breaker) repeatArgument() {
	if l := b.list(); len(*l) > 0 {
		a := pick(b.r, *l).clone()
		if b.r.IntN(2) == 0 {
			a.Value = b.anyValue()
		}
		*l = append(*l, a)
	}
}

var strays = []string{
	"null", "1", "-1", "2147483648", "-2147483649", "99999999999999999999", "1.5", "1e400", `"text"`, `"1,2"`, `""`, "true", "OPEN", "FAST", "nothing", "[]", "[[1]]",
	"[null]", "{}", "{nothing: 1}", "$nothing", "[1, \"a\"]", `"""b"""`, `{name: "x"}`, `{id: 1, name: null}`, `{id: null}`, `{id: $v1}`, "$v1", "$v2",
	"[$v1]", "{from: 1}", "{from: 1, from: 2}", "[1true]", "[1.5e3x]", "[0_]", "[1 2 -3e-1 4]", `["a""b" 1"c"]`, `"\\uD83D"`, "-0", "{}", "true_",
}

func (b *breaker) anyValue() *Value { return &Value{Raw: pick(b.r, strays)} }

func (b *breaker) otherValue() {
	if len(b.at.values) > 0 {
		*pick(b.r, b.at.values) = *b.anyValue()
	}
}

func (b *breaker) copyValue() {
	if len(b.at.values) > 0 {
		v := pick(b.r, b.at.values).clone()
		*pick(b.r, b.at.values) = *v
	}
}

// operation picks an operation.
func (b *breaker) operation() *Part { return pick(b.r, b.doc.Operations()) }

func (b *breaker) dropVariable() {
	if p := b.operation(); len(p.Variables) > 0 {
		i := b.r.IntN(len(p.Variables))
		p.Variables = slices.Delete(slices.Clone(p.Variables), i, i+1)
	}
}

func (b *breaker) retypeVariable() {
	if len(b.at.variables) == 0 {
		return
	}
	v := pick(b.r, b.at.variables)
	switch b.r.IntN(6) {
	case 0:
		v.Type = b.typeName()
	case 1:
		v.Type = "[" + v.Type + "]"
	case 2, 3:
		if bare, required := strings.CutSuffix(v.Type, "!"); required {
			v.Type = bare
		} else {
			v.Type += "!"
		}
	case 4:
		v.Type = strings.Trim(v.Type, "[]!")
	default:
		v.Type = strings.Replace(v.Type, "!]", "]", 1)
	}
}

func (b *breaker) strayVariable() {
	p := b.operation()
	b.named(p)
	p.Variables = append(p.Variables, &Variable{Name: pick(b.r, []string{"nothing", "v1", "v2"}), Type: pick(b.r, []string{"Int", "Boolean!", "Nothing", b.typeName()})})
}

// named makes room for what a shorthand cannot have.
func (b *breaker) named(p *Part) {
	if p.Keyword == "" {
		p.Keyword = "query"
	}
}

func (b *breaker) repeatVariable() {
	if p := b.operation(); len(p.Variables) > 0 {
		p.Variables = append(p.Variables, pick(b.r, p.Variables))
	}
}

func (b *breaker) strayUse() {
	if len(b.at.values) > 0 {
		*pick(b.r, b.at.values) = Value{Raw: pick(b.r, []string{"$nothing", "$v1", "$v2", "$v3"})}
	}
}

func (b *breaker) defaultOf() {
	if len(b.at.variables) > 0 {
		pick(b.r, b.at.variables).Default = b.anyValue()
	}
}

func (b *breaker) strayFragment() {
	b.doc.Parts = append(b.doc.Parts, &Part{
		Keyword: "fragment", Name: pick(b.r, []string{"Unused", "F1", "on_"}), On: b.typeName(),
		Selections: []*Selection{{Name: "__typename"}},
	})
}
