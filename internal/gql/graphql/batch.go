package graphql

// BatchErrors is the error of a batch resolver that failed for some of its parents only: one entry per parent, nil for
// success, together with one result per parent. It must be returned itself, not wrapped.
type BatchErrors interface {
	error
	Errors() []error
}

// BatchErrorList is a BatchErrors that is a slice.
type BatchErrorList []error

func (e BatchErrorList) Error() string { return "batch resolver returned errors" }

// Errors gives one entry per parent.
func (e BatchErrorList) Errors() []error { return e }

// Unwrap gives the errors that are not nil.
func (e BatchErrorList) Unwrap() []error {
	var some []error
	for _, err := range e {
		if err != nil {
			some = append(some, err)
		}
	}
	return some
}
