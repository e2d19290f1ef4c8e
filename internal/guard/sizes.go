package guard

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// The directive of the schema that says how long a list is taken to be.
const (
	sizeDirective = "listSize"
	sizeAssumed   = "assumed"
	sizeArguments = "arguments"
)

// listSize is what the schema says of a field.
type listSize struct {
	assumed   int64
	arguments []string
	// page is set on a field that gives an object with lists of that size.
	page bool
}

// sizesOf reads the sizes of all lists of objects. It fails for a list that has
// none, unless it is in a page: in an object that is only ever given by fields
// which say the size of its lists.
func sizesOf(schema *ast.Schema) (map[*ast.FieldDefinition]listSize, error) {
	sizes := map[*ast.FieldDefinition]listSize{}
	page := map[string]bool{} // by type: whether only such fields give it
	var unsized []string
	for _, def := range schema.Types {
		if def.BuiltIn || !isObject(def) {
			continue
		}
		for _, f := range def.Fields {
			size, found, err := readSize(f)
			if err != nil {
				return nil, fmt.Errorf("guard: %s.%s: %w", def.Name, f.Name, err)
			}
			if isList := f.Type.Elem != nil; !isList && isObject(schema.Types[f.Type.Name()]) {
				only, seen := page[f.Type.Name()]
				page[f.Type.Name()] = found && (only || !seen)
				size.page = true
			}
			if found {
				sizes[f] = size
			}
		}
	}
	for _, def := range schema.Types {
		if def.BuiltIn || !isObject(def) || page[def.Name] {
			continue
		}
		for _, f := range def.Fields {
			if _, sized := sizes[f]; f.Type.Elem != nil && isComposite(schema.Types[f.Type.Name()]) && !sized {
				unsized = append(unsized, def.Name+"."+f.Name)
			}
		}
	}
	if len(unsized) > 0 {
		return nil, fmt.Errorf("guard: %v: a list of objects needs @%s(%s: …) or @%s(%s: …), so that its cost can be told",
			unsized, sizeDirective, sizeAssumed, sizeDirective, sizeArguments)
	}
	return sizes, nil
}

func isObject(def *ast.Definition) bool {
	return def != nil && (def.Kind == ast.Object || def.Kind == ast.Interface)
}

func isComposite(def *ast.Definition) bool { return def != nil && def.IsCompositeType() }

// readSize reads the directive of a field.
func readSize(f *ast.FieldDefinition) (size listSize, found bool, err error) {
	d := f.Directives.ForName(sizeDirective)
	if d == nil {
		return size, false, nil
	}
	if arg := d.Arguments.ForName(sizeAssumed); arg != nil {
		size.assumed, err = strconv.ParseInt(arg.Value.Raw, 10, 32)
		if err != nil {
			return size, true, err
		}
	}
	if arg := d.Arguments.ForName(sizeArguments); arg != nil {
		for _, child := range arg.Value.Children {
			if f.Arguments.ForName(child.Value.Raw) == nil {
				return size, true, fmt.Errorf("it has no argument %s", child.Value.Raw)
			}
			size.arguments = append(size.arguments, child.Value.Raw)
		}
	}
	return size, true, nil
}

// sizeOf is the size that a field of a document asks for: by the first argument
// that is given, or that has a default.
func (l listSize) sizeOf(f *ast.Field, def *ast.FieldDefinition, page int64) size {
	n := size{otherwise: l.assumed, page: page}
	for _, name := range l.arguments {
		arg := f.Arguments.ForName(name)
		if arg != nil && arg.Value.Kind == ast.Variable {
			n.variables = append(n.variables, arg.Value.Raw)
			arg = nil // the variable may be absent: then the default holds
		}
		var value *ast.Value
		if arg != nil {
			value = arg.Value
		} else if declared := def.Arguments.ForName(name); declared != nil {
			value = declared.DefaultValue
		}
		if length, known := literalLength(value, page); known {
			n.otherwise = length
			break
		}
	}
	return n
}

// literalLength reads a size off a value that stands in the document.
func literalLength(v *ast.Value, page int64) (int64, bool) {
	switch {
	case v == nil || v.Kind == ast.NullValue:
		return 0, false
	case v.Kind == ast.ListValue:
		return int64(len(v.Children)), true
	case v.Kind == ast.IntValue:
		n, err := strconv.ParseInt(v.Raw, 10, 64)
		if err != nil {
			return page, true // it does not fit into 64 bits
		}
		return within(n, page), true
	}
	return 1, true
}
