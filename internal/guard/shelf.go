package guard

import (
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"
)

// keptNodes bounds the documents that are remembered, by the nodes of their
// trees: about 300 bytes each.
const keptNodes = 150_000

// entry is what is remembered of a text.
type entry struct {
	facts    *facts
	document atomic.Pointer[ast.QueryDocument] // once it was found valid
}

// shelf remembers entries by their text: those that were used of late. It is two
// generations, so that a look-up writes nothing: when the young one is full, the
// old one is dropped.
type shelf struct {
	most int // weight of one generation

	mu         sync.RWMutex
	young, old map[string]*entry
	weight     int // of the young generation
}

func newShelf(weight int) *shelf {
	return &shelf{most: weight / 2, young: map[string]*entry{}}
}

func (s *shelf) get(text string) (*entry, bool) {
	s.mu.RLock()
	e, known := s.young[text]
	fromOld := false
	if !known {
		e, fromOld = s.old[text]
	}
	s.mu.RUnlock()
	if fromOld {
		s.put(text, e)
	}
	return e, known || fromOld
}

func (s *shelf) put(text string, e *entry) {
	weight := e.facts.weight + len(text)/100 + 10
	if weight > s.most {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.young[text]; there {
		return
	}
	if s.weight+weight > s.most {
		s.old, s.young, s.weight = s.young, map[string]*entry{}, 0
	}
	s.young[text] = e
	s.weight += weight
}
