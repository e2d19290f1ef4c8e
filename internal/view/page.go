package view

// Page is one page of a list, in the form that both a connection of the graph
// and a numbered page of REST are made from.
type Page[T any] struct {
	Items []*T
	// Cursors stand beside the items: the opaque position of each.
	Cursors []string
	// Total counts the whole list; nil when it was not asked for.
	Total *int64
	// HasNext and HasPrevious tell whether there is more on either side.
	HasNext     bool
	HasPrevious bool
}
