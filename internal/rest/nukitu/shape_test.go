package nukitu_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// node is a JSON value that remembers the order of its keys.
type node struct {
	kind   string // object, array, string, number, boolean, null
	text   string // of a string
	keys   []string
	values []*node // of an object or array
}

func parse(t *testing.T, raw []byte) *node {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	n, err := read(d)
	if err != nil {
		t.Fatalf("no JSON: %v\n%s", err, raw)
	}
	return n
}

func read(d *json.Decoder) (*node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		return readInside(d, v)
	case string:
		return &node{kind: "string", text: v}, nil
	case json.Number:
		return &node{kind: "number"}, nil
	case bool:
		return &node{kind: "boolean"}, nil
	}
	return &node{kind: "null"}, nil
}

func readInside(d *json.Decoder, opening json.Delim) (*node, error) {
	n := &node{kind: "array"}
	if opening == '{' {
		n.kind = "object"
	}
	for d.More() {
		if n.kind == "object" {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			n.keys = append(n.keys, key.(string))
		}
		value, err := read(d)
		if err != nil {
			return nil, err
		}
		n.values = append(n.values, value)
	}
	_, err := d.Token() // the closing one
	return n, err
}

// without gives the object without some of its keys.
func (n *node) without(keys ...string) *node {
	var rest node
	rest.kind = n.kind
	for i, key := range n.keys {
		if !slices.Contains(keys, key) {
			rest.keys, rest.values = append(rest.keys, key), append(rest.values, n.values[i])
		}
	}
	return &rest
}

// at gives the value of a key.
func (n *node) at(key string) *node {
	if i := slices.Index(n.keys, key); i >= 0 {
		return n.values[i]
	}
	return &node{kind: "nothing"}
}

// forms are what the texts of an example look like; a text of another form than
// the example's is as wrong as a number.
var forms = []*regexp.Regexp{
	regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`),
	regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	regexp.MustCompile(`^\d\d:\d\d$`),
	regexp.MustCompile(`^https?://[^ ]+$`),
	regexp.MustCompile(`^NKT-\d{8}$`),
}

// shapes holds what was seen of every place of an example.
type shapes struct {
	filled map[string]bool // places that held a value or an item
	null   map[string]bool // places that held null
}

func newShapes() *shapes { return &shapes{filled: map[string]bool{}, null: map[string]bool{}} }

// compare gives how ours differs from the example: in keys, in their order, in
// the type of a value or in the form of a text. A null fits every place.
func (s *shapes) compare(example, ours *node, path string) []string {
	if ours.kind == "null" {
		s.null[path] = true
		return nil
	}
	if example.kind == "null" {
		s.filled[path] = true
		return nil
	}
	if ours.kind != example.kind {
		return []string{fmt.Sprintf("%s is a %s, want a %s", path, ours.kind, example.kind)}
	}
	var wrong []string
	switch ours.kind {
	case "object":
		if !slices.Equal(ours.keys, example.keys) {
			return []string{fmt.Sprintf("%s has the keys\n%q, want\n%q", path, ours.keys, example.keys)}
		}
		s.filled[path] = true
		for i, key := range ours.keys {
			wrong = append(wrong, s.compare(example.values[i], ours.values[i], path+"."+key)...)
		}
		return wrong
	case "array":
		for _, item := range ours.values {
			s.filled[path] = true
			wrong = append(wrong, s.compare(example.values[0], item, path+"[]")...)
		}
		return wrong
	case "string":
		for _, form := range forms {
			if form.MatchString(example.text) && !form.MatchString(ours.text) {
				return []string{fmt.Sprintf("%s is %q, want the form of %q", path, ours.text, example.text)}
			}
		}
	}
	s.filled[path] = true
	return nil
}

// places lists every place of an example.
func (n *node) places(path string) []string {
	all := []string{path}
	for i, value := range n.values {
		below := path + "[]"
		if n.kind == "object" {
			below = path + "." + n.keys[i]
		}
		all = append(all, value.places(below)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func example(t *testing.T, name string) *node {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, raw)
}
