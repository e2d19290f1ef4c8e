package document

import (
	"slices"
	"strings"
)

func (b *breaker) repeatPart() {
	c := (&Document{Parts: []*Part{pick(b.r, b.doc.Parts)}}).Clone().Parts[0]
	if b.r.IntN(3) == 0 && c.Name != "" {
		c.Name = "Again"
	}
	b.doc.Parts = append(b.doc.Parts, c)
}

func (b *breaker) cycle() {
	fragments := b.doc.Fragments()
	if len(fragments) == 0 {
		return
	}
	p := pick(b.r, fragments)
	at := survey(&Document{Parts: []*Part{p}})
	into := at.sets[0]
	for _, s := range at.sets {
		if len(*s) > 0 && b.r.IntN(3) == 0 {
			into = s
		}
	}
	*into = append(slices.Clone(*into), &Selection{Kind: Spread, Name: pick(b.r, fragments).Name})
}

// set picks a selection set that is not empty.
func (b *breaker) set() *[]*Selection {
	return pick(b.r, slices.DeleteFunc(slices.Clone(b.at.sets), func(s *[]*Selection) bool { return len(*s) == 0 }))
}

func (b *breaker) unknownSpread() {
	s := b.set()
	*s = append(slices.Clone(*s), &Selection{Kind: Spread, Name: pick(b.r, []string{"Nothing", "F1", "F2", "F3"})})
}

func (b *breaker) retypeFragment() {
	var list []*string
	for _, p := range b.doc.Fragments() {
		list = append(list, &p.On)
	}
	for _, s := range b.at.selections {
		if s.Kind == Inline {
			list = append(list, &s.Name)
		}
	}
	if len(list) > 0 {
		*pick(b.r, list) = b.typeName()
		return
	}
	s := b.set()
	*s = append(slices.Clone(*s), &Selection{Kind: Inline, Name: b.typeName(), Selections: []*Selection{{Name: "__typename"}}})
}

func (b *breaker) leafWithout() {
	if f := b.field(); f != nil {
		f.Selections = nil
	}
}

func (b *breaker) leafWith() {
	if f := b.field(); f != nil {
		f.Selections = append(f.Selections, &Selection{Name: b.name()})
	}
}

func (b *breaker) strayDirective() {
	l := pick(b.r, b.at.directives)
	d := &Directive{Name: pick(b.r, []string{"nothing", "skip", "include", "deprecated", "pass", "specifiedBy", "oneOf", "about", "defer"})}
	if b.r.IntN(2) == 0 {
		d.Arguments = []*Argument{{pick(b.r, []string{"if", "reason", "word"}), b.anyValue()}}
	}
	*l = append(slices.Clone(*l), d)
	if len(b.doc.Parts) > 0 {
		b.named(b.doc.Parts[0])
	}
}

// full picks a list of directives that is not empty, or nil.
func (b *breaker) full() *[]*Directive {
	list := slices.DeleteFunc(slices.Clone(b.at.directives), func(l *[]*Directive) bool { return len(*l) == 0 })
	if len(list) == 0 {
		return nil
	}
	return pick(b.r, list)
}

func (b *breaker) moveDirective() {
	if from := b.full(); from != nil {
		to := pick(b.r, b.at.directives)
		*to = append(slices.Clone(*to), pick(b.r, *from))
	}
}

func (b *breaker) repeatDirective() {
	if l := b.full(); l != nil {
		*l = append(slices.Clone(*l), pick(b.r, *l).clone())
	}
}

func (b *breaker) anonymous() {
	if b.r.IntN(2) == 0 {
		b.operation().Name = ""
		return
	}
	b.doc.Parts = append(b.doc.Parts, &Part{Selections: []*Selection{{Name: "__typename"}}})
}

func (b *breaker) otherKeyword() {
	p := b.operation()
	p.Keyword = pick(b.r, []string{"query", "mutation", "subscription"})
}

func (b *breaker) moveSelection() {
	from, to := pick(b.r, b.at.selections), b.set()
	*to = append(slices.Clone(*to), from.clone())
}

func (b *breaker) strayField() {
	s := b.set()
	*s = append(slices.Clone(*s), &Selection{Name: b.name(), Alias: pick(b.r, []string{"", "", "key", "a1"})})
}

// definition adds a part that belongs into a schema.
func (b *breaker) definition() {
	b.doc.Parts = append(b.doc.Parts, &Part{Keyword: pick(b.r, []string{"type", "extend type", "scalar", "schema", "input"}), Name: "More", Selections: []*Selection{{Name: "a: Int"}}})
}

// introspect nests questions about the schema.
func (b *breaker) introspect() {
	p := b.operation()
	text := pick(b.r, []string{
		"__type(name: \"Node\") { fields { type { fields { type { fields { type { fields { name } } } } } } } }",
		"__schema { types { fields { type { fields { name } } } } }",
		"__type { name }", "__type(name: 1) { name }", "__schema", "__type(name: \"Query\") { fields(includeDeprecated: true) { args(includeDeprecated: null) { name } } }",
		"__schema { directives { args(includeDeprecated: true) { name isDeprecated deprecationReason defaultValue } } }",
		"__type(name: \"String\") { fields { name } inputFields { name } enumValues { name } possibleTypes { name } interfaces { name } ofType { name } }",
	})
	p.Selections = append(slices.Clone(p.Selections), &Selection{Name: text})
}

// fragmentVariables gives a fragment variables, as a draft once had them.
func (b *breaker) fragmentVariables() {
	if list := b.doc.Fragments(); len(list) > 0 {
		pick(b.r, list).Name += " ($x: Int = 1)"
	}
}

// variableInDefinition uses a variable where only constants may be.
func (b *breaker) variableInDefinition() {
	if len(b.at.variables) > 0 {
		v := pick(b.r, b.at.variables)
		v.Directives = append(v.Directives, &Directive{"pass", []*Argument{{"word", &Value{Raw: pick(b.r, []string{"$v1", `"x"`, "1"})}}}})
	}
}

// describe puts a description before a part.
func (b *breaker) describe() {
	p := pick(b.r, b.doc.Parts)
	b.named(p)
	p.Keyword = pick(b.r, []string{`"About it" `, `"""About it""" `}) + p.Keyword
}

// input breaks an input object: a field too much, too little, twice, or none.
func (b *breaker) input() {
	var objects []*Value
	for _, v := range b.at.values {
		if v.Kind == Object {
			objects = append(objects, v)
		}
	}
	if len(objects) == 0 {
		return
	}
	v := pick(b.r, objects)
	switch {
	case b.r.IntN(3) == 0 || len(v.Fields) == 0:
		v.Fields = append(v.Fields, &Argument{pick(b.r, []string{"id", "name", "from", "nothing", "and", "limit"}), b.anyValue()})
	case b.r.IntN(2) == 0:
		v.Fields = v.Fields[1:]
	default:
		v.Fields = append(v.Fields, pick(b.r, v.Fields))
	}
}

// Garble makes a text wrong by a few characters, or a token.
func Garble(r interface{ IntN(int) int }, text string) string {
	if text == "" {
		return text
	}
	i := r.IntN(len(text))
	j := min(len(text), i+1+r.IntN(4))
	snippets := []string{
		"{", "}", "(", ")", "[", "]", "!", "$", "@", ":", "=", "...", "|", "&", "\"", "\"\"\"", "0", "01", "1.", ".5", "1a", "1_", "-", "- 1", "1e", "0x1", "#",
		"\n", "é", "\u0000", "\u0007", "\\", "on", "fragment", "query", "null", "true", "\"\\u12\"", "\"\\x\"", "\"\\u{110000}\"", "\"\\uD800\"", "?", ".", "..", "; ", "%", "'a'", "{}",
		"()", "$a: Int", "fragment on on Query { id }", "\"a\nb\"", "\ufeff", "\u00a0", "1.5.2", "1.e3", "00", "-01", "1.0e-", "$", "$ v1", "@ skip(if: true)",
	}
	switch r.IntN(5) {
	case 0:
		return text[:i] + text[j:]
	case 1:
		return text[:i]
	case 2:
		words := strings.Fields(text)
		k := r.IntN(len(words))
		words[k] = snippets[r.IntN(len(snippets))]
		return strings.Join(words, " ")
	case 3:
		words := strings.Fields(text)
		k, l := r.IntN(len(words)), r.IntN(len(words))
		words[k], words[l] = words[l], words[k]
		return strings.Join(words, " ")
	default:
		return text[:i] + snippets[r.IntN(len(snippets))] + text[i:]
	}
}
