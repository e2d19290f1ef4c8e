package market

// Optional is a field of a change, which may be absent (it stays as it is), null
// (it is cleared) or a value. The zero Optional is absent.
type Optional[T any] struct {
	sent  bool
	value *T
}

// Some is a field that was sent with a value.
func Some[T any](value T) Optional[T] { return Optional[T]{sent: true, value: &value} }

// Null is a field that was sent as null.
func Null[T any]() Optional[T] { return Optional[T]{sent: true} }

// OptionalOf is a field that was sent with a value, or as null for nil.
func OptionalOf[T any](value *T) Optional[T] { return Optional[T]{sent: true, value: value} }

// Sent tells whether the field was sent, null included.
func (o Optional[T]) Sent() bool { return o.sent }

// Null tells whether the field was sent as null.
func (o Optional[T]) Null() bool { return o.sent && o.value == nil }

// Or gives the value; the zero value for null; what is there already for absent.
func (o Optional[T]) Or(present T) T {
	switch {
	case !o.sent:
		return present
	case o.value == nil:
		var none T
		return none
	}
	return *o.value
}
