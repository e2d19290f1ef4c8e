package guard

import (
	"kontrak/internal/fault"
)

// CheckBody refuses the JSON body of a request that holds far more values than
// any variables may: reading them would take fifty times the memory of the body.
// It counts without reading, and a body too short for so many costs nothing.
func (l Limits) CheckBody(body []byte) *fault.Error {
	most := 2 * l.orDefault().Values
	if len(body) < 2*most {
		return nil
	}
	values, inText := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case !inText && (c == ',' || c == '[' || c == '{'):
			values++
		}
	}
	if values <= most {
		return nil
	}
	f := fault.Newf(fault.VariableLimit, "The request holds %d values, and %d are allowed: send them in several requests.", values, most)
	return f.With("limit", most).With("actual", values)
}
