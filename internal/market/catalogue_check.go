package market

import (
	"regexp"
	"strings"

	"kontrak/internal/fault"

	"golang.org/x/text/currency"
)

// The bounds of the texts of the catalogue, in letters.
const (
	nameLength        = 200
	wordLength        = 50
	catalogueTextSize = 2000
)

var (
	codeForm  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	promoForm = regexp.MustCompile(`^[A-Z0-9]+([_-][A-Z0-9]+)*$`)
	keyForm   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	isoForm   = regexp.MustCompile(`^[A-Z]{3}$`)
)

// set puts the value of a field where it belongs, if it was sent; null is no value.
func set[T any](bad *fault.Fields, name string, o Optional[T], to *T) {
	switch {
	case o.Null():
		bad.Add(name, "cannot be null: leave it out to keep it as it is")
	case o.Sent():
		*to = *o.value
	}
}

// setText is set of a text, without the white space around it; null empties it.
func setText(o Optional[string], to *string) { *to = strings.TrimSpace(o.Or(*to)) }

// checkCode notes what is wrong with a code for programs.
func checkCode(bad *fault.Fields, code string) {
	bad.Check(len(code) <= wordLength && codeForm.MatchString(code), "code",
		"must be 1 to %d small letters, digits and single hyphens between them, such as bank-transfer", wordLength)
}

// checkMoney notes what is wrong with an amount in whole currency units.
func checkMoney(bad *fault.Fields, name string, amount, least int64) {
	bad.Check(amount >= least && amount <= maxMoney, name, "must be between %d and %d", least, int64(maxMoney))
}

// checkCurrency notes what is no currency of ISO 4217.
func checkCurrency(bad *fault.Fields, code string) {
	_, err := currency.ParseISO(code)
	bad.Check(err == nil && isoForm.MatchString(code), "currency", "must be a currency of ISO 4217, such as IDR")
}

// checkChoice notes a value that is none of those that there are.
func checkChoice[T ~string](bad *fault.Fields, name string, value T, all []T) {
	for _, one := range all {
		if one == value {
			return
		}
	}
	words := make([]string, len(all))
	for i, one := range all {
		words[i] = string(one)
	}
	bad.Add(name, "must be one of %s", strings.Join(words, ", "))
}
