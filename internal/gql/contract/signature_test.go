package contract_test

import (
	"fmt"
	"go/types"
	"strings"
)

// enginePath is the part of the engine that programs use; what gqlgen has at its own path stands at the same place below
// it.
const enginePath = "kontrak/internal/gql/"

// apiLines writes the exported declarations of a package, one line for each, as gqlgen_api.txt has them: kind, name and
// signature, without the names of parameters.
func apiLines(pkg *types.Package) []string {
	var lines []string
	for _, name := range pkg.Scope().Names() {
		if o := pkg.Scope().Lookup(name); o.Exported() {
			lines = append(lines, declarationLines(o)...)
		}
	}
	return lines
}

// declarationLines writes a declaration of a package, and the fields and methods of a type.
func declarationLines(o types.Object) []string {
	lines := []string{objectLine(o)}
	tn, ok := o.(*types.TypeName)
	if !ok {
		return lines
	}
	if s, ok := tn.Type().Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if f.Exported() {
				lines = append(lines, fieldLine(tn, f))
			}
		}
	}
	if i, ok := tn.Type().Underlying().(*types.Interface); ok {
		for m := range i.Methods() {
			lines = append(lines, methodOf(tn, m))
		}
	}
	if n, ok := tn.Type().(*types.Named); ok {
		for m := range n.Methods() {
			if m.Exported() {
				lines = append(lines, methodLine(m))
			}
		}
	}
	return lines
}

func objectLine(o types.Object) string {
	name := o.Pkg().Name() + "." + o.Name()
	switch o := o.(type) {
	case *types.Func:
		if o.Signature().Recv() != nil {
			return methodLine(o)
		}
		return "func " + name + typeParams(o.Signature().TypeParams()) + strings.TrimPrefix(typeText(o.Type()), "func")
	case *types.Const:
		if value := o.Val().ExactString(); len(value) < 60 {
			return fmt.Sprintf("const %s = %s", name, value)
		}
		return "const " + name + " " + typeText(o.Type())
	case *types.Var:
		return "var " + name + " " + typeText(o.Type())
	}
	n, ok := o.Type().(*types.Named)
	if !ok {
		return "type " + name + " = " + typeText(o.Type())
	}
	text := typeText(n.Underlying())
	switch n.Underlying().(type) {
	case *types.Struct:
		text = "struct"
	case *types.Interface:
		text = "interface"
	}
	return "type " + name + typeParams(n.TypeParams()) + " " + text
}

func fieldLine(of *types.TypeName, f *types.Var) string {
	return fmt.Sprintf("field %s.%s.%s %s", of.Pkg().Name(), of.Name(), f.Name(), typeText(f.Type()))
}

// methodLine leaves out whether the receiver is a pointer: the server and its parts are only held by the pointers and
// values that their constructors give.
func methodLine(m *types.Func) string {
	recv := m.Signature().Recv().Type()
	if p, ok := recv.(*types.Pointer); ok {
		recv = p.Elem()
	}
	return methodOf(recv.(*types.Named).Obj(), m)
}

func methodOf(owner *types.TypeName, m *types.Func) string {
	return fmt.Sprintf("method %s.%s.%s%s", owner.Pkg().Name(), owner.Name(), m.Name(), signatureText(m.Signature()))
}

func typeParams(list *types.TypeParamList) string {
	if list.Len() == 0 {
		return ""
	}
	var parts []string
	for p := range list.TypeParams() {
		parts = append(parts, p.Obj().Name()+" "+typeText(p.Constraint()))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// typeText writes a type with the names of packages, and without those of parameters.
func typeText(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return "*" + typeText(t.Elem())
	case *types.Slice:
		return "[]" + typeText(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), typeText(t.Elem()))
	case *types.Map:
		return "map[" + typeText(t.Key()) + "]" + typeText(t.Elem())
	case *types.Chan:
		return map[types.ChanDir]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}[t.Dir()] + typeText(t.Elem())
	case *types.Signature:
		return "func" + signatureText(t)
	case *types.Interface:
		if t.NumMethods()+t.NumEmbeddeds() == 0 {
			return "any"
		}
		return types.TypeString(t, (*types.Package).Name)
	case *types.Named:
		name := t.Obj().Name()
		if t.Obj().Pkg() != nil {
			name = t.Obj().Pkg().Name() + "." + name
		}
		var args []string
		for a := range t.TypeArgs().Types() {
			args = append(args, typeText(a))
		}
		if args != nil {
			name += "[" + strings.Join(args, ", ") + "]"
		}
		return name
	default:
		return types.TypeString(t, (*types.Package).Name)
	}
}

func signatureText(s *types.Signature) string {
	var params []string
	for p := range s.Params().Variables() {
		params = append(params, typeText(p.Type()))
	}
	if s.Variadic() {
		last := len(params) - 1
		params[last] = "..." + strings.TrimPrefix(params[last], "[]")
	}
	var results []string
	for r := range s.Results().Variables() {
		results = append(results, typeText(r.Type()))
	}
	text := "(" + strings.Join(params, ", ") + ")"
	switch len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	}
	return text + " (" + strings.Join(results, ", ") + ")"
}
