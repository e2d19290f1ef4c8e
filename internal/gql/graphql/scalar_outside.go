package graphql

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/sosodev/duration"
)

// MarshalUUID writes an identifier as its text; the nil UUID is null.
func MarshalUUID(id uuid.UUID) Marshaler {
	if id == uuid.Nil {
		return Null
	}
	return MarshalString(id.String())
}

// UnmarshalUUID reads an identifier from its text.
func UnmarshalUUID(v any) (uuid.UUID, error) {
	switch v := v.(type) {
	case string:
		return uuid.Parse(v)
	case []byte:
		return uuid.ParseBytes(v)
	default:
		return uuid.Nil, fmt.Errorf("%T is not a uuid", v)
	}
}

// MarshalDuration writes a length of time as ISO 8601 has it, P1DT2H.
func MarshalDuration(d time.Duration) Marshaler { return MarshalString(duration.Format(d)) }

// UnmarshalDuration reads a length of time as ISO 8601 has it. Years and months are taken at their average length.
func UnmarshalDuration(v any) (time.Duration, error) {
	text, ok := v.(string)
	if !ok {
		return 0, fmt.Errorf("%T is not an ISO 8601 duration", v)
	}
	d, err := duration.Parse(text)
	if err != nil {
		return 0, err
	}
	return d.ToTimeDuration(), nil
}
