//go:build race

package page_test

// raceEnabled: the race detector allocates for itself.
const raceEnabled = true
