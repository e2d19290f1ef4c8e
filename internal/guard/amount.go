package guard

import (
	"encoding/json"
)

// amount is a number of objects that may depend on variables:
// fixed + Σ times × size × other.
type amount struct {
	fixed int64
	terms []term
}

type term struct {
	times int64
	size  *size // nil for 1
	of    int   // the place of the other amount, or -1 for 1
}

// size is the length of a list: what the first of the variables that has a value
// says, else otherwise.
type size struct {
	variables []string
	otherwise int64
	page      int64 // what a number counts for at most
}

// sum adds, up to unlimited.
func sum(a, b int64) int64 { return min(a+b, unlimited) }

// product multiplies, up to unlimited.
func product(a, b int64) int64 {
	if a != 0 && b > unlimited/a {
		return unlimited
	}
	return a * b
}

// add adds n times b to the amount, where n is a length. amounts holds those that
// others refer to: a reference keeps shared parts shared, so that fragments which
// double each other stay as small as they are written.
func (a *amount) add(amounts *[]amount, n size, b amount) {
	constant := len(n.variables) == 0
	if constant {
		a.fixed = sum(a.fixed, product(n.otherwise, b.fixed))
		b.fixed = 0
	}
	switch {
	case constant && n.otherwise == 0:
	case len(b.terms) > 0:
		*amounts = append(*amounts, b)
		a.terms = append(a.terms, termOf(n, 1, len(*amounts)-1))
	case b.fixed > 0:
		a.terms = append(a.terms, termOf(n, b.fixed, -1))
	}
}

func termOf(n size, times int64, of int) term {
	if len(n.variables) == 0 {
		return term{times: product(times, n.otherwise), of: of}
	}
	return term{times: times, size: &n, of: of}
}

// total works the amount out. Amounts refer to earlier ones only, so that one
// pass suffices.
func (a amount) total(amounts []amount, variables map[string]any) int64 {
	if len(a.terms) == 0 {
		return a.fixed
	}
	var few [64]int64
	values := few[:0]
	for _, other := range amounts {
		values = append(values, other.value(values, variables))
	}
	return a.value(values, variables)
}

func (a amount) value(values []int64, variables map[string]any) int64 {
	v := a.fixed
	for _, t := range a.terms {
		n := t.times
		if t.size != nil {
			n = product(n, t.size.in(variables))
		}
		if t.of >= 0 {
			n = product(n, values[t.of])
		}
		v = sum(v, n)
	}
	return v
}

// in is the size with the variables.
func (s *size) in(variables map[string]any) int64 {
	for _, name := range s.variables {
		if v := variables[name]; v != nil {
			return lengthOf(v, s.page)
		}
	}
	return s.otherwise
}

// lengthOf reads a size off a variable: a number, or a list's length. What is
// neither counts as one: one value stands for a list of one.
func lengthOf(v any, page int64) int64 {
	switch v := v.(type) {
	case []any:
		return int64(len(v))
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return page
		}
		return within(n, page)
	case int64:
		return within(v, page)
	case int:
		return within(int64(v), page)
	}
	return 1
}

func within(n, page int64) int64 { return min(max(n, 0), page) }
