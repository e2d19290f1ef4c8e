package lifecycle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Diagram draws the machine as a state diagram for Mermaid: one arrow for each
// pair of states, with every event that takes it.
func (m Machine[S, E]) Diagram() string {
	var b strings.Builder
	fmt.Fprintf(&b, "stateDiagram-v2\n    [*] --> %s\n", name(m.Start))
	for _, from := range m.States() {
		arrows := map[S][]string{}
		for event, to := range m.Moves[from] {
			arrows[to] = append(arrows[to], string(event))
		}
		for _, to := range slices.Sorted(maps.Keys(arrows)) {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", name(from), name(to), strings.Join(slices.Sorted(slices.Values(arrows[to])), ", "))
		}
		if m.Final(from) {
			fmt.Fprintf(&b, "    %s --> [*]\n", name(from))
		}
	}
	return b.String()
}

// name gives the state that has no name one for the picture.
func name[S ~string](state S) S {
	if state == "" {
		return "none"
	}
	return state
}
