package goname_test

import (
	"testing"

	"kontrak/internal/gql/codegen/goname"
)

func TestNamesFollowGqlgen(t *testing.T) {
	t.Parallel()
	n := goname.New(false, nil)
	for _, c := range []struct{ in, public, param string }{
		{"id", "ID", "id"},
		{"ID", "ID", "id"},
		{"userId", "UserID", "userID"},
		{"user_id", "UserID", "userID"},
		{"userIds", "UserIds", "userIds"},
		{"RelatedURLs", "RelatedURLs", "relatedURLs"},
		{"ImageIDs", "ImageIDs", "imageIDs"},
		{"URL", "URL", "url"},
		{"openUrl", "OpenURL", "openURL"},
		{"fullName", "FullName", "fullName"},
		{"SCREAMING_CASE", "ScreamingCase", "screamingCase"},
		{"PARTNER_PENDING", "PartnerPending", "partnerPending"},
		{"IDENTITY", "Identity", "identity"},
		{"qrToken", "QRToken", "qrToken"},
		{"ISO_8601", "Iso8601", "iso8601"},
		{"V1_2", "V1_2", "v1_2"},
		{"is4x4", "Is4x4", "is4x4"},
		{"type", "Type", "typeArg"},
		{"TODO", "Todo", "todo"},
		{"IDFoo", "IDFoo", "idFoo"},
		{"databaseId", "DatabaseID", "databaseID"},
		{"_", "_", "_"},
		{"__schema", "Schema", "schema"},
	} {
		if got := n.Public(c.in); got != c.public {
			t.Errorf("Public(%q) = %q, want %q", c.in, got, c.public)
		}
		if got := n.Param(c.in); got != c.param {
			t.Errorf("Param(%q) = %q, want %q", c.in, got, c.param)
		}
	}
}

func TestInitialismsCanBeAddedAndReplaced(t *testing.T) {
	t.Parallel()
	if got := goname.New(false, []string{"BCC"}).Public("bccId"); got != "BCCID" {
		t.Errorf("added: %q", got)
	}
	if got := goname.New(true, []string{"BCC"}).Public("bccId"); got != "BCCId" {
		t.Errorf("replaced: %q", got)
	}
}
