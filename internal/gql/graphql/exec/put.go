package exec

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/jsontext"
)

// Put writes a value of a scalar or enum, and returns true. It writes nothing and returns false for null, and after
// Writer.Fail.
type Put[V any] = func(w *Writer, v V) bool

// String writes text.
func String[V ~string](w *Writer, v V) bool {
	w.take(jsontext.AppendString(w.b, string(v)))
	return true
}

// AppendString is String for Plain.
func AppendString[V ~string](b []byte, v V) ([]byte, bool) {
	return jsontext.AppendString(b, string(v)), true
}

// AppendInt is Int for Plain.
func AppendInt[V ~int | ~int8 | ~int16 | ~int32 | ~int64](b []byte, v V) ([]byte, bool) {
	return strconv.AppendInt(b, int64(v), 10), true
}

// AppendBoolean is Boolean for Plain.
func AppendBoolean[V ~bool](b []byte, v V) ([]byte, bool) {
	return strconv.AppendBool(b, bool(v)), true
}

// AppendTime is Time for Plain.
func AppendTime(b []byte, v time.Time) ([]byte, bool) {
	return append(v.AppendFormat(append(b, '"'), time.RFC3339Nano), '"'), !v.IsZero()
}

// AppendList is List for Plain. It leaves lists with a null in them to List.
func AppendList[V any](b []byte, vs []V, nonNull bool, elem func(b []byte, v V) ([]byte, bool)) ([]byte, bool) {
	if vs == nil && !nonNull {
		return b, false
	}
	b = append(b, '[')
	for i, v := range vs {
		if i > 0 {
			b = append(b, ',')
		}
		var ok bool
		if b, ok = elem(b, v); !ok {
			return b, false
		}
	}
	return append(b, ']'), true
}

// Int writes a whole number.
func Int[V ~int | ~int8 | ~int16 | ~int32 | ~int64](w *Writer, v V) bool {
	w.take(strconv.AppendInt(w.b, int64(v), 10))
	return true
}

// Uint writes a whole number that is not negative.
func Uint[V ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64](w *Writer, v V) bool {
	w.take(strconv.AppendUint(w.b, uint64(v), 10))
	return true
}

// Int32 writes a whole number as the type Int, which has 32 bits, and fails beyond them.
func Int32[V ~int | ~int64 | ~uint | ~uint32 | ~uint64](w *Writer, v V) bool {
	n := int32(v)
	if V(n) != v || (n < 0) != (v < 0) {
		return w.Fail(fmt.Errorf("%d does not fit into 32 bits", v))
	}
	w.take(strconv.AppendInt(w.b, int64(n), 10))
	return true
}

// AppendInt32 is Int32 for Plain.
func AppendInt32[V ~int | ~int64 | ~uint | ~uint32 | ~uint64](b []byte, v V) ([]byte, bool) {
	n := int32(v)
	return strconv.AppendInt(b, int64(n), 10), V(n) == v && (n < 0) == (v < 0)
}

// IntID writes a whole number as an identifier.
func IntID[V ~int](w *Writer, v V) bool {
	w.take(append(strconv.AppendInt(append(w.b, '"'), int64(v), 10), '"'))
	return true
}

// Boolean writes true or false.
func Boolean[V ~bool](w *Writer, v V) bool {
	w.take(strconv.AppendBool(w.b, bool(v)))
	return true
}

// Float writes a number and fails where JSON has none.
func Float[V ~float64](w *Writer, v V) bool {
	f := float64(v)
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return w.Fail(fmt.Errorf("cannot write %v as a number", f))
	}
	w.take(jsontext.AppendFloat(w.b, f))
	return true
}

// Time writes an instant; the zero one is null.
func Time(w *Writer, v time.Time) bool {
	if v.IsZero() {
		return false
	}
	w.take(append(v.AppendFormat(append(w.b, '"'), time.RFC3339Nano), '"'))
	return true
}

// Ptr is a value given by its pointer; nil is null.
func Ptr[V any](put Put[V]) Put[*V] {
	return func(w *Writer, v *V) bool { return v != nil && put(w, *v) }
}

// List is a list of values. A nil slice is null unless nonNull; elements are not null where elemNonNull.
func List[V any](put Put[V], nonNull, elemNonNull bool) Put[[]V] {
	return func(w *Writer, vs []V) bool {
		if vs == nil && !nonNull {
			return false
		}
		mark, depth := len(w.b), len(w.sub)
		w.b = append(w.b, '[')
		for i, v := range vs {
			if i > 0 {
				w.b = append(w.b, ',')
			}
			w.sub = append(w.sub, i)
			if put(w, v) {
				w.sub = w.sub[:depth]
				continue
			}
			ok := w.null(elemNonNull)
			w.sub = w.sub[:depth]
			if !ok {
				w.b = w.b[:mark]
				return false
			}
			w.b = append(w.b, "null"...)
		}
		w.b = append(w.b, ']')
		return true
	}
}

// GQL writes a value that writes itself; text null is null.
func GQL[V graphql.Marshaler](w *Writer, v V) bool {
	mark := len(w.b)
	v.MarshalGQL(w)
	return w.notNull(mark)
}

// GQLPtr writes a value whose pointer writes itself.
func GQLPtr[V any, P interface {
	*V
	graphql.Marshaler
}](w *Writer, v V) bool {
	mark := len(w.b)
	P(&v).MarshalGQL(w)
	return w.notNull(mark)
}

// ContextGQL writes a value that writes itself, knows its context and may fail.
func ContextGQL[V graphql.ContextMarshaler](w *Writer, v V) bool {
	return w.marshalContext(v)
}

// ContextGQLPtr is the same for a value whose pointer writes itself.
func ContextGQLPtr[V any, P interface {
	*V
	graphql.ContextMarshaler
}](w *Writer, v V) bool {
	return w.marshalContext(P(&v))
}

// Func writes a value through a marshal function; graphql.Null is null.
func Func[V any](marshal func(V) graphql.Marshaler) Put[V] {
	return func(w *Writer, v V) bool {
		m := marshal(v)
		if m == nil || m == graphql.Marshaler(graphql.Null) {
			return false
		}
		mark := len(w.b)
		m.MarshalGQL(w)
		return w.notNull(mark)
	}
}

// ContextFunc writes a value through a marshal function that knows its context and may fail.
func ContextFunc[V any](marshal func(V) graphql.ContextMarshaler) Put[V] {
	return func(w *Writer, v V) bool {
		m := marshal(v)
		if m == nil || m == graphql.ContextMarshaler(graphql.Null) {
			return false
		}
		return w.marshalContext(m)
	}
}

// Cast writes a value as another type.
func Cast[V, U any](put Put[U], cast func(V) U) Put[V] {
	return func(w *Writer, v V) bool { return put(w, cast(v)) }
}

func (w *Writer) marshalContext(m graphql.ContextMarshaler) bool {
	if w.quick.on {
		w.quick.needs = true
		w.quick.off()
		return false
	}
	mark := len(w.b)
	if err := m.MarshalGQLContext(w.Context(), w); err != nil {
		w.b = w.b[:mark]
		return w.Fail(err)
	}
	return w.notNull(mark)
}

// notNull takes back what was written since mark if it is null or nothing.
func (w *Writer) notNull(mark int) bool {
	if s := w.b[mark:]; len(s) != 0 && string(s) != "null" {
		return true
	}
	w.b = w.b[:mark]
	return false
}
