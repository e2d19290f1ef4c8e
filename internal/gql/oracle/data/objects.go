package data

import (
	"context"

	"kontrak/internal/gql/internal/fixture/scalar"
)

// Person has a field of every kind: some are the struct's, others are methods.
type Person struct {
	Ref
	Nick   string
	Score  float64
	Ratio  *float64
	Age    *int
	Status *Status
	Place  *scalar.Point
	Tags   []string
	Maybe  []*string
	Strict []int
	Grid   [][]*int
}

func newPerson(r Ref) *Person {
	return &Person{
		Ref: r, Nick: plain[string](r, "nick"), Score: plain[float64](r, "score"), Ratio: plain[*float64](r, "ratio"),
		Age: plain[*int](r, "age"), Status: plain[*Status](r, "status"), Place: plain[*scalar.Point](r, "place"),
		Tags: plain[[]string](r, "tags"), Maybe: plain[[]*string](r, "maybe"), Strict: plain[[]int](r, "strict"),
		Grid: plain[[][]*int](r, "grid"),
	}
}

// IsNode and its like mark what implements the interfaces.
func (*Person) IsNode()  {}
func (*Person) IsNamed() {}
func (*Person) IsFound() {}

// ID and its like are read off the person.
func (p *Person) ID() string            { return plain[string](p.Ref, "id") }
func (p *Person) Points() int           { return plain[int](p.Ref, "points") }
func (p *Person) Active() bool          { return plain[bool](p.Ref, "active") }
func (p *Person) Cube() [][][]float64   { return plain[[][][]float64](p.Ref, "cube") }
func (p *Person) Evens() []*int         { return plain[[]*int](p.Ref, "evens") }
func (p *Person) Boss() *Person         { return plain[*Person](p.Ref, "boss") }
func (p *Person) StrictBoss() *Person   { return plain[*Person](p.Ref, "strictBoss") }
func (p *Person) Circle() [][]*Person   { return plain[[][]*Person](p.Ref, "circle") }
func (p *Person) Node() Node            { return plain[Node](p.Ref, "node") }
func (p *Person) Found() (Found, error) { return plain[Found](p.Ref, "found"), nil }
func (p *Person) Denied() *string       { return plain[*string](p.Ref, "denied") }

// Even tells whether there is a value.
func (p *Person) Even() (int, bool) {
	n := plain[*int](p.Ref, "even")
	if n == nil {
		return 0, false
	}
	return *n, true
}

// Greet has arguments, and may fail.
func (p *Person) Greet(ctx context.Context, word string, times *int, list [][]int, at *scalar.Point) (*string, error) {
	return One[*string](ctx, p.data, p)
}

// Team is a node with an owner.
type Team struct{ Ref }

func (*Team) IsNode()  {}
func (*Team) IsNamed() {}
func (*Team) IsOwned() {}
func (*Team) IsThing() {}

// ID and its like are read off the team.
func (t *Team) ID() string     { return plain[string](t.Ref, "id") }
func (t *Team) Owner() *Person { return plain[*Person](t.Ref, "owner") }
func (t *Team) Status() Status { return plain[Status](t.Ref, "status") }
func (t *Team) All() []Thing   { return plain[[]Thing](t.Ref, "all") }

// Task is a node with an owner of some type.
type Task struct{ Ref }

func (*Task) IsNode()  {}
func (*Task) IsOwned() {}
func (*Task) IsFound() {}
func (*Task) IsThing() {}

// ID and its like are read off the task.
func (t *Task) ID() string      { return plain[string](t.Ref, "id") }
func (t *Task) Status() *Status { return plain[*Status](t.Ref, "status") }
func (t *Task) About() Thing    { return plain[Thing](t.Ref, "about") }

// Note is in the unions by value.
type Note struct{ Ref }

func (Note) IsFound() {}
func (Note) IsThing() {}

// Text and its like are read off the note.
func (n Note) Text() string { return plain[string](n.Ref, "text") }
func (n Note) Task() *Task  { return plain[*Task](n.Ref, "task") }
func (n Note) By() Named    { return plain[Named](n.Ref, "by") }
