package view

import (
	"fmt"
	"regexp"
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

// hoursForm is how hours are written: no sign, no exponent, few digits.
var hoursForm = regexp.MustCompile(`^[0-9]{1,6}(\.[0-9]{1,9})?$`)

// Minutes reads decimal hours, and tells whether they are written as such and
// make whole minutes.
func (h Hours) Minutes() (int64, bool) {
	if !hoursForm.MatchString(string(h)) {
		return 0, false
	}
	whole, part, _ := strings.Cut(string(h), ".")
	n, _ := strconv.ParseInt(whole, 10, 64) // six digits at most
	minutes, unit := n*60, int64(1)
	if part != "" {
		n, _ = strconv.ParseInt(part, 10, 64)
		for range part {
			unit *= 10
		}
		minutes += n * 60 / unit
	} else {
		n = 0
	}
	return minutes, n*60%unit == 0
}

// ReferenceCode is what a contract is called on paper: NKT- and the id in eight
// digits (Nukitu reference, 3.1).
func ReferenceCode(id int64) string { return fmt.Sprintf("NKT-%08d", id) }
