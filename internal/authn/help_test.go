package authn_test

import (
	"fmt"

	"kontrak/internal/authn"
	"kontrak/internal/fault"
)

// text is an answer, told so that two can be compared.
func text(v any, f *fault.Error) string {
	if sent, is := v.(*authn.Verification); is && sent != nil {
		v = *sent
	}
	if f == nil {
		return fmt.Sprintf("%+v", v)
	}
	return fmt.Sprintf("%+v %s %q %v %v", v, f.Code, f.Message, f.Fields, f.Meta)
}
