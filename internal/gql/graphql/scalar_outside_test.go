package graphql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kontrak/internal/gql/graphql"
)

func text(m graphql.Marshaler) string {
	var b strings.Builder
	m.MarshalGQL(&b)
	return b.String()
}

func TestUUIDsAreTheirText(t *testing.T) {
	t.Parallel()
	const id = "0190a4b2-6c6d-7c3e-9d2f-0123456789ab"
	got, err := graphql.UnmarshalUUID(id)
	if err != nil || text(graphql.MarshalUUID(got)) != `"`+id+`"` {
		t.Errorf("%s %v", got, err)
	}
	if text(graphql.MarshalUUID(uuid.Nil)) != "null" {
		t.Error("the nil UUID is not null")
	}
	for _, v := range []any{"x", 1, nil} {
		if _, err := graphql.UnmarshalUUID(v); err == nil {
			t.Errorf("%v was taken", v)
		}
	}
}

func TestDurationsAreISO8601(t *testing.T) {
	t.Parallel()
	got, err := graphql.UnmarshalDuration("PT1H30M")
	if err != nil || got != 90*time.Minute || text(graphql.MarshalDuration(got)) != `"PT1H30M"` {
		t.Errorf("%s %v", got, err)
	}
	for _, v := range []any{"an hour", 1, nil} {
		if _, err := graphql.UnmarshalDuration(v); err == nil {
			t.Errorf("%v was taken", v)
		}
	}
}
