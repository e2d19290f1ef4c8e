package codegen

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"
)

// objects writes a method for each object type that fills its table.
func (e *emitter) objects() {
	for _, o := range e.s.Objects {
		e.p("func (t *tables) object%s() {\nt.o%s.Fields(\n", o.GoName, o.GoName)
		for _, f := range o.Fields {
			e.field(o, f)
		}
		e.p(")\n}\n\n")
	}
}

func (e *emitter) field(o *Object, f *Field) {
	where := o.Name + "." + f.Name
	switch f.Access {
	case AccessField:
		if f.Type.Elem == nil && f.Type.Kind == KindObject && f.Type.Form == FormValue {
			e.p("exec.Inside(%q, func(o %s) *%s { return &o.%s }, t.o%s),\n", f.Name, e.ref(o), e.goType(f.Type), f.GoPath, f.Type.Object.GoName)
			return
		}
		e.read(o, f, fmt.Sprintf("func(o %s) %s { return o.%s }", e.ref(o), e.goType(f.Type), f.GoPath))
	case AccessMethod:
		e.method(o, f)
	case AccessResolver, AccessBatch:
		e.resolver(o, f)
	case AccessStream:
		args, list := e.argList(where, f.Args)
		e.p("exec.Stream[%s](%q, func(ctx context.Context, %s *%s) (<-chan %s, error) { return t.r%s().%s(%s) }, %s%s),\n",
			e.ref(o), f.Name, blank(f.Args), args, e.goType(f.Type), o.GoName, f.GoName, callArgs("ctx", f.Args), e.shape(where, f.Type), list)
	}
}

// read writes a field that is read off its parent by get.
func (e *emitter) read(o *Object, f *Field, get string) {
	if f.Type.IsLeaf() {
		e.p("exec.Leaf(%q, %s, %s)%s,\n", f.Name, get, e.put(f.Type), e.plainly(o, f))
		return
	}
	elem := f.Type.Elem
	switch {
	case isReference(f.Type):
		e.p("exec.LinkOne(%q, %s, t.o%s),\n", f.Name, get, f.Type.Object.GoName)
	case elem != nil && elem.Elem == nil && isReference(elem):
		e.p("exec.LinkMany(%q, %s, t.o%s),\n", f.Name, get, elem.Object.GoName)
	default:
		e.p("exec.Link(%q, %s, %s),\n", f.Name, get, e.shape(o.Name+"."+f.Name, f.Type))
	}
}

// isReference tells whether a value is an object given by its reference.
func isReference(t *Type) bool {
	return t.Elem == nil && t.Kind == KindObject && t.Form != FormValue && types.Identical(t.Go, t.Object.Ref())
}

// method writes a field that a method of the parent computes.
func (e *emitter) method(o *Object, f *Field) {
	where := o.Name + "." + f.Name
	if !f.MethodCtx && !f.MethodError && !f.MethodOK && len(f.Args) == 0 {
		e.read(o, f, fmt.Sprintf("func(o %s) %s { return o.%s() }", e.ref(o), e.goType(f.Type), f.GoPath))
		return
	}
	first := ""
	if f.MethodCtx {
		first = "ctx"
	}
	call := fmt.Sprintf("o.%s(%s)", f.GoPath, strings.TrimPrefix(callArgs(first, f.MethodArgs), ", "))
	result, shape := e.goType(f.Type), e.shape(where, f.Type)
	body := "return " + call + ", nil"
	switch {
	case f.MethodOK:
		body = fmt.Sprintf("if v, ok := %s; ok { return &v, nil }; return nil, nil", call)
		result, shape = "*"+result, "exec.Optional("+shape+")"
		if f.Type.IsLeaf() {
			shape = "exec.Leaves(exec.Ptr(" + e.put(f.Type) + "))"
		}
	case f.MethodError:
		body = "return " + call
	}
	args, list := e.argList(where, f.Args)
	ctx := "ctx"
	if !f.MethodCtx {
		ctx = "_"
	}
	e.p("exec.Method(%q, func(%s context.Context, o %s, %s *%s) (%s, error) { %s }, %s%s),\n",
		f.Name, ctx, e.ref(o), blank(f.MethodArgs), args, result, body, shape, list)
}

// resolver writes a field that a resolver answers, once per parent or once for all.
func (e *emitter) resolver(o *Object, f *Field) {
	where := o.Name + "." + f.Name
	kind, param, parents, result := "Resolve", "o "+e.ref(o), "ctx, o", e.goType(f.Type)
	if f.Access == AccessBatch {
		kind, param, parents, result = "Batch", "objs []"+e.ref(o), "ctx, objs", "[]"+result
	}
	if o.Root {
		param, parents = "_ "+e.ref(o), "ctx"
	}
	args, list := e.argList(where, f.Args)
	e.p("exec.%s(%q, func(ctx context.Context, %s, %s *%s) (%s, error) { return t.r%s().%s(%s) }, %s%s),\n",
		kind, f.Name, param, blank(f.Args), args, result, o.GoName, f.GoName, callArgs(parents, f.Args), e.shape(where, f.Type), list)
}

// blank is the name of the parameter of the arguments, which is not used where there are none.
func blank(args []*Arg) string {
	if len(args) == 0 {
		return "_"
	}
	return "a"
}

// callArgs writes the arguments of a call.
func callArgs(first string, args []*Arg) string {
	out := first
	for _, a := range args {
		out += ", a." + upperFirst(a.GoName)
	}
	return out
}

// argList returns the name of the struct that holds the arguments, and what gives the list of them as the last
// parameters of a field. Fields with the same arguments share both.
func (e *emitter) argList(where string, args []*Arg) (name, list string) {
	if len(args) == 0 {
		return "exec.None", ""
	}
	var fields, entries strings.Builder
	key := ""
	for _, a := range args {
		fmt.Fprintf(&fields, "%s %s\n", upperFirst(a.GoName), e.im.Type(a.Type.Declared()))
		key += a.Name + " " + e.im.Type(a.Type.Declared()) + " " + e.get(a.Type) + ";"
	}
	name, known := e.args[key]
	if !known {
		name = e.argsName(where)
		e.args[key] = name
		for _, a := range args {
			fmt.Fprintf(&entries, "exec.Arg(%q, func(a *%s) *%s { return &a.%s }, %s),\n",
				a.Name, name, e.im.Type(a.Type.Declared()), upperFirst(a.GoName), e.get(a.Type))
		}
		fmt.Fprintf(&e.lists, "type %s struct {\n%s}\n\nfunc (t *tables) %s() []exec.Argument[%s] {\nreturn []exec.Argument[%s]{\n%s}\n}\n\n",
			name, fields.String(), name, name, name, entries.String())
	}
	return name, ", t." + name + "()..."
}

// argsName makes a name of a place: Query.people and its like become argsQueryPeople.
func (e *emitter) argsName(where string) string {
	name := "args"
	for part := range strings.SplitSeq(strings.TrimPrefix(where, "@"), ".") {
		name += upperFirst(part)
	}
	for unique, i := name, 2; ; i++ {
		if !e.taken[unique] {
			e.taken[unique] = true
			return unique
		}
		unique = name + strconv.Itoa(i)
	}
}

// choices writes, for each interface and union, the choice of a table by Go type.
func (e *emitter) choices() {
	for _, a := range e.s.Abstracts {
		if a.Go == nil {
			continue
		}
		e.p("func (t *tables) choose%s(s *exec.Sink, v %s) bool {\nswitch v := v.(type) {\ncase nil:\nreturn false\n", a.GoName, e.im.Type(a.Go))
		for _, im := range a.Implementors {
			if im.Object.Go == nil {
				continue
			}
			if im.ByPtr || im.Object.Ref() == im.Object.Go {
				e.p("case %s:\nreturn exec.Row(s, t.o%s, v)\n", e.ref(im.Object), im.Object.GoName)
			}
			if im.ByValue && im.Object.Ref() != im.Object.Go {
				e.p("case %s:\nreturn exec.Row(s, t.o%s, &v)\n", e.im.Type(im.Object.Go), im.Object.GoName)
			}
		}
		e.p("default:\nreturn s.Unknown(v)\n}\n}\n\n")
	}
}

// inputs writes a method for each input type that fills its decoder.
func (e *emitter) inputs() {
	for _, in := range e.s.Inputs {
		e.p("func (t *tables) input%s() {\nt.i%s.Fields(\n", in.GoName, in.GoName)
		for _, f := range in.Fields {
			if in.Map {
				e.p("exec.Key(%q, %s),\n", f.Name, e.get(f.Type))
				continue
			}
			e.p("exec.Arg(%q, func(o *%s) *%s { return &o.%s }, %s),\n",
				f.Name, e.im.Type(in.Go), e.im.Type(f.Type.Declared()), f.GoPath, e.get(f.Type))
		}
		e.p(")\n}\n\n")
	}
}

// directives writes the list of directives with their functions.
func (e *emitter) directives() {
	e.p("func (t *tables) directives() []*exec.Directive {\nreturn []*exec.Directive{\n")
	for _, d := range e.s.Directives {
		args, list := e.argList("@"+d.Name, d.Args)
		e.p("exec.NewDirective(%q, func(ctx context.Context, obj any, next graphql.Resolver, %s *%s) (any, error) {\n", d.Name, blank(d.Args), args)
		e.p("if t.cfg.Directives.%s == nil {\nreturn nil, exec.NotImplemented(%q)\n}\n", d.GoName, d.Name)
		e.p("return t.cfg.Directives.%s(%s)\n}%s),\n", d.GoName, callArgs("ctx, obj, next", d.Args), list)
	}
	e.p("}\n}\n\n")
}
