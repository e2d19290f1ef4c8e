package openapi

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Find gives the operation that a request is of, whose path may begin with that of
// any server of the document and may have a query; nil when there is none. Of two
// that fit, the one with fewer parameters in its path counts.
func (d *Document) Find(method, target string) *Operation {
	path := target
	if u, err := url.Parse(target); err == nil {
		path = u.EscapedPath()
	}
	var best *Operation
	for _, base := range d.bases {
		below, ok := strings.CutPrefix(path, base)
		if !ok {
			continue
		}
		for _, o := range d.operations {
			if o.fits(method, below) && (best == nil || o.open() < best.open()) {
				best = o
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// open counts the parameters in the path.
func (o *Operation) open() int { return strings.Count(o.Path, "{") }

func (o *Operation) fits(method, path string) bool {
	asked := strings.Split(path, "/")
	if method != o.Method && (method != http.MethodHead || o.Method != http.MethodGet) || len(asked) != len(o.segments) {
		return false
	}
	for i, segment := range o.segments {
		if !segmentFits(segment, asked[i]) {
			return false
		}
	}
	return true
}

// segmentFits compares a segment with one of a template, which may have a parameter
// with text on both sides: qr-code.{form}.
func segmentFits(template, segment string) bool {
	before, rest, open := strings.Cut(template, "{")
	if !open {
		return template == segment
	}
	_, after, _ := strings.Cut(rest, "}")
	return len(segment) > len(before)+len(after) && strings.HasPrefix(segment, before) && strings.HasSuffix(segment, after)
}

// Check tells what in an answer is not as the document says: the operation, the
// status or the media type is not described, or the body does not fit the schema. An
// answer to HEAD has no body.
func (d *Document) Check(method, target string, status int, contentType string, body []byte) error {
	o := d.Find(method, target)
	if o == nil {
		return fmt.Errorf("openapi: %s %s is not described", method, target)
	}
	one := o.answers[strconv.Itoa(status)]
	if one == nil {
		one = o.answers["default"]
	}
	if one == nil {
		return fmt.Errorf("openapi: %s %s answers %d, and %s are described", method, o.Path, status, strings.Join(o.Statuses, ", "))
	}
	if err := one.check(method, contentType, body); err != nil {
		return fmt.Errorf("openapi: %s %s, %d: %w\n%.2000s", method, o.Path, status, err, body)
	}
	return nil
}

func (a *answer) check(method, contentType string, body []byte) error {
	if len(a.content) == 0 || method == "HEAD" {
		if len(body) > 0 {
			return fmt.Errorf("it has a body, and none is described")
		}
		return nil
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("its media type %q: %w", contentType, err)
	}
	schema, described := a.content[media]
	if !described {
		return fmt.Errorf("its media type is %s, which is not described", media)
	}
	if schema == nil {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// Takes tells whether a parameter of the query is described.
func (o *Operation) Takes(parameter string) bool { return slices.Contains(o.Parameters, parameter) }
