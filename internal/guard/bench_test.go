package guard_test

import (
	"context"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/guard"
)

// page is a query of the usual size: about 1,300 bytes.
const page = `query($first: Int) { contracts(first: $first) { totalCount pageInfo { hasNextPage endCursor } nodes {
	id databaseId referenceCode status displayStatus step kind contractEscalationStage escalationDeadlineAt partnerStatus
	description toolBrand toolType contractStartDate contractStartTime contractEndDate contractEndTime createdAt updatedAt
	institution { id name address city province }
	partner { id fullName city picture { url } ratingsSummary { overallAverage totalReviews }
		competencies { service { id name } subServices { status kinds subService { id name service { id name } } } } }
	subService { id name service { id name } }
	schedules { id date startTime endTime status }
	contactPersons { id name phone }
	pricingItems { id name code kind unit effect isPartnerPricing amount { value currency } }
	totalAmount { value currency }
	payment { id status amount { value currency } paymentMethod { name } proof { url } promotion { id code name discountType } }
	assignments { id sequence status statusReason assignedAt partner { id fullName } assignedBy { id fullName role } }
	timeAdjustments { id additionalHours reason status requestedAt }
} } }`

// BenchmarkSeenDocument is what all limits cost an operation whose document was
// seen before: both hooks and the document cache.
func BenchmarkSeenDocument(b *testing.B) {
	g, params, op := prepared(b)
	documents := g.Documents()
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if err := g.MutateOperationParameters(ctx, params); err != nil {
			b.Fatal(err)
		}
		if _, known := documents.Get(ctx, params.Query); !known {
			b.Fatal("the document is not kept")
		}
		op.Stats = graphql.Stats{}
		if err := g.MutateOperationContext(ctx, op); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUnseenDocument is what they cost the first time; parsing is in it.
func BenchmarkUnseenDocument(b *testing.B) {
	_, params, _ := prepared(b)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		g := newGuard(b, guard.Limits{})
		b.StartTimer()
		if err := g.MutateOperationParameters(ctx, params); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParse is the parser's part in that.
func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: page}, 2000); err != nil {
			b.Fatal(err)
		}
	}
}

func prepared(b *testing.B) (*guard.Guard, *graphql.RawParams, *graphql.OperationContext) {
	b.Helper()
	g := newGuard(b, guard.Limits{})
	params := &graphql.RawParams{Query: page}
	if err := g.MutateOperationParameters(context.Background(), params); err != nil {
		b.Fatal(err)
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: page})
	if err != nil {
		b.Fatal(err)
	}
	g.Documents().Add(context.Background(), page, doc)
	op := &graphql.OperationContext{RawQuery: page, Doc: doc, Operation: doc.Operations[0], Variables: map[string]any{"first": 100}}
	return g, params, op
}
