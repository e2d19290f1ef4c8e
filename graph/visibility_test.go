package graph_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/view"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

var update = flag.Bool("update", false, "rewrite the documents and goldens that tests hold")

const visibilityDocument = "../docs/visibility.md"

// views are the Go types of the graph's objects.
var views = map[string]any{
	"Contract": view.Contract{}, "File": view.File{}, "Schedule": view.Schedule{}, "ContactPerson": view.ContactPerson{},
	"PricingItem": view.PricingItem{}, "Payment": view.Payment{}, "PaymentMethod": view.PaymentMethod{},
	"Promotion": view.Promotion{}, "Assignment": view.Assignment{}, "TimeAdjustment": view.TimeAdjustment{},
	"Inspection": view.Inspection{}, "InspectionSection": view.InspectionSection{}, "InspectionItem": view.InspectionItem{},
	"Conclusion": view.Conclusion{}, "Review": view.Review{}, "Rating": view.Rating{}, "Institution": view.Institution{},
	"Partner": view.Partner{}, "Location": view.Location{}, "RatingsSummary": view.RatingsSummary{},
	"Competency": view.Competency{}, "SubServiceCompetency": view.SubServiceCompetency{}, "Service": view.Service{},
	"SubService": view.SubService{}, "Person": view.Person{}, "User": view.User{},
	"ExtensionEstimate": view.ExtensionEstimate{}, "QRCode": view.QRCode{},
	"PricingPreview": view.PricingPreview{}, "PriceLine": view.PriceLine{}, "PromotionCheck": view.PromotionCheck{}, "ContractStat": view.ContractStat{},
	"InspectionTemplate": view.InspectionTemplate{}, "TemplateSection": view.TemplateSection{}, "TemplateItem": view.TemplateItem{},
	"BasePrice": view.BasePrice{}, "PricingSchema": view.PricingSchema{}, "Setting": view.Setting{},
	"CatalogueChange": view.CatalogueChange{}, "FieldChange": view.FieldChange{},
	"Agreement": view.Agreement{}, "AgreementType": view.AgreementType{}, "LicenseType": view.LicenseType{},
	"Counterparty": view.Counterparty{}, "Tag": view.Tag{}, "Asset": view.Asset{}, "ColumnItem": view.ColumnItem{},
	"AgreementTerm": view.AgreementTerm{}, "StoredFile": view.StoredFile{}, "Signature": view.Signature{},
	"Participant": view.Participant{}, "SignatureObject": view.SignatureObject{},
	"SignatureTemplate": view.SignatureTemplate{}, "Signing": view.Signing{}, "SigningField": view.SigningField{}, "APIKey": view.APIKey{}, "Webhook": view.Webhook{}, "WebhookDelivery": view.WebhookDelivery{},
	"AgreementHistoryEntry": view.AgreementHistoryEntry{}, "AgreementChange": view.AgreementChange{},
	"Notification": view.Notification{}, "Membership": view.Membership{}, "InstitutionStanding": view.InstitutionStanding{}, "InstitutionMarker": view.InstitutionMarker{},
	"Education": view.Education{}, "PartnerPrice": view.PartnerPrice{}, "PartnerReview": view.PartnerReview{}, "WishlistFilters": view.WishlistFilters{},
	"ServiceCount": view.ServiceCount{}, "SubServiceCount": view.SubServiceCount{}, "CityCount": view.CityCount{}, "KindCount": view.KindCount{},
	"SupervisorService": view.SupervisorService{},
	"RatingItem":        view.RatingItem{}, "HistoryEntry": view.HistoryEntry{}, "HistoryChange": view.HistoryChange{},
	"PublicSettings": view.PublicSettings{}, "CompetencyTest": view.CompetencyTest{}, "Certification": view.Certification{},
	"PartnerCertification": view.PartnerCertification{}, "CertificationWish": view.CertificationWish{}, "Banner": view.Banner{},
	"BasicTest": view.BasicTest{}, "TestQuestion": view.TestQuestion{}, "TestOption": view.TestOption{}, "PartnerTest": view.PartnerTest{},
	"ContractChange": view.ContractChange{}, "QueueChange": view.QueueChange{}, "NotificationReceived": view.NotificationReceived{},
}

// ofTheBackOffice are the views that exist for the back office alone.
var ofTheBackOffice = []string{"BasePrice", "PricingSchema", "Setting", "CatalogueChange", "FieldChange"}

// withoutAudience are the objects of the graph that are no views: they hold
// values and pages, and everything in them is what a view let out.
var withoutAudience = []string{
	"Money", "PageInfo", "ContractConnection", "ContractEdge", "ContractHistoryConnection", "ContractHistoryEdge", "PartnerConnection", "PartnerEdge",
	"ContractDecision", "InputProblem", "Refusal", "UserError", "ContractPayload", "ContractCodePayload", "PartnerPayload", "PartnerSuspendPayload", "Query", "Mutation", "Subscription",
	"Clock", "ClockAdvancePayload", "Firing", "Forecast",
	"BasePricePayload", "PricingSchemaPayload", "PromotionPayload", "InspectionTemplatePayload", "RatingItemPayload",
	"PaymentMethodPayload", "SettingPayload",
	"BasePriceConnection", "BasePriceEdge", "PricingSchemaConnection", "PricingSchemaEdge", "PromotionConnection", "PromotionEdge",
	"InspectionTemplateConnection", "InspectionTemplateEdge", "RatingItemConnection", "RatingItemEdge",
	"PaymentMethodConnection", "PaymentMethodEdge", "CatalogueChangeConnection", "CatalogueChangeEdge",
	"EligiblePartnerConnection", "EligiblePartnerEdge", "EligiblePartner", "EligibilityReason", "LeftOutPartners",
	"CounterpartyManager", "AgreementDecision", "AgreementForecast", "AgreementPayload", "AgreementConnection", "AgreementEdge",
	"AgreementHistoryConnection", "AgreementHistoryEdge", "CounterpartyConnection", "CounterpartyEdge", "CounterpartyPayload", "TagPayload", "AssetPayload", "AssetConnection", "AssetEdge",
	"SignaturePayload", "SignatureTemplatePayload", "SignatureTemplateParticipant", "SignatureTemplateObject", "SignatureTemplateConnection", "SignatureTemplateEdge",
	"AccountPayload", "AccountRegisterPayload", "CodeSendPayload", "PasswordGrantPayload", "UserPayload", "SessionPayload", "SessionTokens", "Verification",
	"SigningPayload", "APIKeyConnection", "APIKeyEdge", "APIKeyCreatePayload", "APIKeyPayload",
	"WebhookConnection", "WebhookEdge", "WebhookDeliveryConnection", "WebhookDeliveryEdge", "WebhookSecretPayload", "WebhookPayload", "WebhookReplayPayload",
	"PartnerReviewConnection", "PartnerReviewEdge", "UserConnection", "UserEdge", "PartnerDeletePayload",
	"InstitutionConnection", "InstitutionEdge", "InstitutionPayload", "MembershipConnection", "MembershipEdge", "MembershipPayload",
	"ServiceConnection", "ServiceEdge", "ServicePayload", "SubServiceConnection", "SubServiceEdge", "SubServicePayload", "CompetencyTestConnection", "CompetencyTestEdge", "CompetencyTestPayload", "CertificationConnection", "CertificationEdge", "CertificationPayload", "PartnerCertificationConnection", "PartnerCertificationEdge", "PartnerCertificationPayload", "CertificationWishConnection", "CertificationWishEdge", "CertificationWishPayload", "BannerConnection", "BannerEdge", "BannerPayload",
	"PartnerTestConnection", "PartnerTestEdge", "TestQuestionConnection", "TestQuestionEdge", "BasicTestPayload", "PartnerTestPayload", "TestQuestionPayload",
	"NotificationConnection", "NotificationEdge", "NotificationPayload", "NotificationsReadAllPayload",
}

func loadSchema(t *testing.T) *ast.Schema {
	t.Helper()
	sdl, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	return gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(sdl)})
}

// audience gives the ties that a field's @visible names, as a see tag.
func audience(f *ast.FieldDefinition) string {
	d := f.Directives.ForName("visible")
	if d == nil {
		return ""
	}
	var words []string
	for _, c := range d.Arguments.ForName("to").Value.Children {
		words = append(words, strings.ToLower(c.Value.Raw))
	}
	return strings.Join(words, ",")
}

func TestTheSchemaNamesTheAudienceThatTheViewsDeclare(t *testing.T) {
	t.Parallel()
	for _, d := range objects(loadSchema(t)) {
		v, isView := views[d.Name]
		if !isView {
			if !slices.Contains(withoutAudience, d.Name) {
				t.Errorf("%s is neither a view nor listed as having no audience", d.Name)
			}
			continue
		}
		tags := tagsOf(t, v)
		for _, f := range d.Fields {
			if len(f.Arguments) > 0 || strings.HasPrefix(f.Name, "__") {
				continue // a resolver: what it gives is redacted itself
			}
			name := strings.ToLower(f.Name)
			if name == "databaseid" {
				name = "id"
			}
			if got, want := audience(f), tags[name]; got != want {
				t.Errorf("%s.%s says it is seen by %q, and its view by %q", d.Name, f.Name, got, want)
			}
		}
	}
}

// TestWhatCanBeHiddenIsNullable: a field whose audience leaves out a caller who
// may see the row must be null for it, so it cannot be non-null.
func TestWhatCanBeHiddenIsNullable(t *testing.T) {
	t.Parallel()
	for _, d := range objects(loadSchema(t)) {
		for _, f := range d.Fields {
			whole := []string{"", "anyone", "party", "insider", "guest"}
			if d.Name == "User" {
				whole = append(whole, "self,admin", "self") // an account exists for its owner alone
			}
			if slices.Contains([]string{"Notification", "BasicTest", "CertificationWish"}, d.Name) {
				whole = append(whole, "self") // and so does what it was told, how it stands to the test, and what it keeps in mind
			}
			if slices.Contains([]string{"PartnerTest", "PartnerCertification"}, d.Name) {
				whole = append(whole, "self,admin") // who sent it, and who decides on it
			}
			if d.Name == "QRCode" {
				whole = append(whole, "member,assignee") // a code exists for those who may show it
			}
			if slices.Contains([]string{"APIKey", "Webhook", "WebhookDelivery"}, d.Name) {
				whole = append(whole, "manager,admin") // it exists for those who may handle it
			}
			if d.Name == "Membership" {
				whole = append(whole, "self,manager,admin") // and so does a membership
			}
			if slices.Contains(ofTheBackOffice, d.Name) {
				whole = append(whole, "admin")
			}
			if f.Type.NonNull && !slices.Contains(whole, audience(f)) {
				t.Errorf("%s.%s is hidden from some who see the row, and yet is %s", d.Name, f.Name, f.Type)
			}
		}
	}
}

func TestEveryTypeFieldArgumentAndValueIsDescribed(t *testing.T) {
	t.Parallel()
	for _, d := range loadSchema(t).Types {
		if d.BuiltIn || strings.HasPrefix(d.Name, "__") || d.Name == "Query" || d.Name == "Mutation" {
			continue
		}
		if d.Description == "" {
			t.Errorf("%s is not described", d.Name)
		}
		for _, f := range d.Fields {
			if f.Description == "" {
				t.Errorf("%s.%s is not described", d.Name, f.Name)
			}
			for _, a := range f.Arguments {
				if a.Description == "" {
					t.Errorf("%s.%s(%s:) is not described", d.Name, f.Name, a.Name)
				}
			}
		}
	}
}

func TestTheDocumentOfVisibilityIsUpToDate(t *testing.T) {
	t.Parallel()
	want := visibilityHead + matrix(t)
	if *update {
		if err := os.WriteFile(visibilityDocument, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(visibilityDocument)
	if err != nil || string(have) != want {
		t.Errorf("docs/visibility.md is not up to date (%v): run go test ./graph -update", err)
	}
}

const visibilityHead = `# Who sees what

Each field that leaves the program says in its tag, in ` + "`internal/view`" + `, which ties to the row its reader needs. The ties are
computed in one place per noun in ` + "`internal/market`" + ` from who calls and how the row stands now, and everything else is emptied
before it reaches a transport: GraphQL prints null and lists it under ` + "`extensions.redacted`" + `, REST prints null. What may not be read
may not be searched or sorted by either. A row that the caller has no tie to does not exist for it.

The ties are explained by the enum ` + "`Audience`" + ` of the schema. This page is written by a test of the graph.

## The proof

` + "`" + `internal/secrecy` + "`" + ` makes pairs of worlds that differ in one hidden value (` + "`" + `testdata/worlds.sql` + "`" + `), and asks both of them everything: every
field, query, mutation and route (` + "`" + `testdata/operations` + "`" + `). Whoever has no tie to the value gets the same bytes; whoever has one notices.
With its tag widened, each field that is hidden on a row which its reader may see is noticed too. Not widened are the tags of fields that
are hidden only together with their whole row (party, insider, accounts to self and admin, codes, what the back office keeps): the row is
out of reach whatever they say, so widening would show nothing. Their control is that each reader with a tie notices. A field, route or
mutation without its pair or operation fails the tests. ` + "`" + `make secrecy` + "`" + ` runs every pair, reader and operation.

## Declared disclosures

What hidden data may change in an answer, and nothing else may:

| what | why |
| --- | --- |
| whether a partner is free or busy | it decides who can be chosen |
| ratings summaries | they sum up reviews that are not all shown |
| "address taken" at registration | an address is one account |
| gaps in numbers | records share their counters |
| a price built from the former partner's prices | a reassignment keeps what was paid |

## The past

Today's ties govern the past too, in ` + "`contract.history`" + ` and in ` + "`contract(id:, asOf:)`" + `. Each change in a history is shown to whoever may see
its field today, under the tag of that field; a change that looks the same to the caller before and after is left out. Rows that a caller
may not know of are left out and not counted.

| caller | rows of a history | in the rows, and as of an instant |
| --- | --- | --- |
| member | all; while the contract waits in the supervisor queue not the one by which it was lost, whether by an answer or by time | ` + "`partner`" + ` and actors as today's ` + "`partner`" + ` and assignments allow: none of the lost try in the queue, all of them afterwards |
| assignee | since it was asked for the contract or was given it; as of an instant before, there is no contract | own tries only; another partner is null, and so is the reason why another one lost it; phones of contact persons from ACCEPTED on |
| supervisor with a tie | all | not how it was paid: proof, method, promotion and why a proof was refused |
| admin | all | all |
| others | none | none |

The reason of an event is shown to whoever may see the field that keeps it: of a refused proof ` + "`payment.statusReason`" + `, of a lost or replaced try
its assignment's, of every other event ` + "`statusReason`" + `. Who did something is a name and a role; time is nobody. As of an instant, a field shows
to its audience of today what it held then.

## Fields

A dot marks who sees the field.

`

// matrix is a table for each view: its fields against the ties.
func matrix(t *testing.T) string {
	var b strings.Builder
	for _, d := range objects(loadSchema(t)) {
		v, ok := views[d.Name]
		if !ok {
			continue
		}
		fields, err := view.Audit(v)
		if err != nil {
			t.Fatal(err)
		}
		columns := columnsOf(fields)
		fmt.Fprintf(&b, "### %s\n\n| field | %s |\n| --- |%s\n", d.Name, strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)))
		for _, f := range fields {
			fmt.Fprintf(&b, "| %s |", f.Name)
			for _, c := range columns {
				if slices.Contains(f.Ties.Names(), c) {
					b.WriteString(" • |")
				} else {
					b.WriteString("  |")
				}
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// columnsOf are the ties that any of the fields names.
func columnsOf(fields []view.Tagged) []string {
	var all view.Tie
	for _, f := range fields {
		all |= f.Ties
	}
	return all.Names()
}

func tagsOf(t *testing.T, v any) map[string]string {
	t.Helper()
	fields, err := view.Audit(v)
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{}
	for _, f := range fields {
		tags[strings.ToLower(f.Name)] = f.Tag
	}
	if len(tags) == 0 {
		t.Fatalf("%s has no fields", reflect.TypeOf(v))
	}
	return tags
}

// objects are the object types of the schema, by name.
func objects(s *ast.Schema) []*ast.Definition {
	var list []*ast.Definition
	for _, d := range s.Types {
		if d.Kind == ast.Object && !d.BuiltIn && !strings.HasPrefix(d.Name, "__") {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	return list
}
