package graphql

import "encoding/json"

// Omittable is a value of an input that also tells whether the client sent it: absent, null and a value stay apart.
type Omittable[T any] struct {
	value T
	set   bool
}

// OmittableOf is a value that was sent.
func OmittableOf[T any](value T) Omittable[T] { return Omittable[T]{value: value, set: true} }

// Value is the value sent, or the zero value.
func (o Omittable[T]) Value() T { return o.value }

// ValueOK is the value and whether it was sent.
func (o Omittable[T]) ValueOK() (T, bool) { return o.value, o.set }

// IsSet reports whether the client sent the value, null included.
func (o Omittable[T]) IsSet() bool { return o.set }

// IsZero reports whether nothing was sent, so that encoding/json's omitzero leaves it out.
func (o Omittable[T]) IsZero() bool { return !o.set }

// MarshalJSON writes the value, or null when nothing was sent.
func (o Omittable[T]) MarshalJSON() ([]byte, error) {
	if !o.set {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads the value and marks it as sent.
func (o *Omittable[T]) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &o.value); err != nil {
		return err
	}
	o.set = true
	return nil
}
