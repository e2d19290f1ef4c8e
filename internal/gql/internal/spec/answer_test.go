package spec_test

import (
	"encoding/json"
	"fmt"
	"strings"
)

// data is a response without errors.
func data(data string) string { return `{"data":` + data + `}` }

// partly is a response of an operation with errors.
func partly(data string, errs ...string) string {
	return `{"errors":[` + strings.Join(errs, ",") + `],"data":` + data + `}`
}

// refused is the response to a request that was not executed.
func refused(errs ...string) string { return `{"errors":[` + strings.Join(errs, ",") + `]}` }

// at is an error of a field: its message, its place in the first line of the document, and its path as JSON without
// brackets.
func at(message string, column int, path string) string {
	return fmt.Sprintf(`{"message":%s,"path":[%s],"locations":[{"line":1,"column":%d}]}`, quote(message), path, column)
}

// argument is an error of a field's argument.
func argument(message string, column int, path, argument string) string {
	return strings.TrimSuffix(at(message, column, path), "}") + fmt.Sprintf(`,"extensions":{"argument":%s}}`, quote(argument))
}

// invalid is an error of a document or its variables, with its places in the first line.
func invalid(message string, columns ...int) string {
	return coded("GRAPHQL_VALIDATION_FAILED", message, columns...)
}

// unparsed is an error of a document that cannot be read.
func unparsed(message string, columns ...int) string {
	return coded("GRAPHQL_PARSE_FAILED", message, columns...)
}

func coded(code, message string, columns ...int) string {
	places := make([]string, len(columns))
	for i, c := range columns {
		places[i] = fmt.Sprintf(`{"line":1,"column":%d}`, c)
	}
	out := `{"message":` + quote(message)
	if len(places) > 0 {
		out += `,"locations":[` + strings.Join(places, ",") + `]`
	}
	return out + `,"extensions":{"code":"` + code + `"}}`
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
