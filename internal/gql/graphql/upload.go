package graphql

import (
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// AddUpload puts a file that came under key into the variables, at a path as variables.input.files.0. What stands there
// must be null.
func (p *RawParams) AddUpload(upload Upload, key, path string) *gqlerror.Error {
	steps := strings.Split(path, ".")
	if len(steps) < 2 || steps[0] != "variables" || p.Variables == nil {
		return misplaced(key, path, "is not within the variables")
	}
	var at any = p.Variables
	for i, step := range steps[1:] {
		last := i == len(steps)-2
		switch here := at.(type) {
		case map[string]any:
			next, ok := here[step]
			switch {
			case last && next != nil:
				return misplaced(key, path, "is not null")
			case last:
				here[step] = upload
			case !ok:
				return misplaced(key, path, "does not exist")
			}
			at = next
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n < 0 || n >= len(here) {
				return misplaced(key, path, "does not exist")
			}
			if last && here[n] != nil {
				return misplaced(key, path, "is not null")
			}
			if last {
				here[n] = upload
			}
			at = here[n]
		default:
			return misplaced(key, path, "does not exist")
		}
	}
	return nil
}

func misplaced(key, path, why string) *gqlerror.Error {
	return gqlerror.Errorf("path %q of file %q %s", path, key, why)
}
