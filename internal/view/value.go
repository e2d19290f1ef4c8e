package view

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// Money is an amount of whole currency units.
type Money struct {
	Value    int64
	Currency string // ISO 4217
}

// Date is a calendar day, YYYY-MM-DD, local to the institution.
type Date string

// ClockTime is a time of day, HH:MM in 24 hours, local to the institution.
type ClockTime string

// Hours is a decimal number of hours, e.g. 2.0 or 1.5.
type Hours string

// HoursOf gives minutes as decimal hours, with one digit at least.
func HoursOf(minutes int64) Hours {
	s := strconv.FormatFloat(float64(minutes)/60, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return Hours(s)
}

// ReferenceCode is what a contract is called on paper: NKT- and the id in eight
// digits (Nukitu reference, 3.1).
func ReferenceCode(id int64) string { return fmt.Sprintf("NKT-%08d", id) }

// GlobalID is the opaque id of an object in the graph.
func GlobalID(typeName string, id int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(typeName + ":" + strconv.FormatInt(id, 10)))
}

// ParseGlobalID reads an opaque id. ok is false for anything that GlobalID did
// not write.
func ParseGlobalID(s string) (typeName string, id int64, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", 0, false
	}
	typeName, digits, found := strings.Cut(string(raw), ":")
	id, err = strconv.ParseInt(digits, 10, 64)
	if !found || err != nil || id < 1 || GlobalID(typeName, id) != s {
		return "", 0, false
	}
	return typeName, id, true
}
