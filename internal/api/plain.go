package api

import (
	"encoding/json"
	"net/http"

	"kontrak/internal/fault"
)

// plainError is the answer to a request that no door takes.
type plainError struct {
	Error struct {
		Code    fault.Code `json:"code"`
		Message string     `json:"message"`
		ErrorID string     `json:"errorId,omitempty"`
	} `json:"error"`
}

// The failures that are met outside of every door.
var (
	errNowhere  = fault.New(fault.RecordNotFound, "There is nothing at this address.")
	errMethod   = fault.New(fault.MethodNotAllowed, "")
	errInternal = fault.New(fault.InternalError, "")
)

// refuse answers a failure outside of every door.
func refuse(w http.ResponseWriter, status int, f *fault.Error) { refuseWith(w, status, f, "") }

func refuseWith(w http.ResponseWriter, status int, f *fault.Error, errorID string) {
	var body plainError
	body.Error.Code, body.Error.Message, body.Error.ErrorID = f.Code, f.Message, errorID
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client has gone: nobody is left to tell
}
