package document

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// Misuse leaves the document as it is and sends it with wrong variables, or asks for an operation that is not in it.
func Misuse(r *rand.Rand, c *Case) {
	names := slices.Sorted(maps.Keys(c.Variables))
	if len(names) == 0 || r.IntN(5) == 0 {
		c.OperationName = pick(r, []string{"Nothing", "", "Op0", "Op1", "F1"})
		return
	}
	c.Variables = maps.Clone(c.Variables)
	name := pick(r, names)
	switch r.IntN(4) {
	case 0:
		delete(c.Variables, name)
	case 1:
		c.Variables[name] = c.Variables[pick(r, names)]
	default:
		c.Variables[name] = disturb(r, c.Variables[name])
	}
}

// disturb puts something wrong into a value, at the top or deeper.
func disturb(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case []any:
		if len(v) > 0 && r.IntN(3) > 0 {
			v = slices.Clone(v)
			i := r.IntN(len(v))
			v[i] = disturb(r, v[i])
			return v
		}
	case map[string]any:
		if len(v) == 0 || r.IntN(4) == 0 {
			break
		}
		v = maps.Clone(v)
		name := pick(r, slices.Sorted(maps.Keys(v)))
		if r.IntN(4) == 0 {
			delete(v, name)
			return v
		}
		v[name] = disturb(r, v[name])
		return v
	}
	return pick(r, wrong)
}
