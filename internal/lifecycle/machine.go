// Package lifecycle holds the states of the domain's nouns and the moves between
// them, as tables. It knows no database, no clock and no person: guards that
// need those stand in the use-case before the move.
package lifecycle

import (
	"maps"
	"slices"
)

// Machine is a table of moves: from a state, by an event, to a state.
type Machine[S, E ~string] struct {
	Name  string
	Start S
	Moves map[S]map[E]S
}

// Next gives the state that the event leads to, and whether the move exists.
func (m Machine[S, E]) Next(from S, event E) (S, bool) {
	to, ok := m.Moves[from][event]
	return to, ok
}

// From lists the states in which the event is possible, in alphabetical order.
func (m Machine[S, E]) From(event E) []S {
	var states []S
	for from, moves := range m.Moves {
		if _, ok := moves[event]; ok {
			states = append(states, from)
		}
	}
	slices.Sort(states)
	return states
}

// States lists every state that the table names, in alphabetical order.
func (m Machine[S, E]) States() []S {
	seen := map[S]bool{m.Start: true}
	for from, moves := range m.Moves {
		seen[from] = true
		for _, to := range moves {
			seen[to] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Events lists every event that the table names, in alphabetical order.
func (m Machine[S, E]) Events() []E {
	seen := map[E]bool{}
	for _, moves := range m.Moves {
		for event := range moves {
			seen[event] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Final tells whether no move leaves the state.
func (m Machine[S, E]) Final(state S) bool { return len(m.Moves[state]) == 0 }
