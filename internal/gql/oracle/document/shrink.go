package document

import (
	"maps"
	"slices"
	"strings"
)

// Shrink makes a request smaller as long as still holds. It tries at most so many requests.
func Shrink(c *Case, tries int, still func(*Case) bool) *Case {
	s := &shrinker{best: c, left: tries, still: still}
	if c.Document != nil {
		plain := *c
		plain.Query = c.Document.String()
		s.try(&plain)
	}
	for changed := true; changed && s.left > 0; {
		changed = s.variables()
		if s.best.Document != nil && s.best.Query == s.best.Document.String() {
			changed = s.structure() || changed
		} else {
			changed = s.text() || changed
		}
	}
	return s.best
}

type shrinker struct {
	best  *Case
	left  int
	still func(*Case) bool
}

func (s *shrinker) try(c *Case) bool {
	if s.left <= 0 {
		return false
	}
	s.left--
	if !s.still(c) {
		return false
	}
	s.best = c
	return true
}

func (s *shrinker) variables() (changed bool) {
	for _, name := range slices.Sorted(maps.Keys(s.best.Variables)) {
		c := *s.best
		c.Variables = maps.Clone(c.Variables)
		delete(c.Variables, name)
		changed = s.try(&c) || changed
	}
	return changed
}

// structure takes one thing after the other out of the document.
func (s *shrinker) structure() (changed bool) {
	for i := 0; ; i++ {
		c := *s.best
		c.Document = c.Document.Clone()
		if !cutAt(c.Document, i) {
			return changed
		}
		c.Query = c.Document.String()
		if s.try(&c) {
			changed = true
			i--
		}
		if s.left <= 0 {
			return changed
		}
	}
}

// cutAt makes the i-th of the changes that make a document smaller; false when there are fewer.
func cutAt(d *Document, i int) bool {
	k := cutter{left: i}
	k.done = cutFrom(&k, &d.Parts)
	at := survey(d)
	for _, p := range d.Parts {
		k.done = k.done || cutFrom(&k, &p.Variables)
	}
	for _, l := range at.sets {
		k.done = k.done || cutFrom(&k, l)
	}
	for _, l := range at.directives {
		k.done = k.done || cutFrom(&k, l)
	}
	for _, l := range at.arguments {
		k.done = k.done || cutFrom(&k, l)
	}
	for _, l := range at.sets {
		for j, sel := range *l {
			k.done = k.done || k.hoist(l, j, sel)
		}
	}
	for _, v := range at.variables {
		k.done = k.done || v.Default != nil && k.here() && drop(&v.Default)
	}
	for _, v := range at.values {
		k.done = k.done || cutFrom(&k, &v.Items)
	}
	return k.done
}

type cutter struct {
	left int
	done bool
}

func (k *cutter) here() bool {
	k.left--
	return k.left < 0
}

func drop(v **Value) bool {
	*v = nil
	return true
}

func cutFrom[T any](k *cutter, list *[]T) bool {
	for i := range *list {
		if !k.done && k.here() {
			*list = slices.Delete(slices.Clone(*list), i, i+1)
			return true
		}
	}
	return false
}

// hoist puts the selections of one in its place, or takes its alias.
func (k *cutter) hoist(list *[]*Selection, i int, s *Selection) bool {
	if len(s.Selections) > 0 && k.here() {
		*list = slices.Replace(slices.Clone(*list), i, i+1, s.Selections...)
		return true
	}
	if s.Alias != "" && k.here() {
		s.Alias = ""
		return true
	}
	return false
}

// text takes words out of a document that is only text.
func (s *shrinker) text() (changed bool) {
	words := strings.Fields(s.best.Query)
	for size := max(1, len(words)/2); ; size /= 2 {
		for i := 0; i+size <= len(words) && s.left > 0; {
			c := *s.best
			less := slices.Delete(slices.Clone(words), i, i+size)
			c.Query = strings.Join(less, " ")
			if s.try(&c) {
				words, changed = less, true
			} else {
				i++
			}
		}
		if size <= 1 {
			return changed
		}
	}
}
