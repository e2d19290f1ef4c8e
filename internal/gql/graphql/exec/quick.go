package exec

// Nearly every object is written without an error, and then most of what write.go keeps track of is of no use. So an
// object with all that is below it is first written quickly: the buffer is handed from hand to hand, nothing is recovered
// and nobody knows where the writer is. Nothing is reported either: what cannot be written so, be it an error or a panic,
// is dropped, and the object is written again with care, while what is below it gets its own chance to be quick.

// step is a field as it is written quickly. A field without a value of its own has it in its key.
type step[P comparable] struct {
	key     []byte
	short   [shortKey]byte // the key with room behind it, if it fits
	plain   Plain[P]
	leaf    func(w *Writer, o P) bool
	edge    *edge
	kid     node // where edge leads, if it can only lead to one object or leaf of one type
	nonNull bool
}

// shortKey is the length up to which keys are copied as a whole: copying a known number of bytes takes two instructions,
// any other number takes a call.
const shortKey = 32

func (s *step[P]) setKey(key []byte) {
	s.key = key
	copy(s.short[:], key)
}

// appendKey appends the key.
func (s *step[P]) appendKey(b []byte) []byte {
	n := len(b)
	if len(s.key) > shortKey || cap(b)-n < shortKey {
		return append(b, s.key...)
	}
	*(*[shortKey]byte)(b[n : n+shortKey]) = s.short
	return b[:n+len(s.key)]
}

// quick is the state of writing quickly.
type quick struct {
	on     bool
	failed bool // there was something to report
	needs  bool // somebody asked for the context
	nulls  []nullAt
}

// off ends it: what is being written has to be written with care.
func (q *quick) off() { q.failed = true }

// nullAt is a field that is null, to be told to observers.
type nullAt struct {
	node, field int
	row         int32
}

// quickly writes the fields of a row quickly and reports whether it did; if not, nothing was written.
func (w *Writer) quickly(n node, row int32) (ok bool) {
	careful := &w.x.plan.careful[n.info().id]
	if careful.Load() {
		return false
	}
	mark, base, depth := len(w.b), w.base, len(w.sub)
	w.quick.on, w.base = true, depth
	defer func() {
		if recover() != nil {
			ok = false
		}
		if w.quick.needs {
			careful.Store(true)
		}
		w.quick = quick{nulls: w.quick.nulls[:0]}
		w.base, w.sub = base, w.sub[:depth]
		if !ok {
			w.b, w.failed = w.b[:mark], false
		}
	}()
	b, ok := n.quickFields(w, w.b, row)
	if !ok {
		return false
	}
	w.take(b)
	w.quick.on = false
	w.tellNulls()
	return true
}

// tellNulls tells the observers of the nulls that were written quickly.
func (w *Writer) tellNulls() {
	node, row, field := w.node, w.row, w.field
	for _, at := range w.quick.nulls {
		w.node, w.row, w.field = at.node, at.row, at.field
		w.observeNull()
	}
	w.node, w.row, w.field = node, row, field
}

func (n *objectNode[P]) quick(w *Writer, b []byte, row int32) ([]byte, bool) {
	b, ok := n.quickFields(w, append(b, '{'), row)
	return append(b, '}'), ok
}

func (n *objectNode[P]) quickFields(w *Writer, b []byte, row int32) ([]byte, bool) {
	if n.null != nil {
		w.quick.off()
		return b, false
	}
	o := w.f.cols[n.id].(*column[P]).rows[row]
	for i := range n.steps {
		s := &n.steps[i]
		mark := len(b)
		b = s.appendKey(b)
		var ok bool
		switch {
		case s.plain != nil:
			b, ok = s.plain(b, o)
		case s.edge != nil:
			found := &w.f.slots[s.edge.id]
			switch {
			case found.errs != nil || found.all != nil || found.nonNull != nil:
				w.quick.off()
			case s.kid != nil:
				if at := found.slot[row]; at >= 0 {
					b, ok = s.kid.quick(w, b, at)
				}
			case s.edge.depth > 0:
				b, ok = w.quickList(b, s.edge, found, 0, row)
			default:
				b, ok = w.quickSlot(b, s.edge, found, row)
			}
		case s.leaf != nil:
			b, ok = n.quickLeaf(w, b, s, o)
		default:
			ok = true
		}
		if ok {
			continue
		}
		if b, ok = n.quickNull(w, b, i, mark, row, o); !ok {
			return b, false
		}
	}
	return b, true
}

// quickLeaf writes a leaf that needs the writer.
func (n *objectNode[P]) quickLeaf(w *Writer, b []byte, s *step[P], o P) ([]byte, bool) {
	w.take(b)
	ok := s.leaf(w, o)
	return w.b, ok && !w.quick.failed
}

// quickNull decides what follows when the value of field i was not written.
func (n *objectNode[P]) quickNull(w *Writer, b []byte, i, mark int, row int32, o P) ([]byte, bool) {
	s := &n.steps[i]
	if s.plain != nil { // it may not be null, but not be so plain
		var ok bool
		if b, ok = n.quickLeaf(w, s.appendKey(b[:mark]), s, o); ok {
			return b, true
		}
	}
	if s.nonNull {
		w.quick.off()
	}
	if w.quick.failed {
		return b, false
	}
	if len(w.nulls) > 0 {
		w.quick.nulls = append(w.quick.nulls, nullAt{n.id, i, row})
	}
	return append(s.appendKey(b[:mark]), "null"...), true
}

func (n *leafNode[V]) quick(w *Writer, b []byte, row int32) ([]byte, bool) {
	w.take(b)
	ok := n.put(w, w.f.cols[n.id].(*valueColumn[V]).values[row])
	return w.b, ok && !w.quick.failed
}

// quickSlot writes the object or leaf in a slot; false is null, or off.
func (w *Writer) quickSlot(b []byte, e *edge, s *slots, at int32) ([]byte, bool) {
	row := s.slot[at]
	if row < 0 {
		return b, false
	}
	kid := e.kids[0]
	if e.kindOf != nil {
		kid = e.kids[s.kind[at]]
	}
	return kid.quick(w, b, row)
}

// quickList writes the list in entry i of a level.
func (w *Writer) quickList(b []byte, e *edge, s *slots, level int, i int32) ([]byte, bool) {
	from, to := s.off[level][i], abs(s.off[level][i+1])
	if from < 0 {
		return b, false
	}
	kid, inner := e.kids[0], level+1 < e.depth
	b = append(b, '[')
	for at := from; at < to; at++ {
		if at > from {
			b = append(b, ',')
		}
		mark := len(b)
		var ok bool
		switch {
		case inner:
			b, ok = w.quickList(b, e, s, level+1, at)
		case e.kindOf != nil:
			b, ok = w.quickSlot(b, e, s, at)
		case s.slot[at] >= 0:
			b, ok = kid.quick(w, b, s.slot[at])
		}
		if ok {
			continue
		}
		if s.elems != nil || w.quick.failed || e.nonNull(level+1) {
			w.quick.off()
			return b, false
		}
		b = append(b[:mark], "null"...)
	}
	return append(b, ']'), true
}
