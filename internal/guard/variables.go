package guard

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/fault"
)

// contents is what variables hold.
type contents struct{ values, longest, text int }

func (c *contents) count(v any) {
	c.values++
	switch v := v.(type) {
	case string:
		c.text += len(v)
	case json.Number:
		c.text += len(v)
	case []any:
		c.longest = max(c.longest, len(v))
		for _, item := range v {
			c.count(item)
		}
	case map[string]any:
		for _, item := range v {
			c.count(item)
		}
	}
}

// checkVariables holds the variables of an operation to their limits. They have
// been read by the types of the schema before, so that they nest no deeper.
func (g *Guard) checkVariables(variables map[string]any) *gqlerror.Error {
	if len(variables) == 0 {
		return nil
	}
	var c contents
	for _, v := range variables {
		c.count(v)
	}
	l := &g.limits
	switch {
	case c.values > l.Values:
		return over(fault.VariableLimit, l.Values, c.values,
			"The variables hold %d values, and %d are allowed: send them in several requests.")
	case c.longest > l.ListLength:
		return over(fault.VariableLimit, l.ListLength, c.longest,
			"A list in the variables has %d items, and %d are allowed: send them in several requests.")
	case c.text > l.Text:
		return over(fault.VariableLimit, l.Text, c.text,
			"The texts in the variables have %d bytes, and %d are allowed: send large contents as files.")
	}
	return nil
}
