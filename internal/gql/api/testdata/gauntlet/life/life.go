// Package life holds constants that know nothing of GraphQL.
package life

type Status string

const (
	Open Status = "open"
	Done Status = "done"
)

const (
	Low  = 1
	High = 9
)
