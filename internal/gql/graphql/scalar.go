package graphql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"kontrak/internal/gql/graphql/internal/jsontext"
)

// MarshalString writes s as a JSON string; bytes that are not UTF-8 become U+FFFD.
func MarshalString(s string) Marshaler {
	return WriterFunc(func(w io.Writer) { _, _ = w.Write(jsontext.AppendString(nil, s)) })
}

// UnmarshalString reads a string, and the text of a number or boolean.
func UnmarshalString(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case nil:
		return "null", nil
	default:
		return textOf(v, "a string")
	}
}

func textOf(v any, want string) (string, error) {
	switch v := v.(type) {
	case json.Number:
		return v.String(), nil
	case int:
		return strconv.Itoa(v), nil
	case int32:
		return strconv.FormatInt(int64(v), 10), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	default:
		return "", fmt.Errorf("%T is not %s", v, want)
	}
}

// MarshalID writes an identifier as a JSON string.
func MarshalID(s string) Marshaler { return MarshalString(s) }

// UnmarshalID reads an identifier given as string or whole number.
func UnmarshalID(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case nil:
		return "null", nil
	default:
		return textOf(v, "a string")
	}
}

// MarshalIntID writes a number as an identifier.
func MarshalIntID(i int) Marshaler { return MarshalString(strconv.Itoa(i)) }

// UnmarshalIntID reads an identifier that is a number.
func UnmarshalIntID(v any) (int, error) { return readSigned[int](v) }

// MarshalUintID writes an unsigned number as an identifier.
func MarshalUintID(i uint) Marshaler { return MarshalString(strconv.FormatUint(uint64(i), 10)) }

// UnmarshalUintID reads an identifier that is an unsigned number.
func UnmarshalUintID(v any) (uint, error) { return readUnsigned[uint](v) }

// MarshalBoolean writes true or false.
func MarshalBoolean(b bool) Marshaler {
	if b {
		return True
	}
	return False
}

// UnmarshalBoolean reads a boolean, the word for one, or a number that is not 0.
func UnmarshalBoolean(v any) (bool, error) {
	switch v := v.(type) {
	case nil:
		return false, nil
	case bool:
		return v, nil
	case string:
		return strings.EqualFold(v, "true"), nil
	case int:
		return v != 0, nil
	case int64:
		return v != 0, nil
	default:
		return false, fmt.Errorf("%T is not a bool", v)
	}
}

// MarshalFloat writes a number; use MarshalFloatContext where it may be infinite or not a number.
func MarshalFloat(f float64) Marshaler {
	return WriterFunc(func(w io.Writer) { _, _ = w.Write(strconv.AppendFloat(nil, f, 'g', -1, 64)) })
}

// MarshalFloatContext writes a number and fails for infinities and NaN, which JSON has not.
func MarshalFloatContext(f float64) ContextMarshaler {
	return ContextWriterFunc(func(_ context.Context, w io.Writer) error {
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return errors.New("cannot marshal infinite no NaN float values")
		}
		_, err := w.Write(strconv.AppendFloat(nil, f, 'g', -1, 64))
		return err
	})
}

// UnmarshalFloat reads a number.
func UnmarshalFloat(v any) (float64, error) {
	switch v := v.(type) {
	case nil:
		return 0, nil
	case string:
		return strconv.ParseFloat(v, 64)
	case json.Number:
		return strconv.ParseFloat(v.String(), 64)
	case int:
		return float64(v), nil
	case int32:
		return float64(v), nil
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	default:
		return 0, fmt.Errorf("%T is not an float", v)
	}
}

// UnmarshalFloatContext reads a number.
func UnmarshalFloatContext(_ context.Context, v any) (float64, error) { return UnmarshalFloat(v) }

// MarshalTime writes an instant as RFC 3339 with its fraction; the zero time is null.
func MarshalTime(t time.Time) Marshaler {
	if t.IsZero() {
		return Null
	}
	return WriterFunc(func(w io.Writer) {
		b := append(make([]byte, 0, len(time.RFC3339Nano)+2), '"')
		b = t.AppendFormat(b, time.RFC3339Nano)
		_, _ = w.Write(append(b, '"'))
	})
}

// UnmarshalTime reads an RFC 3339 instant; empty text is the zero time.
func UnmarshalTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, errNoInstant
	}
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, errNoInstant
	}
	return t, nil
}

// errNoInstant says what an instant looks like.
var errNoInstant = errors.New("must be an instant in RFC 3339, like 2026-03-01T09:30:00Z or 2026-03-01T16:30:00+07:00")

// MarshalMap writes m as a JSON object.
func MarshalMap(val map[string]any) Marshaler { return MarshalAny(val) }

// UnmarshalMap reads a JSON object.
func UnmarshalMap(v any) (map[string]any, error) {
	if m, ok := v.(map[string]any); ok {
		return m, nil
	}
	return nil, fmt.Errorf("%T is not a map", v)
}

// MarshalAny writes v as encoding/json does.
func MarshalAny(v any) Marshaler {
	return WriterFunc(func(w io.Writer) {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		_, _ = w.Write(b)
	})
}

// UnmarshalAny hands on what the client sent.
func UnmarshalAny(v any) (any, error) { return v, nil }

// Upload is a file that came with a multipart request.
type Upload struct {
	File        io.ReadSeeker
	Filename    string
	Size        int64
	ContentType string
}

// MarshalUpload writes a file's content; results never hold files, it only completes the pair.
func MarshalUpload(f Upload) Marshaler {
	return WriterFunc(func(w io.Writer) { _, _ = io.Copy(w, f.File) })
}

// UnmarshalUpload reads a file.
func UnmarshalUpload(v any) (Upload, error) {
	if u, ok := v.(Upload); ok {
		return u, nil
	}
	return Upload{}, fmt.Errorf("%T is not an Upload", v)
}
