// Package view holds the Go types of the graph.
package view

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"kontrak/shop/graph/model"
	"kontrak/shop/life"
)

type Node interface{ IsNode() }

type Base struct {
	Author string
	deep
}

type deep struct{ Inner int32 }

type Item struct {
	ID         string
	Number     int
	Name       string
	Note       *string
	OddName    string
	Other      string `gql:"tagged"`
	Status     life.Status
	Statuses   []life.Status
	Level      *int
	Color      model.Color
	Favourites []model.Color
	Day        Day
	Days       []Day
	Day2       *Day
	Zone       *time.Location
	Made       time.Time
	Seen       *time.Time
	Price      *Money
	Prices     []Money
	Secret     Secret
	Code       Code
	Codes      []*Code
	Total      int64
	Count      int
	Ratio      float64
	Ratios     []*float64
	Open       bool
	Data       map[string]any
	Any        any
	Parent     *Item
	Children   []*Item
	Values     []Part
	Part       Part
	PartPtr    *Part
	Grid       [][]*Item
	Face       Face
	Faces      []Face
	Node       Node
	Founds     []model.Found
	*Base
}

func (*Item) IsNode()   {}
func (*Item) IsPriced() {}
func (*Item) IsFound()  {}

func (i *Item) Computed(times int32) string { return strings.Repeat(i.Name, int(times)) }

func (i *Item) Context(ctx context.Context) (string, error) { return "ctx " + i.ID, ctx.Err() }

func (i Item) Maybe() (string, bool) { return "yes", i.Open }

func (i *Item) MaybeItem() (*Item, bool) { return i.Parent, i.Parent != nil }

func (i *Item) Broken() (*int32, error) { return nil, errors.New("broken " + i.ID) }

func (i *Item) Wrapped() *string { return &i.Name }

type Part struct {
	Name string
	Item *Item
}

type Face interface {
	Label() string
	Size(ctx context.Context, scale *int32) (int32, error)
	IsFound()
}

type RoundFace struct{ Radius int32 }

func (f RoundFace) Label() string { return "round" }
func (f RoundFace) IsFound()      {}
func (f RoundFace) Size(_ context.Context, scale *int32) (int32, error) {
	return f.Radius * *scale, nil
}

type Day struct{ Year, Month, Day int }

type Money struct{ Value int64 }

func (m Money) MarshalGQL(w io.Writer) {
	io.WriteString(w, strconv.Quote("$"+strconv.FormatInt(m.Value, 10)))
}

func (m Money) AppendGQL(b []byte) []byte { return strconv.AppendQuote(b, "$"+strconv.FormatInt(m.Value, 10)) }

func (m *Money) UnmarshalGQL(v any) (err error) {
	s, _ := v.(string)
	m.Value, err = strconv.ParseInt(strings.TrimPrefix(s, "$"), 10, 64)
	return err
}

type Secret string

func (s *Secret) MarshalGQLContext(ctx context.Context, w io.Writer) error {
	if *s == "" {
		return errors.New("no secret")
	}
	_, err := io.WriteString(w, strconv.Quote(strings.Repeat("*", len(*s))))
	return err
}

func (s *Secret) UnmarshalGQLContext(ctx context.Context, v any) error {
	*s = Secret(fmt.Sprint(v))
	return nil
}

type Code string
