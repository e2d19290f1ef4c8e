package graphql

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

type signed interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64
}

type unsigned interface {
	~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// IntegerError says that a whole number does not fit the type that is asked for.
type IntegerError struct{ Message string }

func (e IntegerError) Error() string { return e.Message }

// NumberOverflowError carries the number that is too large or too small.
type NumberOverflowError struct {
	Value any
	*IntegerError
}

// Unwrap gives the IntegerError.
func (e *NumberOverflowError) Unwrap() error { return e.IntegerError }

// UintSignError says that a negative number was given for an unsigned one.
type UintSignError struct{ *IntegerError }

// Unwrap gives the IntegerError.
func (e *UintSignError) Unwrap() error { return e.IntegerError }

func writeSigned[N signed](n N) Marshaler {
	return WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.FormatInt(int64(n), 10)) })
}

func writeUnsigned[N unsigned](n N) Marshaler {
	return WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.FormatUint(uint64(n), 10)) })
}

func readSigned[N signed](v any) (N, error) {
	var n int64
	var err error
	switch v := v.(type) {
	case nil:
		return 0, nil
	case string:
		n, err = strconv.ParseInt(v, 10, 64)
	case json.Number:
		n, err = strconv.ParseInt(v.String(), 10, 64)
	case int:
		n = int64(v)
	case int32:
		n = int64(v)
	case int64:
		n = v
	default:
		return 0, fmt.Errorf("%T is not an %T", v, N(0))
	}
	if err != nil {
		return 0, err
	}
	if int64(N(n)) != n {
		return 0, overflow(n, fmt.Sprintf("%T", N(0)))
	}
	return N(n), nil
}

func overflow(v any, typ string) error {
	return &NumberOverflowError{Value: v, IntegerError: &IntegerError{Message: fmt.Sprintf("%d overflows %s", v, typ)}}
}

func readUnsigned[N unsigned](v any) (N, error) {
	var n uint64
	var err error
	switch v := v.(type) {
	case nil:
		return 0, nil
	case string:
		n, err = strconv.ParseUint(v, 10, 64)
	case json.Number:
		n, err = strconv.ParseUint(v.String(), 10, 64)
	case int:
		return unsignedOf[N](int64(v))
	case int64:
		return unsignedOf[N](v)
	default:
		return 0, fmt.Errorf("%T is not an %T", v, N(0))
	}
	if err != nil {
		return 0, err
	}
	if uint64(N(n)) != n {
		return 0, overflow(n, fmt.Sprintf("%T", N(0)))
	}
	return N(n), nil
}

func unsignedOf[N unsigned](n int64) (N, error) {
	if n < 0 {
		return 0, &UintSignError{&IntegerError{Message: fmt.Sprintf("%d is an invalid unsigned integer: includes sign", n)}}
	}
	if uint64(N(n)) != uint64(n) {
		return 0, overflow(n, fmt.Sprintf("%T", N(0)))
	}
	return N(n), nil
}

// MarshalInt and its neighbours write a whole number; UnmarshalInt and its neighbours read one and fail with a
// NumberOverflowError where it does not fit.
func MarshalInt(i int) Marshaler            { return writeSigned(i) }
func MarshalInt8(i int8) Marshaler          { return writeSigned(i) }
func MarshalInt16(i int16) Marshaler        { return writeSigned(i) }
func MarshalInt32(i int32) Marshaler        { return writeSigned(i) }
func MarshalInt64(i int64) Marshaler        { return writeSigned(i) }
func UnmarshalInt(v any) (int, error)       { return readSigned[int](v) }
func UnmarshalInt8(v any) (int8, error)     { return readSigned[int8](v) }
func UnmarshalInt16(v any) (int16, error)   { return readSigned[int16](v) }
func UnmarshalInt32(v any) (int32, error)   { return readSigned[int32](v) }
func UnmarshalInt64(v any) (int64, error)   { return readSigned[int64](v) }
func MarshalUint(i uint) Marshaler          { return writeUnsigned(i) }
func MarshalUint8(i uint8) Marshaler        { return writeUnsigned(i) }
func MarshalUint16(i uint16) Marshaler      { return writeUnsigned(i) }
func MarshalUint32(i uint32) Marshaler      { return writeUnsigned(i) }
func MarshalUint64(i uint64) Marshaler      { return writeUnsigned(i) }
func UnmarshalUint(v any) (uint, error)     { return readUnsigned[uint](v) }
func UnmarshalUint8(v any) (uint8, error)   { return readUnsigned[uint8](v) }
func UnmarshalUint16(v any) (uint16, error) { return readUnsigned[uint16](v) }
func UnmarshalUint32(v any) (uint32, error) { return readUnsigned[uint32](v) }
func UnmarshalUint64(v any) (uint64, error) { return readUnsigned[uint64](v) }
