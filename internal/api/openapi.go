package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// Description is the OpenAPI document of a dialect, served at
// /openapi/{Name}.json.
type Description struct {
	Name string
	JSON []byte
}

// descriptions serves what describes the doors. A document is public: it says what
// may be asked, not what is there.
func descriptions(doors []Door) http.HandlerFunc {
	documents := map[string][]byte{}
	for _, d := range doors {
		if d.OpenAPI != nil {
			documents[d.OpenAPI.Name] = d.OpenAPI.JSON
		}
	}
	return func(w http.ResponseWriter, r *http.Request) {
		document, known := documents[chi.URLParam(r, "dialect")]
		if !known {
			refuse(w, http.StatusNotFound, errNowhere)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(document) // the client has gone: nobody is left to tell
	}
}
