package spec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// wellFormed holds a response to section 7.1, whatever the case: which entries it has, and what errors are.
func wellFormed(status int, body []byte) error {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(body, &entries); err != nil {
		return fmt.Errorf("it is no JSON object: %w", err)
	}
	for name := range entries {
		if !slices.Contains([]string{"errors", "data", "extensions"}, name) {
			return fmt.Errorf("it has an entry %s", name)
		}
	}
	data, executed := entries["data"]
	if want := map[bool]int{true: http.StatusOK, false: http.StatusBadRequest}[executed]; status != want {
		return fmt.Errorf("the status is %d, should be %d", status, want)
	}
	if executed && string(data) != "null" && data[0] != '{' {
		return fmt.Errorf("data is no object: %s", data)
	}
	if x, ok := entries["extensions"]; ok && x[0] != '{' {
		return fmt.Errorf("extensions are no object: %s", x)
	}
	list, failed := entries["errors"]
	if !failed {
		if !executed || string(data) == "null" {
			return errors.New("there is neither data nor an error")
		}
		return nil
	}
	var errs []json.RawMessage
	if err := json.Unmarshal(list, &errs); err != nil || len(errs) == 0 {
		return fmt.Errorf("errors are no list, or an empty one: %s", list)
	}
	for _, e := range errs {
		if err := errorFormed(e, executed, data); err != nil {
			return fmt.Errorf("%w: %s", err, e)
		}
	}
	return nil
}

// errorFormed holds one error to its form, and its path to the data: what it leads to is null, or gone with what is around it.
func errorFormed(text []byte, executed bool, data []byte) error {
	var e struct {
		Message    *string
		Locations  *[]struct{ Line, Column int }
		Path       *[]any
		Extensions *map[string]any
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return err
	}
	if e.Message == nil {
		return errors.New("it has no message")
	}
	if e.Locations != nil {
		for _, l := range *e.Locations {
			if l.Line < 1 || l.Column < 1 {
				return errors.New("places count from 1")
			}
		}
		if len(*e.Locations) == 0 {
			return errors.New("it has a list of no places")
		}
	}
	if !executed {
		if e.Path != nil {
			return errors.New("it has a path, and yet there is no result")
		}
		return nil
	}
	if e.Path == nil || len(*e.Path) == 0 {
		return errors.New("it has no path")
	}
	return leadsToNull(data, *e.Path)
}

func leadsToNull(data []byte, path []any) error {
	var at any
	if err := json.Unmarshal(data, &at); err != nil {
		return err
	}
	for _, step := range path {
		if at == nil {
			return nil
		}
		switch step := step.(type) {
		case string:
			object, ok := at.(map[string]any)
			value, has := object[step]
			if !ok || !has {
				return fmt.Errorf("there is no %s", step)
			}
			at = value
		case float64:
			list, ok := at.([]any)
			if !ok || int(step) >= len(list) || step < 0 {
				return fmt.Errorf("there is no item %v", step)
			}
			at = list[int(step)]
		default:
			return fmt.Errorf("%v is no step of a path", step)
		}
	}
	if at != nil {
		return errors.New("it leads to what is there")
	}
	return nil
}

func TestResponsesThatAreNotWellFormedAreFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		well   bool
	}{
		{200, `{"data":{"a":1}}`, true}, {200, `{"errors":[{"message":"m","path":["a",0]}],"data":{"a":[null]}}`, true},
		{200, `{"errors":[{"message":"m","path":["a",0,"b"]}],"data":{"a":null}}`, true}, {400, `{"errors":[{"message":"m"}],"extensions":{}}`, true},
		{200, `{"data":1}`, false}, {400, `{"data":{}}`, false}, {200, `{"errors":[{"message":"m"}]}`, false}, {200, `{"data":{},"errors":[]}`, false},
		{200, `{"data":{},"errors":null}`, false}, {200, `{"data":{},"more":1}`, false}, {200, `{"data":null}`, false}, {400, `{}`, false},
		{200, `{"errors":[{"message":"m"}],"data":{"a":1}}`, false}, {200, `{"errors":[{"message":"m","path":["a"]}],"data":{"a":1}}`, false},
		{200, `{"errors":[{"message":"m","path":["b"]}],"data":{"a":1}}`, false}, {200, `{"errors":[{"message":"m","path":["a",1]}],"data":{"a":[1]}}`, false},
		{400, `{"errors":[{"message":"m","path":["a"]}]}`, false}, {400, `{"errors":[{"message":"m","locations":[]}]}`, false},
		{400, `{"errors":[{"message":"m","locations":[{"line":0,"column":1}]}]}`, false}, {400, `{"errors":[{"message":"m","code":"C"}]}`, false},
		{400, `{"errors":[{"path":["a"]}]}`, false}, {400, `{"errors":[{"message":"m","extensions":[]}]}`, false},
		{200, `{"data":{},"extensions":[]}`, false}, {200, `[]`, false},
	} {
		if err := wellFormed(c.status, []byte(c.body)); (err == nil) != c.well {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
	}
}
