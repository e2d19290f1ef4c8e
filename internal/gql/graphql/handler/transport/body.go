package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"

	"kontrak/internal/gql/graphql"
)

// body is a request body. Its parts are kept raw first so that a part of the wrong type can be named.
type body struct {
	Query         *string         `json:"query"`
	OperationName *string         `json:"operationName"`
	Variables     json.RawMessage `json:"variables"`
	Extensions    json.RawMessage `json:"extensions"`
}

// decode reads a request. Numbers keep their text.
func decode(r io.Reader, params *graphql.RawParams) error {
	text := bodies.Get().(*bytes.Buffer)
	defer func() {
		if text.Cap() <= maxKeptBody {
			text.Reset()
			bodies.Put(text)
		}
	}()
	if _, err := text.ReadFrom(r); err != nil {
		return err
	}
	if quickly(text.Bytes(), params) {
		return nil
	}
	return strictly(text.Bytes(), params)
}

// bodies keeps memory for requests; what is larger than maxKeptBody is not kept.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const maxKeptBody = 64 << 10

// strictly reads a request in every form that JSON allows, and says what is wrong with one that is none.
func strictly(text []byte, params *graphql.RawParams) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var b *body
	if err := d.Decode(&b); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errTrailing
		}
		return err
	}
	if b == nil {
		return errNotObject
	}
	if b.Query != nil {
		params.Query = *b.Query
	}
	if b.OperationName != nil {
		params.OperationName = *b.OperationName
	}
	if err := object(b.Variables, &params.Variables); err != nil {
		return err
	}
	return object(b.Extensions, &params.Extensions)
}

var (
	errTrailing  = errors.New("more than one value")
	errNotObject = errors.New("not an object")
)

func object(raw json.RawMessage, into *map[string]any) error {
	if len(raw) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}

// reason says what is wrong with a body without repeating any of it.
func reason(err error) string {
	var wrongType *json.UnmarshalTypeError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return wrongType.Field + " has the wrong type"
	case errors.As(err, &wrongType):
		return "a part has the wrong type"
	case errors.As(err, &tooLarge):
		return "it is too large"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "it came too slowly"
	case errors.Is(err, errTrailing), errors.Is(err, errNotObject):
		return err.Error()
	case errors.Is(err, io.EOF):
		return "it is empty"
	default:
		return "it is not JSON"
	}
}
