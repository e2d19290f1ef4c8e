package world

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Absent is how something that was not given is written among arguments.
const Absent = "-"

// Quote writes a text among arguments.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// Number writes a floating point number among arguments, by its bits: two languages need not agree on decimals. Minus
// zero is zero, for only one of them has it as a whole number.
func Number(f float64) string { return fmt.Sprintf("%016x", math.Float64bits(f+0)) }

// Any writes what a client sent for a scalar that takes everything.
func Any(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case string:
		return Quote(v)
	case json.Number:
		f, _ := strconv.ParseFloat(string(v), 64)
		return Number(f)
	case int64:
		return Number(float64(v))
	case float64:
		return Number(v)
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = Any(item)
		}
		return List(items)
	case map[string]any:
		var fields []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			fields = append(fields, name+":"+Any(v[name]))
		}
		return Fields(fields)
	default:
		panic(fmt.Sprintf("world: a value of type %T", v))
	}
}

// List writes a list whose elements are written.
func List(items []string) string { return "[" + strings.Join(items, ",") + "]" }

// Fields writes an object whose fields are written as name:value.
func Fields(fields []string) string { return "{" + strings.Join(fields, ",") + "}" }
