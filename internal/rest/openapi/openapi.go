// Package openapi reads the OpenAPI 3.1 documents of the REST dialects and tells
// whether what a dialect answers is what its document says.
package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Document is an OpenAPI 3.1 document whose references all lead somewhere and whose
// schemas of answers are good. It is safe for concurrent use.
type Document struct {
	root       map[string]any
	bases      []string // paths of the servers, the longest first
	operations []*Operation
}

// Operation is a method of a path.
type Operation struct {
	Method string // in capitals
	Path   string // as in the document: /contract-approve/{contractId}
	// Parameters are the names of what stands in the query.
	Parameters []string
	// Statuses are the statuses that are described, in order; "default" may be one.
	Statuses []string
	answers  map[string]*answer
	segments []string
}

// answer is what the document says of one status: a schema for each media type, nil
// where there is none.
type answer struct{ content map[string]*jsonschema.Schema }

// base is the address under which the compiler knows the document. Nothing is
// fetched.
const base = "mem:///openapi.json"

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// Parse reads a document. It fails when the document is no OpenAPI 3.1, a reference
// leads nowhere, an operation describes no answer, or a schema is not good.
func Parse(raw []byte) (*Document, error) {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	root, _ := value.(map[string]any)
	if version, _ := root["openapi"].(string); !strings.HasPrefix(version, "3.1.") {
		return nil, errors.New("openapi: this is no document of OpenAPI 3.1")
	}
	d := &Document{root: root}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource(base, value); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	if err := d.references(root, "#"); err != nil {
		return nil, err
	}
	for _, server := range list(root["servers"]) {
		address, _ := object(server)["url"].(string)
		d.bases = append(d.bases, strings.TrimSuffix(address, "/"))
	}
	if len(d.bases) == 0 {
		d.bases = []string{""}
	}
	slices.SortFunc(d.bases, func(a, b string) int { return len(b) - len(a) })
	paths := object(root["paths"])
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for _, method := range methods {
			if err := d.read(c, path, method); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

// MustParse is Parse for a document that is part of the program.
func MustParse(raw []byte) *Document {
	d, err := Parse(raw)
	if err != nil {
		panic(err)
	}
	return d
}

// Operations gives all operations, by path and then by method.
func (d *Document) Operations() []*Operation { return d.operations }

// references fails when a reference below a value leads nowhere.
func (d *Document) references(value any, at string) error {
	switch value := value.(type) {
	case map[string]any:
		if ref, ok := value["$ref"].(string); ok {
			if _, _, err := d.follow(map[string]any{"$ref": ref}, at); err != nil {
				return err
			}
		}
		for key, inner := range value {
			if key == "example" || key == "examples" {
				continue // what looks like a reference there is none
			}
			if err := d.references(inner, at+"/"+escape(key)); err != nil {
				return err
			}
		}
	case []any:
		for i, inner := range value {
			if err := d.references(inner, at+"/"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// read takes up an operation, where there is one.
func (d *Document) read(c *jsonschema.Compiler, path, method string) error {
	item := object(object(d.root["paths"])[path])
	described, ok := item[method].(map[string]any)
	if !ok {
		return nil
	}
	o := &Operation{Method: strings.ToUpper(method), Path: path, answers: map[string]*answer{}, segments: strings.Split(path, "/")}
	where := "#/paths/" + escape(path) + "/" + method
	for _, p := range slices.Concat(list(item["parameters"]), list(described["parameters"])) {
		parameter, _, err := d.follow(p, where)
		if err != nil {
			return err
		}
		if name, _ := parameter["name"].(string); parameter["in"] == "query" {
			o.Parameters = append(o.Parameters, name)
		}
	}
	responses := object(described["responses"])
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		one, err := d.answer(c, responses[status], where+"/responses/"+status)
		if err != nil {
			return err
		}
		o.answers[status] = one
		o.Statuses = append(o.Statuses, status)
	}
	if len(o.Statuses) == 0 {
		return fmt.Errorf("openapi: %s describes no answer", where)
	}
	d.operations = append(d.operations, o)
	return nil
}

func (d *Document) answer(c *jsonschema.Compiler, value any, at string) (*answer, error) {
	response, at, err := d.follow(value, at)
	if err != nil {
		return nil, err
	}
	one := &answer{content: map[string]*jsonschema.Schema{}}
	for media, described := range object(response["content"]) {
		one.content[media] = nil
		if _, ok := object(described)["schema"]; !ok {
			continue
		}
		one.content[media], err = c.Compile(base + at + "/content/" + escape(media) + "/schema")
		if err != nil {
			return nil, fmt.Errorf("openapi: %s: %w", at, err)
		}
	}
	return one, nil
}

// follow gives the object that a value is or refers to, and where it stands.
func (d *Document) follow(value any, at string) (map[string]any, string, error) {
	for range 10 {
		found, ok := value.(map[string]any)
		if !ok {
			return nil, "", fmt.Errorf("openapi: %s is no object", at)
		}
		ref, refers := found["$ref"].(string)
		if !refers {
			return found, at, nil
		}
		steps, local := strings.CutPrefix(ref, "#/")
		if !local {
			return nil, "", fmt.Errorf("openapi: %s refers to %s, outside of the document", at, ref)
		}
		value = d.root
		for step := range strings.SplitSeq(steps, "/") {
			inner, there := object(value)[unescape(step)]
			if !there {
				return nil, "", fmt.Errorf("openapi: %s refers to %s, which is not there", at, ref)
			}
			value = inner
		}
		at = ref
	}
	return nil, "", fmt.Errorf("openapi: %s refers in a circle", at)
}

func object(value any) map[string]any {
	o, _ := value.(map[string]any)
	return o
}

func list(value any) []any {
	l, _ := value.([]any)
	return l
}

// escape writes a step of a JSON pointer in a fragment of an address.
func escape(step string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "%", "%25", "{", "%7B", "}", "%7D", " ", "%20", "+", "%2B").Replace(step)
}

// unescape reads one.
func unescape(step string) string {
	return strings.NewReplacer("%7B", "{", "%7D", "}", "%20", " ", "%2B", "+", "%25", "%", "~1", "/", "~0", "~").Replace(step)
}
