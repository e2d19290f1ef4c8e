package exec

import (
	"slices"
	"strings"
)

// Names lists the fields selected below e, whatever type they are selected on, each once.
func (e *edge) Names() []string {
	var names []string
	for _, kid := range e.kids {
		for _, f := range kid.info().fields {
			if !slices.Contains(names, f.name) {
				names = append(names, f.name)
			}
		}
	}
	return names
}

// Requested reports whether a dotted path of field names is selected below e.
func (e *edge) Requested(path string) bool {
	name, rest, more := strings.Cut(path, ".")
	for _, kid := range e.kids {
		fields := kid.info().fields
		for i := range fields {
			if fields[i].name == name && (!more || fields[i].edge != nil && fields[i].edge.Requested(rest)) {
				return true
			}
		}
	}
	return false
}
