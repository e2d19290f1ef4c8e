package graph

import (
	"maps"
	"slices"
	"strings"

	"kontrak/internal/fault"
)

// fieldNames are the graph's names for what the use-cases call the fields of an
// input; a name that is not among them is the same in both, as each writes it. A
// field within another is named with a dot before it; what follows a field with .*
// are keys of data, which have no other name.
type fieldNames map[string]string

// The inputs whose fields the use-cases check.
var (
	contractFields = fieldNames{
		"institution_id": "filter.institution", "start_from": "filter.startFrom", "start_until": "filter.startUntil",
		"created_from": "filter.createdFrom", "created_before": "filter.createdBefore", "text": "filter.text",
	}
	statFields    = merged(contractFields, fieldNames{"group_by": "groupBy"})
	partnerFields = fieldNames{
		"latitude": "filter.near.latitude", "longitude": "filter.near.longitude", "radius": "filter.near.radiusKm",
		"institution_id": "filter.nearInstitution", "q": "filter.text", "city": "filter.city",
	}
	assignFields = fieldNames{"partner_id": "partner"}
	proofFields  = fieldNames{"proof": "file"}
	workFields   = fieldNames{"qr_token": "qrToken", "additional_hours": "additionalHours"}
	wizardFields = fieldNames{
		"institution_id": "institution", "partner_id": "partner", "sub_service_id": "subService",
		"payment_method_id": "paymentMethod", "contract_id": "contract",
	}
	reasonFields  = fieldNames{} // contract and reason are called so everywhere
	findingFields = fieldNames{".rating_id": "ratingItem", "sections.*": ""}
)

// actionFields are the fields of what can is asked about: those of every action.
var actionFields = merged(wizardFields, findingFields)

func merged(several ...fieldNames) fieldNames {
	all := fieldNames{}
	for _, names := range several {
		maps.Copy(all, names)
	}
	return all
}

// of gives a fault with the fields as the graph calls them, as INVALID, and every
// other error as it is.
func (n fieldNames) of(err error) error {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	renamed := *f
	if f.Code == fault.ParameterInvalid { // the graph has no parameters beside its input
		renamed.Code, renamed.Message = fault.InputInvalid, fault.New(fault.InputInvalid, "").Message
	}
	renamed.Fields = slices.Clone(f.Fields)
	for i, field := range renamed.Fields {
		renamed.Fields[i].Name = n.rename(field.Name)
	}
	return &renamed
}

// rename gives the graph's name of a field. What is within a field keeps its place:
// schedules[0].end_time is schedules[0].endTime.
func (n fieldNames) rename(field string) string {
	if name, known := n[field]; known {
		return name
	}
	parts := strings.Split(field, ".")
	if _, keys := n[parts[0]+".*"]; keys && len(parts) > 1 {
		return field
	}
	for i, part := range parts {
		name, place := part, ""
		if at := strings.IndexByte(part, '['); at > 0 {
			name, place = part[:at], part[at:]
		}
		key := name
		if i > 0 {
			key = "." + name
		}
		if graphs, known := n[key]; known {
			name = graphs
		}
		parts[i] = name + place
	}
	return camel(strings.Join(parts, "."))
}

// camel writes a name of several_words as severalWords.
func camel(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		if word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}
