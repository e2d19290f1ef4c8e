package exec

// rowColumn is what a node found, whatever its Go type.
type rowColumn interface {
	// boxed returns a row as an interface value.
	boxed(row int32) any
	// slotOf returns the slot of the node's edge that a row fills.
	slotOf(row int32) int32
	count() int
	// bytes is the memory kept.
	bytes() int
	// reset forgets all rows but keeps the memory.
	reset()
}

// column is the objects of one node in the order they were found, and the slot that each one fills.
type column[P comparable] struct {
	rows []P
	up   []int32
}

func (c *column[P]) boxed(row int32) any    { return c.rows[row] }
func (c *column[P]) slotOf(row int32) int32 { return c.up[row] }
func (c *column[P]) count() int             { return len(c.rows) }
func (c *column[P]) bytes() int             { return 12*cap(c.rows) + 4*cap(c.up) }

// add puts an object, or null, into the next slot of an edge that leads to this column alone.
func (c *column[P]) add(s *Sink, v P) {
	var null P
	if v == null {
		s.s.slot = append(s.s.slot, -1)
		return
	}
	c.up = append(c.up, int32(len(s.s.slot)))
	s.s.slot = append(s.s.slot, int32(len(c.rows)))
	c.rows = append(c.rows, v)
}

func (c *column[P]) reset() {
	clear(c.rows)
	c.rows, c.up = c.rows[:0], c.up[:0]
}

// valueColumn is the values of a leaf field that was resolved in phase one; row and slot are the same.
type valueColumn[V any] struct{ values []V }

func (c *valueColumn[V]) boxed(row int32) any    { return c.values[row] }
func (c *valueColumn[V]) slotOf(row int32) int32 { return row }
func (c *valueColumn[V]) count() int             { return len(c.values) }
func (c *valueColumn[V]) bytes() int             { return 16 * cap(c.values) }

func (c *valueColumn[V]) reset() {
	clear(c.values)
	c.values = c.values[:0]
}

// slots say what an edge found for each of its parents.
//
// Without lists slot has one entry per parent: a row of the child node, or -1 for null. With lists off has one array
// per level, each with the start of every list and at last the end of all; a negative entry is the complement of the
// start of a list that is null. The innermost lists' elements are the entries of slot.
type slots struct {
	slot []int32
	kind []uint16 // of abstract types: which child node the slot's row belongs to
	off  [][]int32

	errs    map[int32][]error // by parent
	all     []error           // the same errors at every parent
	allMet  bool              // they were reported at one at least
	elems   map[int32]error   // by slot, in lists
	nonNull map[int32]bool    // by parent: MarkNonNull was called
	ctxs    []rowContext      // by parent, of observed fields
	args    any               // the decoded arguments
	sink    Sink
}

func (s *slots) reset() {
	s.slot, s.kind = s.slot[:0], s.kind[:0]
	for i := range s.off {
		s.off[i] = s.off[i][:0]
	}
	clear(s.ctxs)
	s.errs, s.all, s.elems, s.nonNull, s.ctxs, s.args = nil, nil, nil, nil, s.ctxs[:0], nil
	s.sink, s.allMet = Sink{}, false
}

// fail keeps an error at a parent.
func (s *slots) fail(parent int32, err error) {
	if s.errs == nil {
		s.errs = map[int32][]error{}
	}
	s.errs[parent] = append(s.errs[parent], err)
}

// firstError is the error of the first parent that failed, or nil.
func (s *slots) firstError() error {
	first := int32(-1)
	for parent := range s.errs {
		if first < 0 || parent < first {
			first = parent
		}
	}
	if first < 0 {
		return nil
	}
	return s.errs[first][0]
}

// frame is the memory of one execution; plans keep used ones.
type frame struct {
	cols  []rowColumn
	slots []slots
	w     Writer
	rows  int
}

// maxKept is the size in bytes above which a frame is not kept.
const maxKept = 1 << 20

func (p *plan) take() *frame {
	if f, ok := p.frames.Get().(*frame); ok {
		if f.w.b == nil {
			f.w.b = p.buffer()
		}
		return f
	}
	f := &frame{cols: make([]rowColumn, len(p.nodes)), slots: make([]slots, len(p.edges))}
	for i, n := range p.nodes {
		f.cols[i] = n.newColumn()
	}
	for i, e := range p.edges {
		f.slots[i].off = make([][]int32, e.depth)
	}
	f.w.b, f.w.sub = p.buffer(), make([]int, 0, 8)
	return f
}

// buffer makes room for a response as long as the last one.
func (p *plan) buffer() []byte { return make([]byte, 0, 1024+p.length.Load()) }

func (p *plan) give(f *frame) {
	if cap(f.w.b) > maxKept {
		f.w.b = nil // the next response makes room for itself
	}
	size := cap(f.w.b)
	for _, c := range f.cols {
		c.reset()
		size += c.bytes()
	}
	for i := range f.slots {
		f.slots[i].reset()
	}
	if size > maxKept {
		return
	}
	f.w = Writer{b: f.w.b[:0], sub: f.w.sub[:0], pathFn: f.w.pathFn, quick: quick{nulls: f.w.quick.nulls[:0]}}
	f.rows = 0
	p.frames.Put(f)
}

// Sink takes what a field gave for one parent after the other.
type Sink struct {
	f      *frame
	e      *edge
	s      *slots
	parent int32
	only   rowColumn // of the only child node; nil where there is a choice
}

// list begins a list and reports whether it has elements to add: a nil one is null where that is allowed.
func (s *Sink) list(level int, isNil bool) bool {
	var start int
	if level+1 < s.e.depth {
		start = len(s.s.off[level+1])
	} else {
		start = len(s.s.slot)
	}
	off := int32(start)
	if isNil && !s.e.nonNull(level) {
		off = ^off
	}
	s.s.off[level] = append(s.s.off[level], off)
	return !isNil
}

// null fills the next slot with null.
func (s *Sink) null() {
	s.s.slot = append(s.s.slot, -1)
	if s.e.kindOf != nil {
		s.s.kind = append(s.s.kind, 0)
	}
}

// none makes the field of this parent null, whatever its shape.
func (s *Sink) none() {
	if s.e.depth == 0 {
		s.null()
		return
	}
	start := len(s.s.slot)
	if s.e.depth > 1 {
		start = len(s.s.off[1])
	}
	s.s.off[0] = append(s.s.off[0], ^int32(start))
}

// fail keeps an error at the next slot.
func (s *Sink) fail(err error) {
	if s.e.depth == 0 {
		s.s.fail(s.parent, err)
		return
	}
	if s.s.elems == nil {
		s.s.elems = map[int32]error{}
	}
	s.s.elems[int32(len(s.s.slot))] = err
}

// end closes the offsets after the last parent.
func (s *Sink) end() {
	for level := range s.s.off {
		n := len(s.s.slot)
		if level+1 < len(s.s.off) {
			n = len(s.s.off[level+1])
		}
		s.s.off[level] = append(s.s.off[level], int32(n))
	}
}
