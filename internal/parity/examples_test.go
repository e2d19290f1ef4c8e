package parity

import (
	"os"
	"slices"
	"strings"
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

// TestTheListsHaveTheirDocumentedParameters: 24 of Faveo's, 21 of Kit's, two of Yedpay's.
func TestTheListsHaveTheirDocumentedParameters(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/service-desk/api/contract-list": "sort-field sort-order search-query limit page contract_ids[] contract_type_ids[] approver_ids[] vendor_ids[] license_type_ids[] " +
			"status_ids[] renewal_status_ids[] owner_ids[] asset_ids[] notify_agent_ids[] identifiers[] cost_begin cost_end notify_in_days_begin notify_in_days_end " +
			"contract_start_date contract_end_date created_at updated_at",
		"/kit-api/v1/contracts": "customerCustomKeys customerIds title customer participantName participantEmail participantPhone type status tagIds signature periodStatus " +
			"createdAtAfter createdAtBefore endDateAfter endDateBefore limit offset hasNoCustomer orderKey orderValue",
		"/v1/companies/R350MQONP35KEJDYL4/contracts": "limit page",
	} {
		documents := []*openapi.Document{yedpays, faveos, kits}
		i := slices.IndexFunc(documents, func(d *openapi.Document) bool { return d.Find("GET", target) != nil })
		if i < 0 {
			t.Errorf("%s is not described", target)
			continue
		}
		got, names := slices.Clone(documents[i].Find("GET", target).Parameters), strings.Fields(want)
		slices.Sort(got)
		slices.Sort(names)
		if !slices.Equal(got, names) {
			t.Errorf("%s has %d parameters: %q, want %d: %q", target, len(got), got, len(names), names)
		}
	}
}
