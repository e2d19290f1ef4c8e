package api_test

import (
	"net/http"
	"strings"
	"testing"

	"kontrak/internal/api"
)

func TestTheDescriptionOfADoorIsServed(t *testing.T) {
	t.Parallel()
	document := &api.Description{Name: "small", JSON: []byte(`{"openapi":"3.1.0"}`)}
	h := serve(t, api.Config{Doors: []api.Door{
		{Path: "/small", Title: "Small", Handler: http.NotFoundHandler(), OpenAPI: document},
		{Path: "/v3/small", Title: "Small", Handler: http.NotFoundHandler(), OpenAPI: document},
		{Path: "/plain", Title: "Plain", Handler: http.NotFoundHandler()},
	}})
	w := h.do("GET", "/openapi/small.json")
	if w.Code != http.StatusOK || w.Body.String() != string(document.JSON) || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	for _, path := range []string{"/openapi/plain.json", "/openapi/small", "/openapi/.json", "/openapi/small.json/"} {
		if w := h.do("GET", path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if page := h.do("GET", "/about").Body.String(); strings.Count(page, `href="/openapi/small.json"`) != 2 {
		t.Errorf("the page does not lead there: %s", page)
	}
}
