package codegen

import (
	"fmt"
	"go/types"
)

// writers are the marshal functions of package graphql that the runtime has a faster way for.
var writers = map[string]string{
	"MarshalString": "String", "MarshalID": "String", "MarshalBoolean": "Boolean", "MarshalTime": "Time",
	"MarshalFloat": "Float", "MarshalFloatContext": "Float", "MarshalIntID": "IntID",
	"MarshalInt": "Int", "MarshalInt8": "Int", "MarshalInt16": "Int", "MarshalInt32": "Int", "MarshalInt64": "Int",
	"MarshalUint": "Uint", "MarshalUint8": "Uint", "MarshalUint16": "Uint", "MarshalUint32": "Uint", "MarshalUint64": "Uint",
}

// goType is the Go type of a position, with lists as plain slices.
func (e *emitter) goType(t *Type) string {
	if t.Elem != nil {
		return "[]" + e.goType(t.Elem)
	}
	return e.im.Type(t.Go)
}

// put writes an expression of type exec.Put for a leaf or lists of leaves.
func (e *emitter) put(t *Type) string {
	if t.Elem != nil {
		return fmt.Sprintf("exec.List(%s, %t, %t)", e.put(t.Elem), t.NonNull, t.Elem.NonNull)
	}
	c, put := t.Codec, e.leafPut(t)
	if t.Form == FormPointer && !types.Identical(t.Go, c.Go) {
		return "exec.Ptr(" + put + ")"
	}
	if t.Form == FormValue {
		return put
	}
	return fmt.Sprintf("func(w *exec.Writer, v %s) bool { return v != nil && (%s)(w, v) }", e.im.Type(t.Go), put)
}

// leafPut writes an expression for the codec's own Go type, held to what the schema's type allows.
func (e *emitter) leafPut(t *Type) string {
	c := t.Codec
	switch {
	case t.Enum != nil && c.Kind != CodecEnum:
		names := ""
		for _, v := range t.Enum.Def.EnumValues {
			names += fmt.Sprintf(", %q", v.Name)
		}
		return fmt.Sprintf("exec.Named(%s, %q%s)", e.codecPut(c), t.Name, names)
	case t.Name == "Int" && c.Kind == CodecFuncs && c.Marshal.Pkg().Path() == pathGraphql && beyond32(c.Go):
		return fmt.Sprintf("exec.Int32[%s]", e.im.Type(c.Go))
	default:
		return e.codecPut(c)
	}
}

// beyond32 tells whether a Go number may be no Int.
func beyond32(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	if !ok {
		return false
	}
	switch basic.Kind() {
	case types.Int, types.Int64, types.Uint, types.Uint32, types.Uint64:
		return true
	}
	return false
}

// codecPut writes an expression for the codec's own Go type.
func (e *emitter) codecPut(c *Codec) string {
	goType := e.im.Type(c.Go)
	switch c.Kind {
	case CodecEnum:
		return e.enums[c] + ".Put"
	case CodecMethods:
		name := "GQL"
		if c.Context {
			name = "ContextGQL"
		}
		if c.MarshalOnPtr {
			name += "Ptr"
		}
		return fmt.Sprintf("exec.%s[%s]", name, goType)
	}
	if fast := writers[c.Marshal.Name()]; fast != "" && c.Marshal.Pkg().Path() == pathGraphql {
		if fast == "Time" {
			return "exec.Time"
		}
		return fmt.Sprintf("exec.%s[%s]", fast, goType)
	}
	wrap := "Func"
	if c.Context {
		wrap = "ContextFunc"
	}
	out := fmt.Sprintf("exec.%s(%s)", wrap, e.im.Name(c.Marshal))
	if c.Cast != nil {
		cast := e.im.Type(c.Cast)
		return fmt.Sprintf("exec.Cast(%s, func(v %s) %s { return %s(v) })", out, goType, cast, cast)
	}
	return out
}

// plainly writes the call that adds a way to write a field without a Writer, where its values are of the usual kinds.
func (e *emitter) plainly(o *Object, f *Field) string {
	get := "o." + f.GoPath
	if f.Access == AccessMethod {
		get += "()"
	}
	body := e.plainBody(f.Type, get)
	if body == "" {
		return ""
	}
	return fmt.Sprintf(".\nPlainly(func(b []byte, o %s) ([]byte, bool) { %s })", e.ref(o), body)
}

// plainBody writes the statements that append what get gives, or nothing.
func (e *emitter) plainBody(t *Type, get string) string {
	if t.Elem != nil {
		if t.Elem.Elem != nil {
			return ""
		}
		body := e.plainBody(t.Elem, "v")
		if body == "" {
			return ""
		}
		return fmt.Sprintf("return exec.AppendList(b, %s, %t, func(b []byte, v %s) ([]byte, bool) { %s })", get, t.NonNull, e.goType(t.Elem), body)
	}
	if t.Form == FormPointer && !types.Identical(t.Go, t.Codec.Go) {
		value := "*p"
		if t.Codec.Append != nil {
			value = "p"
		}
		body := e.appends(t, value)
		if body == "" {
			return ""
		}
		return fmt.Sprintf("if p := %s; p != nil { %s }; return b, false", get, body)
	}
	if t.Form != FormValue {
		return ""
	}
	return e.appends(t, get)
}

// appends writes the statement that appends a value of the codec's Go type to b, or nothing.
func (e *emitter) appends(t *Type, value string) string {
	c := t.Codec
	switch {
	case c.Kind == CodecEnum:
		return fmt.Sprintf("return %s.Append(b, %s)", e.enums[c], value)
	case t.Enum != nil: // what it writes has to be looked at
		return ""
	case c.Append != nil:
		return fmt.Sprintf("return %s.AppendGQL(b), true", value)
	case c.Kind != CodecFuncs || c.Cast != nil || c.Marshal.Pkg().Path() != pathGraphql:
		return ""
	case t.Name == "Int" && beyond32(c.Go):
		return fmt.Sprintf("return exec.AppendInt32(b, %s)", value)
	}
	switch fast := writers[c.Marshal.Name()]; fast {
	case "String", "Int", "Boolean", "Time":
		return fmt.Sprintf("return exec.Append%s(b, %s)", fast, value)
	}
	return ""
}

// get writes an expression of type exec.Get for an input position.
func (e *emitter) get(t *Type) string {
	out := e.getBare(t)
	if t.Omittable {
		return "exec.OmittableFrom(" + out + ")"
	}
	return out
}

func (e *emitter) getBare(t *Type) string {
	if t.Elem != nil {
		return nullable("exec.ListFrom("+e.get(t.Elem)+")", t.NonNull)
	}
	if t.Kind == KindInput {
		out := "t.i" + t.Input.GoName + ".Get"
		if t.Form == FormPointer {
			return pointer(out, t.NonNull)
		}
		return nullable(out, t.NonNull)
	}
	out := e.codecGet(t.Codec)
	if t.Form == FormPointer && !types.Identical(t.Go, t.Codec.Go) {
		return pointer(out, t.NonNull)
	}
	return nullable(out, t.NonNull)
}

func pointer(get string, nonNull bool) string {
	if nonNull {
		return "exec.NewFrom(" + get + ")"
	}
	return "exec.PtrFrom(" + get + ")"
}

func nullable(get string, nonNull bool) string {
	if nonNull {
		return get
	}
	return "exec.NullFrom(" + get + ")"
}

func (e *emitter) codecGet(c *Codec) string {
	goType := e.im.Type(c.Go)
	switch {
	case c.Kind == CodecEnum:
		return e.enums[c] + ".Get"
	case c.Kind == CodecMethods && c.Context:
		return fmt.Sprintf("exec.ContextGQLFrom[%s]", goType)
	case c.Kind == CodecMethods:
		return fmt.Sprintf("exec.GQLFrom[%s]", goType)
	case c.Unmarshal == nil:
		e.fail(goType, "is only ever written and cannot be an argument")
		return "nil"
	}
	wrap := "From"
	if c.Context {
		wrap = "ContextFrom"
	}
	out := fmt.Sprintf("exec.%s(%s)", wrap, e.im.Name(c.Unmarshal))
	if c.Cast != nil {
		return fmt.Sprintf("exec.CastFrom(%s, func(v %s) %s { return %s(v) })", out, e.im.Type(c.Cast), goType, goType)
	}
	return out
}

// shape writes an expression of type exec.Shape.
func (e *emitter) shape(where string, t *Type) string {
	switch {
	case t.IsLeaf():
		return "exec.Leaves(" + e.put(t) + ")"
	case t.Elem != nil && t.Elem.Elem == nil && t.Elem.Kind == KindObject && t.Elem.Form == FormValue:
		return "exec.Values(t.o" + t.Elem.Object.GoName + ")"
	case t.Elem != nil:
		return "exec.Many(" + e.shape(where, t.Elem) + ")"
	case t.Kind == KindAbstract && t.Form == FormInterface:
		return "exec.Abstract(t.choose" + t.Abstract.GoName + ")"
	case t.Kind == KindObject && t.Form == FormValue:
		return "exec.Value(t.o" + t.Object.GoName + ")"
	case t.Kind == KindObject && (t.Form == FormPointer || t.Form == FormInterface):
		return "exec.One(t.o" + t.Object.GoName + ")"
	}
	e.fail(where, "objects cannot be held as %s", t.Go)
	return "nil"
}
