package spec_test

import (
	"context"

	"kontrak/internal/gql/graphql/exec"
)

// boxes fills the table of Box.
func (t *types) boxes() {
	k := t.k
	t.box.Fields(append(t.links(),
		leaf(k, "string", func(o *thing) *string { return o.String }, strOut),
		leaf(k, "int", func(o *thing) *int64 { return o.Int }, intOut),
		leaf(k, "float", func(o *thing) *number { return o.Float }, float),
		leaf(k, "boolean", func(o *thing) *bool { return o.Boolean }, boolOf),
		leaf(k, "id", func(o *thing) *string { return o.ID }, strOut),
		leaf(k, "color", func(o *thing) *string { return o.Color }, colOut),
		leaf(k, "even", func(o *thing) *int { return o.Even }, even),
		leaf(k, "any", func(o *thing) any { return o.Any }, anyOut),
		leaf(k, "strictString", func(o *thing) *string { return o.String }, strOut),
		leaf(k, "strictInt", func(o *thing) *int64 { return o.Int }, intOut),
		leaf(k, "strictColor", func(o *thing) *string { return o.Color }, colOut),
		leaf(k, "strictEven", func(o *thing) *int { return o.Even }, even),

		leaf(k, "ints0", func(o *thing) []*int64 { return o.Ints0 }, exec.List(intOut, false, false)),
		leaf(k, "ints1", func(o *thing) []*int64 { return o.Ints1 }, exec.List(intOut, true, false)),
		leaf(k, "ints2", func(o *thing) []*int64 { return o.Ints2 }, exec.List(intOut, false, true)),
		leaf(k, "ints3", func(o *thing) []*int64 { return o.Ints3 }, exec.List(intOut, true, true)),
		leaf(k, "evens0", func(o *thing) []*int { return o.Evens0 }, exec.List(even, false, false)),
		leaf(k, "evens1", func(o *thing) []*int { return o.Evens1 }, exec.List(even, true, false)),
		leaf(k, "evens2", func(o *thing) []*int { return o.Evens2 }, exec.List(even, false, true)),
		leaf(k, "evens3", func(o *thing) []*int { return o.Evens3 }, exec.List(even, true, true)),
		leaf(k, "colors0", func(o *thing) []*string { return o.Colors0 }, exec.List(colOut, false, false)),
		leaf(k, "grid0", func(o *thing) [][]*int64 { return o.Grid0 }, exec.List(exec.List(intOut, false, false), false, false)),
		leaf(k, "grid2", func(o *thing) [][]*int64 { return o.Grid2 }, exec.List(exec.List(intOut, false, true), false, false)),
		leaf(k, "grid3", func(o *thing) [][]*int64 { return o.Grid3 }, exec.List(exec.List(intOut, true, true), false, true)),
		leaf(k, "evenGrid2", func(o *thing) [][]*int { return o.EvenGrid2 }, exec.List(exec.List(even, false, true), false, false)),
	)...)
}

// links are the fields of Box that hold objects, and those with arguments.
func (t *types) links() []exec.Field[*thing] {
	k, box, choice := t.k, exec.One(t.box), t.choice()
	return []exec.Field[*thing]{
		link(k, "box", func(o *thing) *thing { return o.Box }, box),
		link(k, "strictBox", func(o *thing) *thing { return o.Box }, box),
		link(k, "boxes0", func(o *thing) []*thing { return o.Boxes0 }, exec.Many(box)),
		link(k, "boxes1", func(o *thing) []*thing { return o.Boxes1 }, exec.Many(box)),
		link(k, "boxes2", func(o *thing) []*thing { return o.Boxes2 }, exec.Many(box)),
		link(k, "boxes3", func(o *thing) []*thing { return o.Boxes3 }, exec.Many(box)),
		link(k, "shelf0", func(o *thing) [][]*thing { return o.Shelf0 }, exec.Many(exec.Many(box))),
		link(k, "shelf2", func(o *thing) [][]*thing { return o.Shelf2 }, exec.Many(exec.Many(box))),
		link(k, "shelf3", func(o *thing) [][]*thing { return o.Shelf3 }, exec.Many(exec.Many(box))),

		link(k, "node", func(o *thing) *thing { return o.Node }, choice),
		link(k, "named", func(o *thing) *thing { return o.Named }, choice),
		link(k, "pet", func(o *thing) *thing { return o.Pet }, choice),
		link(k, "strictPet", func(o *thing) *thing { return o.Pet }, choice),
		link(k, "animal", func(o *thing) *thing { return o.Animal }, choice),
		link(k, "found", func(o *thing) *thing { return o.Found }, choice),
		link(k, "nodes", func(o *thing) []*thing { return o.Nodes }, exec.Many(choice)),
		link(k, "pets0", func(o *thing) []*thing { return o.Pets0 }, exec.Many(choice)),
		link(k, "pets2", func(o *thing) []*thing { return o.Pets2 }, exec.Many(choice)),
		link(k, "packs0", func(o *thing) [][]*thing { return o.Packs0 }, exec.Many(exec.Many(choice))),
		link(k, "packs2", func(o *thing) [][]*thing { return o.Packs2 }, exec.Many(exec.Many(choice))),

		field(k, "echo", func(_ context.Context, _ *thing, a *echoArgs) any { return a }, exec.Leaves(anyOut), t.echoArgs()...),
		field(k, "defaults", func(_ context.Context, _ *thing, a *defaultArgs) any { return a }, exec.Leaves(anyOut), t.defaultArgs()...),
		field(k, "need", func(_ context.Context, _ *thing, a *needArgs) any { return a }, exec.Leaves(anyOut), needed()...),
		field(k, "strictNeed", func(_ context.Context, _ *thing, a *needArgs) int32 { return a.Int }, exec.Leaves(exec.Int[int32]), needed()[:1]...),
	}
}

// pets fills the tables of the types that interfaces and unions choose among.
func (t *types) pets() {
	k := t.k
	id := leaf(k, "id", func(o *thing) *string { return o.ID }, strOut)
	name := leaf(k, "name", func(o *thing) *string { return o.Name }, strOut)
	nick := leaf(k, "nick", func(o *thing) *string { return o.Nick }, strOut)
	t.dog.Fields(
		id, name, nick,
		link(k, "friend", func(o *thing) *thing { return o.Friend }, t.choice()),
		leaf(k, "barks", func(o *thing) *bool { return o.Barks }, boolOf),
		field(k, "size", func(_ context.Context, o *thing, a *sizeArgs) *string {
			if o.Size == nil || a.Unit == nil {
				return o.Size
			}
			with := *o.Size + " " + *a.Unit
			return &with
		}, exec.Leaves(strOut), exec.Arg("unit", func(a *sizeArgs) **string { return &a.Unit }, exec.PtrFrom(color.Get))),
	)
	t.cat.Fields(
		id, name, nick,
		link(k, "friend", func(o *thing) *thing { return o.Friend }, exec.One(t.cat)),
		leaf(k, "lives", func(o *thing) *int64 { return o.Lives }, intOut),
		leaf(k, "size", func(o *thing) *string { return o.Size }, strOut),
	)
	t.rock.Fields(id, leaf(k, "weight", func(o *thing) *number { return o.Weight }, float))
}

type sizeArgs struct{ Unit *string }
