package data

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/internal/fixture/scalar"
	"kontrak/internal/gql/oracle/world"
)

// object is a value that knows what it is worked out from.
type object interface{ ref() Ref }

// Root answers a root field.
func Root[T any](ctx context.Context, d *Data) (T, error) {
	return answer[T](ctx, d, world.Seed(ctx))
}

// One answers a field of one parent.
func One[T any](ctx context.Context, d *Data, parent object) (T, error) {
	return answer[T](ctx, d, parent.ref().hash)
}

// answer fails in the ways of resolvers: some failures are panics.
func answer[T any](ctx context.Context, d *Data, hash uint32) (out T, err error) {
	fc := graphql.GetFieldContext(ctx)
	h := world.Of(hash, fc.Field.Name, d.written(fc))
	if world.Fails(h) {
		if world.Mix(h, 9)%4 == 0 {
			panic("thrown")
		}
		return out, world.ErrThrown
	}
	return as[T](d, d.Value(fc.Field.Definition.Type, h)), nil
}

// All answers a field of many parents, or fails for some or all of them in every way there is.
func All[T any, P object](ctx context.Context, d *Data, parents []P) ([]T, error) {
	fc := graphql.GetFieldContext(ctx)
	text, seed := d.written(fc), world.Seed(ctx)
	if world.FailsForAll(seed, fc.Object, fc.Field.Name, text) {
		switch world.Text(seed, fc.Field.Name) % 4 {
		case 0:
			panic("thrown")
		case 1:
			return make([]T, len(parents)+1), nil
		case 2:
			return make([]T, len(parents)), graphql.BatchErrorList(make([]error, len(parents)+1))
		}
		return nil, world.ErrThrown
	}
	out, errs, failed := make([]T, len(parents)), make(graphql.BatchErrorList, len(parents)), false
	for i, p := range parents {
		h := world.Of(p.ref().hash, fc.Field.Name, text)
		if world.Fails(h) {
			errs[i], failed = world.ErrThrown, true
			continue
		}
		out[i] = as[T](d, d.Value(fc.Field.Definition.Type, h))
	}
	if failed {
		return out, errs
	}
	return out, nil
}

// written writes the arguments of a field, which the generated code has decoded. Go types of arguments do not tell what
// was not given from null.
func (d *Data) written(fc *graphql.FieldContext) string {
	var fields []string
	for _, def := range fc.Field.Definition.Arguments {
		fields = append(fields, def.Name+":"+d.write(def.Type, reflect.ValueOf(fc.Args[def.Name])))
	}
	return strings.Join(fields, ",")
}

// omittable is a graphql.Omittable of any type.
type omittable interface{ IsSet() bool }

func (d *Data) write(t *ast.Type, v reflect.Value) string {
	if v.IsValid() {
		if o, ok := v.Interface().(omittable); ok {
			if !o.IsSet() {
				return world.Absent
			}
			v = v.MethodByName("Value").Call(nil)[0]
		}
	}
	switch {
	case !v.IsValid(), v.Kind() == reflect.Pointer && v.IsNil(), v.Kind() == reflect.Interface && v.IsNil():
		return "null"
	case v.Kind() == reflect.Slice && v.IsNil() && !t.NonNull && t.Elem != nil:
		return "null"
	case v.Kind() == reflect.Pointer, v.Kind() == reflect.Interface:
		return d.write(t, v.Elem())
	}
	if t.Elem != nil {
		items := make([]string, v.Len())
		for i := range items {
			items[i] = d.write(t.Elem, v.Index(i))
		}
		return world.List(items)
	}
	return d.writeNamed(t.NamedType, v)
}

func (d *Data) writeNamed(name string, v reflect.Value) string {
	switch value := v.Interface().(type) {
	case scalar.Point:
		return strconv.Itoa(value.X) + "," + strconv.Itoa(value.Y)
	case Status:
		return strings.ToUpper(string(value))
	}
	switch name {
	case "Anything":
		return world.Any(v.Interface())
	case "String", "ID":
		return world.Quote(v.String())
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Float64:
		return world.Number(v.Float())
	case reflect.String:
		return v.String()
	case reflect.Struct:
		return d.writeInput(name, v)
	default:
		return strconv.FormatInt(v.Int(), 10)
	}
}

// writeInput writes an input object, whose Go fields have the schema's names in their tags.
func (d *Data) writeInput(typ string, v reflect.Value) string {
	var fields []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		def := d.Schema.Types[typ].Fields.ForName(name)
		fields = append(fields, name+":"+d.write(def.Type, v.Field(i)))
	}
	return world.Fields(fields)
}
