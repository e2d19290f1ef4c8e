package yedpay

import (
	"testing"

	"kontrak/internal/rest/openapi"
)

// TestEveryRouteIsDescribedAndNothingElse: by the router itself.
func TestEveryRouteIsDescribedAndNothingElse(t *testing.T) {
	t.Parallel()
	differences, routes, err := openapi.MustParse(OpenAPI).Differs((&dialect{}).routes())
	if len(differences) > 0 || routes != 8 || err != nil {
		t.Errorf("%d routes: %q %v", routes, differences, err)
	}
}
