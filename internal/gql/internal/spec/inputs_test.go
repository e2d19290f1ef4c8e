package spec_test

import (
	"context"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/exec"
)

// given is a value that tells whether it was given; null is one too.
type given[V any] = graphql.Omittable[V]

type (
	echoArgs struct {
		Int     given[*int32]     `json:"int,omitzero"`
		Float   given[*float64]   `json:"float,omitzero"`
		String  given[*string]    `json:"string,omitzero"`
		Boolean given[*bool]      `json:"boolean,omitzero"`
		ID      given[*string]    `json:"id,omitzero"`
		Color   given[*string]    `json:"color,omitzero"`
		Even    given[*int]       `json:"even,omitzero"`
		Any     given[any]        `json:"any,omitzero"`
		Ints0   given[[]*int32]   `json:"ints0,omitzero"`
		Ints2   given[[]int32]    `json:"ints2,omitzero"`
		Grid0   given[[][]*int32] `json:"grid0,omitzero"`
		Colors2 given[[]string]   `json:"colors2,omitzero"`
		Spot    given[inputMap]   `json:"spot,omitzero"`
		Spots2  given[[]inputMap] `json:"spots2,omitzero"`
		Which   given[inputMap]   `json:"which,omitzero"`
	}
	defaultArgs struct {
		Seven given[*int32]     `json:"seven,omitzero"`
		None  given[*int32]     `json:"none,omitzero"`
		Must  given[int32]      `json:"must,omitzero"`
		List  given[[]int32]    `json:"list,omitzero"`
		One   given[[][]*int32] `json:"one,omitzero"`
		Spot  given[inputMap]   `json:"spot,omitzero"`
		Color given[*string]    `json:"color,omitzero"`
		Float given[*float64]   `json:"float,omitzero"`
	}
	needArgs struct {
		Int  int32          `json:"int"`
		Ints given[[]int32] `json:"ints,omitzero"`
	}
	inputMap = map[string]any
)

var (
	intIn   = exec.From(graphql.UnmarshalInt32)
	strIn   = exec.From(graphql.UnmarshalString)
	idIn    = exec.From(graphql.UnmarshalID)
	floatIn = exec.From(graphql.UnmarshalFloat)
	boolIn  = exec.From(graphql.UnmarshalBoolean)
	evenIn  = exec.From(unmarshalEven)
	gridIn  = exec.NullFrom(exec.ListFrom(exec.NullFrom(exec.ListFrom(exec.PtrFrom(intIn)))))
)

// anyIn keeps null.
func anyIn(_ context.Context, v any) (any, error) { return v, nil }

func opt[A, V any](name string, at func(*A) *given[V], get exec.Get[V]) exec.Argument[A] {
	return exec.Arg(name, at, exec.OmittableFrom(get))
}

func (t *types) echoArgs() []exec.Argument[echoArgs] {
	spot := exec.NullFrom(t.spot.Get)
	return []exec.Argument[echoArgs]{
		opt("int", func(a *echoArgs) *given[*int32] { return &a.Int }, exec.PtrFrom(intIn)),
		opt("float", func(a *echoArgs) *given[*float64] { return &a.Float }, exec.PtrFrom(floatIn)),
		opt("string", func(a *echoArgs) *given[*string] { return &a.String }, exec.PtrFrom(strIn)),
		opt("boolean", func(a *echoArgs) *given[*bool] { return &a.Boolean }, exec.PtrFrom(boolIn)),
		opt("id", func(a *echoArgs) *given[*string] { return &a.ID }, exec.PtrFrom(idIn)),
		opt("color", func(a *echoArgs) *given[*string] { return &a.Color }, exec.PtrFrom(color.Get)),
		opt("even", func(a *echoArgs) *given[*int] { return &a.Even }, exec.PtrFrom(evenIn)),
		opt("any", func(a *echoArgs) *given[any] { return &a.Any }, anyIn),
		opt("ints0", func(a *echoArgs) *given[[]*int32] { return &a.Ints0 }, exec.NullFrom(exec.ListFrom(exec.PtrFrom(intIn)))),
		opt("ints2", func(a *echoArgs) *given[[]int32] { return &a.Ints2 }, exec.NullFrom(exec.ListFrom(intIn))),
		opt("grid0", func(a *echoArgs) *given[[][]*int32] { return &a.Grid0 }, gridIn),
		opt("colors2", func(a *echoArgs) *given[[]string] { return &a.Colors2 }, exec.NullFrom(exec.ListFrom(color.Get))),
		opt("spot", func(a *echoArgs) *given[inputMap] { return &a.Spot }, spot),
		opt("spots2", func(a *echoArgs) *given[[]inputMap] { return &a.Spots2 }, exec.NullFrom(exec.ListFrom(t.spot.Get))),
		opt("which", func(a *echoArgs) *given[inputMap] { return &a.Which }, exec.NullFrom(t.which.Get)),
	}
}

func (t *types) defaultArgs() []exec.Argument[defaultArgs] {
	return []exec.Argument[defaultArgs]{
		opt("seven", func(a *defaultArgs) *given[*int32] { return &a.Seven }, exec.PtrFrom(intIn)),
		opt("none", func(a *defaultArgs) *given[*int32] { return &a.None }, exec.PtrFrom(intIn)),
		opt("must", func(a *defaultArgs) *given[int32] { return &a.Must }, intIn),
		opt("list", func(a *defaultArgs) *given[[]int32] { return &a.List }, exec.NullFrom(exec.ListFrom(intIn))),
		opt("one", func(a *defaultArgs) *given[[][]*int32] { return &a.One }, gridIn),
		opt("spot", func(a *defaultArgs) *given[inputMap] { return &a.Spot }, exec.NullFrom(t.spot.Get)),
		opt("color", func(a *defaultArgs) *given[*string] { return &a.Color }, exec.PtrFrom(color.Get)),
		opt("float", func(a *defaultArgs) *given[*float64] { return &a.Float }, exec.PtrFrom(floatIn)),
	}
}

func needed() []exec.Argument[needArgs] {
	return []exec.Argument[needArgs]{
		exec.Arg("int", func(a *needArgs) *int32 { return &a.Int }, intIn),
		opt("ints", func(a *needArgs) *given[[]int32] { return &a.Ints }, exec.NullFrom(exec.ListFrom(intIn))),
	}
}

// inputs fills the input types.
func (t *types) inputs() {
	ints := exec.NullFrom(exec.ListFrom(intIn))
	t.spot.Fields(
		exec.Key("x", intIn), exec.Key("y", exec.PtrFrom(intIn)), exec.Key("need", boolIn), exec.Key("even", exec.PtrFrom(evenIn)),
		exec.Key("color", exec.PtrFrom(color.Get)), exec.Key("tags", exec.NullFrom(exec.ListFrom(strIn))), exec.Key("grid", gridIn),
		exec.Key("deep", exec.NullFrom(t.spot.Get)), exec.Key("deeper", exec.NullFrom(exec.ListFrom(t.spot.Get))),
		exec.Key("which", exec.NullFrom(t.which.Get)),
	)
	t.which.Fields(
		exec.Key("id", exec.PtrFrom(idIn)), exec.Key("name", exec.PtrFrom(strIn)), exec.Key("ids", exec.NullFrom(exec.ListFrom(idIn))),
		exec.Key("spot", exec.NullFrom(t.spot.Get)),
	)
	t.fading.Fields(exec.Key("new", exec.PtrFrom(intIn)), exec.Key("old", exec.PtrFrom(intIn)), exec.Key("older", ints))
}
