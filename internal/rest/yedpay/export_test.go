package yedpay

import (
	"net/http"

	"kontrak/internal/fault"
)

// Answered is the status by which a fault is answered.
func Answered(code fault.Code) int {
	if v, listed := verdicts[code]; listed {
		return v.status
	}
	return http.StatusInternalServerError
}
