package parity

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// field is a row of the mapping table (agreement model, section 5): what an agreement
// has, and where and how each surface writes it. A surface that has no name for it does
// not print it.
type field struct {
	name string
	// of gives the plain value: nil, a text, a number, an instant, or a list of these.
	of                        func(*testkit.Paper) any
	graph, yedpay, faveo, kit written
}

// written is a field in one surface.
type written struct {
	// at leads to it: keys with dots between; [] goes through a list.
	at string
	// as writes a plain value that is there; nil: as it is.
	as func(any) any
	// none is what stands for a value that is not there.
	none any
}

// at is where a surface writes a field as it is, and null when it is not there.
func at(path string) written { return written{at: path} }

func (w written) with(as func(any) any) written { w.as = as; return w }

// orEmpty writes what is not there as "".
func (w written) orEmpty() written { w.none = ""; return w }

// The ways of writing.
func upper(v any) any    { return strings.ToUpper(v.(string)) }
func day(v any) any      { return v.(time.Time).UTC().Format("2006-01-02") }
func moment(v any) any   { return v.(time.Time).UTC().Format("2006-01-02 15:04:05") }
func thousand(v any) any { return v.(time.Time).UTC().Format("2006-01-02T15:04:05.000Z") }

// shortest is an instant in the graph: without zeros at the end of its fraction.
func shortest(v any) any { return v.(time.Time).UTC().Format("2006-01-02T15:04:05.999Z07:00") }

func node(typeName string) func(any) any {
	return func(v any) any { return view.GlobalID{Type: typeName, Number: v.(int64)}.String() }
}

// faveoNumbers are the ids of statuses (agreement model, section 3).
var faveoNumbers = map[string]int{
	"draft": 1, "approved": 2, "active": 3, "expired": 4, "terminated": 5, "rejected": 6, "renewal_pending": 7, "renewal_approved": 8,
	"renewal_rejected": 9, "renewed": 10, "extension_pending": 11, "extended": 12, "extension_rejected": 13,
}

func faveoNumber(v any) any { return faveoNumbers[v.(string)] }

// folded is Yedpay's status: in force or not.
func folded(v any) any {
	if v == "active" {
		return "ACTIVE"
	}
	return "INACTIVE"
}

// table is the whole mapping.
func table() []field {
	return slices.Concat(ids(), words(), instants(), signatures(), participants(), objects())
}

func ids() []field {
	vendor := func(of func(*ent.Counterparty) any) func(*testkit.Paper) any {
		return func(p *testkit.Paper) any {
			if p.Vendor == nil {
				return nil
			}
			return of(p.Vendor)
		}
	}
	return []field{
		{name: "node", of: func(p *testkit.Paper) any { return p.ID }, graph: at("id").with(node("Agreement"))},
		{name: "id", of: func(p *testkit.Paper) any { return p.ID }, graph: at("databaseId"), faveo: at("id"), kit: at("id")},
		{name: "number", of: func(p *testkit.Paper) any { return fmt.Sprint("#CNTR-", p.ID) }, graph: at("contractNumber"), faveo: at("contract_number")},
		{name: "public_id", of: func(p *testkit.Paper) any { return p.PublicID }, graph: at("publicId"), yedpay: at("id")},
		{name: "uuid", of: func(p *testkit.Paper) any { return p.UUID }, graph: at("uuid"), kit: at("uuid")},
		{name: "custom_key", of: func(p *testkit.Paper) any { return filled(p.CustomKey) }, graph: at("customKey"), kit: at("customKey")},
		{name: "institution", of: func(p *testkit.Paper) any { return p.InstitutionID }, graph: at("institution.databaseId")},
		{name: "institution.public_id", of: func(p *testkit.Paper) any { return p.Company }, yedpay: at("company_id")},
		{name: "agreement_type.id", of: func(p *testkit.Paper) any { return p.AgreementTypeID }, graph: at("agreementType.databaseId"), faveo: at("contract_type.id")},
		{name: "agreement_type.name", of: func(p *testkit.Paper) any { return p.Type }, graph: at("agreementType.name"), faveo: at("contract_type.name")},
		{
			name: "vendor.id", of: vendor(func(c *ent.Counterparty) any { return c.ID }),
			graph: at("vendor.databaseId"), faveo: at("vendor.id"),
		},
		{
			name: "vendor.name", of: vendor(func(c *ent.Counterparty) any { return c.Name }),
			graph: at("vendor.name"), faveo: at("vendor.name"),
		},
		{
			name: "file", of: func(p *testkit.Paper) any {
				if p.File == nil {
					return nil
				}
				return p.File.PublicID
			},
			graph: at("file.publicId"), yedpay: at("file_id").orEmpty(),
		},
	}
}

func words() []field {
	status := func(p *testkit.Paper) any { return string(p.Status) }
	renewal := func(p *testkit.Paper) any { return filled(string(p.RenewalStatus)) }
	return []field{
		{name: "title", of: func(p *testkit.Paper) any { return p.Title }, graph: at("title"), faveo: at("name"), kit: at("title")},
		{name: "gateway_kind", of: func(p *testkit.Paper) any { return string(p.GatewayKind) }, graph: at("gatewayKind").with(upper), yedpay: at("type")},
		{name: "origin", of: func(p *testkit.Paper) any { return string(p.Origin) }, graph: at("origin"), kit: at("type")},
		{name: "status", of: status, graph: at("status").with(upper), yedpay: at("status").with(folded), faveo: at("contract_status.name")},
		{name: "status.id", of: status, faveo: at("contract_status.id").with(faveoNumber)},
		{name: "renewal_status", of: renewal, graph: at("renewalStatus").with(upper), faveo: at("contract_renewal_status.name")},
		{name: "renewal_status.id", of: renewal, faveo: at("contract_renewal_status.id").with(faveoNumber)},
		{name: "cost", of: func(p *testkit.Paper) any { return p.Cost }, graph: at("cost.value"), faveo: at("cost")},
	}
}

func instants() []field {
	concluded := func(p *testkit.Paper) any { return instant(p.ConcludedAt) }
	return []field{
		{
			name: "concluded_at", of: concluded,
			graph: at("concludedAt").with(shortest), kit: at("contractDate.concludedDate").with(thousand),
		},
		// Its presence is Kit's status.
		{name: "concluded", of: concluded, kit: written{at: "status", as: func(any) any { return "CONCLUDED" }, none: "CREATED"}},
		{name: "client_approved_on", of: func(p *testkit.Paper) any { return filled(p.ClientApprovedOn) }, graph: at("clientApprovedOn"), yedpay: at("client_approved_at").orEmpty()},
		{name: "generated_on", of: func(p *testkit.Paper) any { return p.GeneratedOn }, graph: at("generatedOn"), yedpay: at("generated_at")},
		{name: "starts_at", of: func(p *testkit.Paper) any { return instant(p.StartsAt) }, graph: at("startsAt").with(shortest), kit: at("contractDate.startDate").with(thousand)},
		{
			name: "ends_at", of: func(p *testkit.Paper) any { return instant(p.EndsAt) }, graph: at("endsAt").with(shortest),
			yedpay: at("expires_at").with(day).orEmpty(), faveo: at("expiry").with(moment), kit: at("contractDate.endDate").with(thousand),
		},
		{
			name: "created_at", of: func(p *testkit.Paper) any { return p.CreatedAt }, graph: at("createdAt").with(shortest),
			yedpay: at("created_at").with(moment), kit: at("createdAt").with(thousand),
		},
		{
			name: "updated_at", of: func(p *testkit.Paper) any { return p.UpdatedAt }, graph: at("updatedAt").with(shortest),
			yedpay: at("updated_at").with(moment), kit: at("updatedAt").with(thousand),
		},
	}
}

// signatures are the fields of the latest signature.
func signatures() []field {
	one := func(name string, of func(*testkit.PaperSignature) any, graph, kit written) field {
		graph.at, kit.at = "signature."+graph.at, "signature."+kit.at
		return field{name: "signature." + name, graph: graph, kit: kit, of: func(p *testkit.Paper) any {
			if p.Latest() == nil {
				return nil
			}
			return of(p.Latest())
		}}
	}
	return []field{
		one("uuid", func(s *testkit.PaperSignature) any { return s.UUID }, at("uuid"), at("uuid")),
		one("title", func(s *testkit.PaperSignature) any { return s.Title }, at("title"), at("title")),
		one("expired_date", func(s *testkit.PaperSignature) any { return instant(s.ExpiredDate) }, at("expiredDate").with(shortest), at("expiredDate").with(thousand)),
		one("status", func(s *testkit.PaperSignature) any { return string(s.Status) }, at("status"), at("status")),
		one("created_at", func(s *testkit.PaperSignature) any { return s.CreatedAt }, at("createdAt").with(shortest), at("createdAt").with(thousand)),
	}
}

func participants() []field {
	one := func(name, graph, kit string, of func(*ent.Participant) any) field {
		return field{name: "participants." + name, graph: at("signature.participants[]." + graph), kit: at("signature.participants[]." + kit), of: func(p *testkit.Paper) any {
			if p.Latest() == nil {
				return nil
			}
			return each(p.Latest().Participants, of)
		}}
	}
	return []field{
		one("uuid", "uuid", "uuid", func(w *ent.Participant) any { return w.UUID }),
		one("name", "name", "name", func(w *ent.Participant) any { return w.Name }),
		one("status", "status", "status", func(w *ent.Participant) any { return string(w.Status) }),
		one("auth", "auth", "auth", func(w *ent.Participant) any { return filled(w.Auth) }),
		one("send", "send", "send", func(w *ent.Participant) any { return string(w.Send) }),
		one("email", "email", "email", func(w *ent.Participant) any { return filled(w.Email) }),
		one("phone", "phone", "phone", func(w *ent.Participant) any { return filled(w.Phone) }),
		one("role", "roleName", "role", func(w *ent.Participant) any { return filled(w.Role) }),
		one("language", "language", "language", func(w *ent.Participant) any { return filled(w.Language) }),
	}
}

func objects() []field {
	one := func(name string, of func(*ent.SignatureObject) any) field {
		return field{name: "objects." + name, graph: at("signature.objects[]." + name), kit: at("signature.objects[]." + name), of: func(p *testkit.Paper) any {
			if p.Latest() == nil {
				return nil
			}
			return each(p.Latest().Objects, of)
		}}
	}
	return []field{
		one("contents", func(o *ent.SignatureObject) any { return o.Contents }),
		one("type", func(o *ent.SignatureObject) any { return string(o.Type) }),
		one("category", func(o *ent.SignatureObject) any { return string(o.Category) }),
		one("name", func(o *ent.SignatureObject) any { return o.Name }),
		one("description", func(o *ent.SignatureObject) any { return o.Description }),
	}
}

// graphOnly are the fields of the graph that no list prints.
var graphOnly = []string{
	"actions", "approver", "assets", "can", "columnItems", "concludedFile", "contracts", "customers", "description", "externalId", "history",
	"identifier", "licenseCount", "licenseType", "notifyBeforeDays", "notifyUsers", "organizations", "owner", "periodStatus", "simulate", "source",
	"statusReason", "tags", "terms", "users", "version", "wordFile",
}

// filled gives a text, or nil for an empty one.
func filled(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func instant(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}

func each[T any](items []*T, of func(*T) any) []any {
	list := []any{}
	for _, item := range items {
		list = append(list, of(item))
	}
	return list
}

// statusesAreKnown keeps the numbers complete.
func statusesAreKnown() bool {
	return len(faveoNumbers) == len(lifecycle.AgreementStatuses)+len(lifecycle.RenewalStatuses)
}
