package world

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"entgo.io/ent/dialect"

	"kontrak/ent"
)

// maxArguments bounds the arguments of one INSERT. Larger ones are hardly
// faster, and SQLite takes 32,766 at most.
const maxArguments = 1500

// table is a list of rows of any type.
type table interface {
	label() string
	size() int
	// numbered tells whether the rows have ids, from 1 on.
	numbered() bool
	insert(ctx context.Context, tx *ent.Tx, dialect string) error
}

// list holds rows of one table in the form in which ent reads them, so that the
// columns are declared in ent/schema alone.
type list[T any] struct {
	name    string
	columns []string
	rows    []*T
	next    func(table string) int64
}

func listOf[T any](name string, columns []string, next func(string) int64) list[T] {
	return list[T]{name: name, columns: columns, next: next}
}

// add gives the row an id and keeps it.
func (l *list[T]) add(row *T) *T {
	reflect.ValueOf(row).Elem().FieldByName("ID").SetInt(l.next(l.name))
	l.rows = append(l.rows, row)
	return row
}

func (l *list[T]) label() string  { return l.name }
func (l *list[T]) size() int      { return len(l.rows) }
func (l *list[T]) numbered() bool { return true }

// insert stores the rows, many per statement. ent's own bulk insert does the
// same several times slower. The numbers of rows per statement are powers of
// two, so that few texts serve every length and stay prepared.
func (l *list[T]) insert(ctx context.Context, tx *ent.Tx, dialect string) error {
	if len(l.rows) == 0 {
		return nil
	}
	places := placesOf(reflect.TypeFor[T](), l.columns)
	most := 1
	for most*2*len(l.columns) <= maxArguments {
		most *= 2
	}
	args := make([]any, 0, most*len(l.columns))
	for rest := l.rows; len(rest) > 0; {
		n := most
		for n > len(rest) {
			n /= 2
		}
		args = args[:0]
		for _, row := range rest[:n] {
			args = appendValues(args, reflect.ValueOf(row).Elem(), places)
		}
		if _, err := tx.ExecContext(ctx, insertText(l.name, l.columns, n, dialect), args...); err != nil {
			return fmt.Errorf("world: insert into %s: %w", l.name, err)
		}
		rest = rest[n:]
	}
	return nil
}

// placesOf gives, for each column, the index of the field of ent's struct that
// holds it: the exported fields but Edges, in the order of the columns.
func placesOf(t reflect.Type, columns []string) []int {
	if known, ok := placesByType.Load(t); ok {
		return known.([]int)
	}
	var places []int
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Name == "Edges" {
			continue
		}
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if len(places) >= len(columns) || (tag != "-" && tag != columns[len(places)]) {
			panic(fmt.Sprintf("world: field %s of %s is not the column that stands there", f.Name, t))
		}
		places = append(places, i)
	}
	placesByType.Store(t, places)
	return places
}

var placesByType sync.Map // reflect.Type → []int

func appendValues(args []any, row reflect.Value, places []int) []any {
	for _, i := range places {
		args = append(args, columnValue(row.Field(i)))
	}
	return args
}

// columnValue gives a field as the drivers take it, the same as ent gives it.
func columnValue(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case json.RawMessage:
		return []byte(x)
	case time.Time:
		return x
	case *time.Time:
		if x == nil {
			return nil
		}
		return *x
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return columnValue(v.Elem())
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Bool:
		return v.Bool()
	case reflect.Float64:
		return v.Float()
	case reflect.Slice:
		return jsonOf(v)
	}
	panic(fmt.Sprintf("world: no column is of type %s", v.Type()))
}

// jsonOf encodes a list that always encodes; none is an empty one.
func jsonOf(list reflect.Value) []byte {
	if list.IsNil() {
		return []byte("[]")
	}
	text, _ := json.Marshal(list.Interface())
	return text
}

// insertText gives INSERT INTO name (columns) VALUES (…), … for n rows.
func insertText(name string, columns []string, n int, d string) string {
	var b strings.Builder
	b.WriteString(`INSERT INTO "` + name + `" ("` + strings.Join(columns, `", "`) + `") VALUES `)
	argument := 0
	for row := range n {
		if row > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for column := range columns {
			if column > 0 {
				b.WriteString(", ")
			}
			argument++
			if d == dialect.Postgres {
				b.WriteByte('$')
				b.WriteString(strconv.Itoa(argument))
			} else {
				b.WriteByte('?')
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}
