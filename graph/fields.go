package graph

import (
	"slices"
	"strings"

	"kontrak/internal/fault"
)

// fieldNames are the graph's names for what the use-cases call the fields of an
// input; a name that is not among them is the same in both.
type fieldNames map[string]string

// The inputs whose fields the use-cases check.
var (
	contractFields = fieldNames{
		"institution_id": "filter.institution", "start_from": "filter.startFrom", "start_until": "filter.startUntil",
		"created_from": "filter.createdFrom", "created_before": "filter.createdBefore",
	}
	partnerFields = fieldNames{
		"latitude": "filter.near.latitude", "longitude": "filter.near.longitude", "radius": "filter.near.radiusKm",
		"institution_id": "filter.nearInstitution", "q": "filter.text",
	}
	assignFields = fieldNames{"partner_id": "partner"}
	proofFields  = fieldNames{"proof": "file"}
	workFields   = fieldNames{"qr_token": "qrToken", "additional_hours": "additionalHours"}
	reasonFields = fieldNames{} // contract and reason are called so everywhere
)

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
		// What is within a field keeps its place: tool_images[2], schedules[0].end_time.
		base, within := field.Name, ""
		if at := strings.IndexAny(field.Name, "[."); at > 0 {
			base, within = field.Name[:at], field.Name[at:]
		}
		if name, known := n[field.Name]; known {
			renamed.Fields[i].Name = name
		} else if name, known := n[base]; known {
			renamed.Fields[i].Name = name + within
		}
	}
	return &renamed
}
