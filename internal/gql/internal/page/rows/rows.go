// Package rows is the benchmark's data.
package rows

import (
	"strconv"
	"time"
)

// Status is how a contract stands.
type Status string

// The statuses.
const (
	Open Status = "open"
	Done Status = "done"
)

// Contract is a row of the page.
type Contract struct {
	ID, Title string
	Note      *string
	Status    Status
	Total     int64
	CreatedAt time.Time
	Urgent    bool

	One  *One
	Many []*One
}

// One is what a contract is related to.
type One struct {
	ID, Name string
	Amount   int64
	Remark   *string
}

// Page makes n contracts with their relations.
func Page(n int) []*Contract {
	note := "a note of ordinary length, as people write them"
	out := make([]*Contract, n)
	for i := range out {
		one := &One{ID: strconv.Itoa(i), Name: "Related to " + strconv.Itoa(i), Amount: int64(i) * 1000, Remark: &note}
		out[i] = &Contract{
			ID: strconv.Itoa(i), Title: "Contract number " + strconv.Itoa(i), Note: &note, Status: Open, Total: 50_000_000,
			CreatedAt: time.Date(2026, 6, 8, 2, 0, i, 0, time.UTC), Urgent: i%2 == 0,
			One: one, Many: []*One{one, one, one},
		}
	}
	return out
}
