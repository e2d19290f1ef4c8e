package document

import (
	"math/rand/v2"
	"strings"
)

// String writes a document on one line.
func (d *Document) String() string { return d.print(nil) }

// Scatter writes a document with blanks, commas, line ends and comments where they mean nothing.
func (d *Document) Scatter(r *rand.Rand) string { return d.print(r) }

func (d *Document) print(r *rand.Rand) string {
	p := &printer{r: r}
	for _, part := range d.Parts {
		p.part(part)
	}
	return strings.TrimSpace(p.b.String())
}

type printer struct {
	b strings.Builder
	r *rand.Rand
}

var gaps = []string{" ", " ", " ", "\n", "  ", "\t", "\r\n", ",", " , ", "\n# note { \"\n", "\ufeff "}

// word writes a token and a gap that keeps it apart from the next.
func (p *printer) word(tokens ...string) {
	for _, s := range tokens {
		p.b.WriteString(s)
		if p.r == nil || p.r.IntN(4) > 0 {
			p.b.WriteByte(' ')
			continue
		}
		p.b.WriteString(gaps[p.r.IntN(len(gaps))])
	}
}

func (p *printer) part(d *Part) {
	if d.Keyword != "" {
		p.word(d.Keyword)
		if d.Name != "" {
			p.word(d.Name)
		}
		if d.Keyword == "fragment" {
			p.word("on", d.On)
		}
		if len(d.Variables) > 0 {
			p.word("(")
			for _, v := range d.Variables {
				p.word("$"+v.Name, ":", v.Type)
				if v.Default != nil {
					p.word("=")
					p.value(v.Default)
				}
				p.directives(v.Directives)
			}
			p.word(")")
		}
		p.directives(d.Directives)
	}
	p.set(d.Selections)
}

func (p *printer) set(list []*Selection) {
	if len(list) == 0 {
		return
	}
	p.word("{")
	for _, s := range list {
		p.selection(s)
	}
	p.word("}")
}

func (p *printer) selection(s *Selection) {
	switch s.Kind {
	case Field:
		if s.Alias != "" {
			p.word(s.Alias, ":")
		}
		p.word(s.Name)
		p.arguments(s.Arguments)
	case Inline:
		p.word("...")
		if s.Name != "" {
			p.word("on", s.Name)
		}
	case Spread:
		p.word("..." + s.Name)
	}
	p.directives(s.Directives)
	p.set(s.Selections)
}

func (p *printer) directives(list []*Directive) {
	for _, d := range list {
		p.word("@" + d.Name)
		p.arguments(d.Arguments)
	}
}

func (p *printer) arguments(list []*Argument) {
	if len(list) == 0 {
		return
	}
	p.word("(")
	for _, a := range list {
		p.word(a.Name, ":")
		p.value(a.Value)
	}
	p.word(")")
}

func (p *printer) value(v *Value) {
	switch v.Kind {
	case Raw:
		p.word(v.Raw)
	case List:
		p.word("[")
		for _, item := range v.Items {
			p.value(item)
		}
		p.word("]")
	case Object:
		p.word("{")
		for _, f := range v.Fields {
			p.word(f.Name, ":")
			p.value(f.Value)
		}
		p.word("}")
	}
}
