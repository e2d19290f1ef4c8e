// Package data holds the oracle's world in Go types, as programs hold theirs: structs with fields and methods, enums
// whose Go values are not the schema's, interfaces. The generator binds the schema with every kind of type to them.
package data

import (
	"fmt"
	"reflect"
	"strings"

	"kontrak/internal/gql/internal/fixture/scalar"
	"kontrak/internal/gql/oracle/world"
)

// Status is an enum whose Go values differ from those of the schema: they are in small letters.
type Status string

// The statuses, and what is none.
const (
	StatusOpen   Status = "open"
	StatusDone   Status = "done"
	StatusGone   Status = "gone"
	statusBroken Status = "broken"
)

// Node, Named, Owned, Found and Thing are the Go side of the schema's interfaces and unions.
type (
	Node  interface{ IsNode() }
	Named interface {
		IsNode()
		IsNamed()
	}
	Owned interface{ IsOwned() }
	Found interface{ IsFound() }
	Thing interface{ IsThing() }
)

// stranger could be anything by its methods, and is nothing that the schema knows.
type stranger struct{}

func (stranger) IsNode()  {}
func (stranger) IsNamed() {}
func (stranger) IsOwned() {}
func (stranger) IsFound() {}
func (stranger) IsThing() {}

// Data turns what the world says into Go values.
type Data struct {
	*world.World
	// Make makes the Go value of an object, by the name of its type.
	Make map[string]func(hash uint32) any
}

// New makes the data of a world. More makes objects whose Go types this package does not know.
func New(w *world.World, more map[string]func(d *Data, hash uint32) any) *Data {
	d := &Data{World: w}
	d.Make = map[string]func(uint32) any{
		"Person": func(h uint32) any { return newPerson(Ref{d, "Person", h}) },
		"Team":   func(h uint32) any { return &Team{Ref: Ref{d, "Team", h}} },
		"Task":   func(h uint32) any { return &Task{Ref: Ref{d, "Task", h}} },
		"Note":   func(h uint32) any { return Note{Ref: Ref{d, "Note", h}} },
	}
	for name, f := range more {
		d.Make[name] = func(h uint32) any { return f(d, h) }
	}
	return d
}

// Ref is what an object is worked out from.
type Ref struct {
	data *Data
	typ  string
	hash uint32
}

func (r Ref) ref() Ref { return r }

// plain is the value of a field that is read off its parent.
func plain[T any](r Ref, field string) T {
	return FieldOf[T](r.data, r.typ, field, r.hash)
}

// FieldOf is the value of a field without arguments.
func FieldOf[T any](d *Data, typ, field string, parent uint32) T {
	f := d.Schema.Types[typ].Fields.ForName(field)
	return as[T](d, d.Value(f.Type, world.Of(parent, field, "")))
}

// as gives a value the Go type T.
func as[T any](d *Data, v any) (out T) {
	d.fill(reflect.ValueOf(&out).Elem(), v)
	return out
}

func (d *Data) fill(to reflect.Value, v any) {
	switch v := v.(type) {
	case nil:
		return
	case world.Object:
		d.object(to, reflect.ValueOf(d.Make[v.Type](v.Hash)))
		return
	case world.Stranger:
		to.Set(reflect.ValueOf(stranger{}))
		return
	case []any:
		to.Set(reflect.MakeSlice(to.Type(), len(v), len(v)))
		for i, item := range v {
			d.fill(to.Index(i), item)
		}
		return
	}
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	leaf(to, v)
}

// object puts an object where its pointer or its value is wanted.
func (d *Data) object(to, o reflect.Value) {
	if o.Kind() == reflect.Struct && to.Kind() == reflect.Pointer {
		p := reflect.New(o.Type())
		p.Elem().Set(o)
		o = p
	}
	to.Set(o)
}

func leaf(to reflect.Value, v any) {
	switch dst := to.Addr().Interface().(type) {
	case *Status:
		*dst = statusBroken
		if name, ok := v.(string); ok {
			*dst = Status(strings.ToLower(name))
		}
		return
	case *scalar.Point:
		if err := dst.UnmarshalGQL(v); err != nil {
			panic(err)
		}
		return
	}
	switch v := v.(type) {
	case world.Unwritable:
		to.SetString("BROKEN")
	case bool:
		to.SetBool(v)
	case int64:
		to.SetInt(v)
	case float64:
		to.SetFloat(v)
	case string:
		if to.Kind() == reflect.Interface {
			to.Set(reflect.ValueOf(v))
			return
		}
		to.SetString(v)
	default:
		panic(fmt.Sprintf("data: a value of type %T", v))
	}
}
