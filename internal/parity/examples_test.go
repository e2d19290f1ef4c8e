package parity

import (
	"os"
	"testing"

	"kontrak/internal/rest/openapi"
)

// TestTheDocumentedExamplesFitTheDocuments: what each dialect's documentation prints is
// what its OpenAPI document describes. Nukitu's are held in its own package.
func TestTheDocumentedExamplesFitTheDocuments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		document     *openapi.Document
		target, file string
	}{
		{yedpays, "/v1/companies/R350MQONP35KEJDYL4/contracts", "../rest/yedpay/testdata/yedpay-company-contracts.json"},
		{faveos, "/service-desk/api/contract-list", "../rest/faveo/testdata/contract-list.json"},
		{faveos, "/v3/service-desk/api/contract-list", "../rest/faveo/testdata/contract-list.json"},
		{kits, "/kit-api/v1/contracts?limit=10&offset=0", "../rest/kit/testdata/contracts.json"},
	} {
		raw, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.document.Check("GET", c.target, 200, "application/json", raw); err != nil {
			t.Error(err)
		}
	}
}
