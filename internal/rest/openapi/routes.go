package openapi

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
)

// constraint is what a router's parameter must look like: {form:(?:png|svg)}.
var constraint = regexp.MustCompile(`\{(\w+):[^{}]*\}`)

// Differs compares the document with the routes of a router, each with the path of one
// of the document's servers before it: it gives the routes that are not described, with
// a -, and the operations that are no routes, with a +, in order; and how many routes
// there are.
func (d *Document) Differs(router chi.Routes) (differences []string, routes int, err error) {
	left := map[string]bool{}
	for _, o := range d.operations {
		for _, base := range d.bases {
			left[o.Method+" "+base+o.Path] = true
		}
	}
	err = chi.Walk(router, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		route := method + " " + constraint.ReplaceAllString(strings.TrimSuffix(pattern, "/*"), "{$1}")
		routes++
		if !left[route] {
			differences = append(differences, "-"+route)
		}
		delete(left, route)
		return nil
	})
	for operation := range left {
		differences = append(differences, "+"+operation)
	}
	slices.Sort(differences)
	return differences, routes, err
}
