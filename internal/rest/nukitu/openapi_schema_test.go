package nukitu

import (
	"reflect"
	"strings"
	"unicode"

	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// jsonObject is what JSON objects of the document are written as.
type jsonObject = map[string]any

// schemas writes the schemas of bodies from their Go types, so that no key of a body
// can be missing in the document.
type schemas struct {
	components jsonObject
	unknown    []string // types that no schema can be written of
}

// words are the values of every type that has a fixed list of them.
var words = map[reflect.Type]any{
	reflect.TypeFor[lifecycle.AdjustmentStatus]():    lifecycle.AdjustmentStatuses,
	reflect.TypeFor[lifecycle.AssignmentKind]():      lifecycle.AssignmentKinds,
	reflect.TypeFor[lifecycle.AssignmentStatus]():    lifecycle.AssignmentStatuses,
	reflect.TypeFor[lifecycle.CatalogueStatus]():     lifecycle.CatalogueStatuses,
	reflect.TypeFor[lifecycle.CertificationStatus](): lifecycle.CertificationStatuses,
	reflect.TypeFor[lifecycle.ConclusionResult]():    lifecycle.ConclusionResults,
	reflect.TypeFor[lifecycle.ContractStatus]():      lifecycle.ContractStatuses,
	reflect.TypeFor[lifecycle.DiscountType]():        lifecycle.DiscountTypes,
	reflect.TypeFor[lifecycle.DisplayStatus]():       lifecycle.DisplayStatuses,
	reflect.TypeFor[lifecycle.Effect]():              lifecycle.Effects,
	reflect.TypeFor[lifecycle.FindingKind]():         lifecycle.FindingKinds,
	reflect.TypeFor[lifecycle.Gender]():              lifecycle.Genders,
	reflect.TypeFor[lifecycle.InspectionStatus]():    lifecycle.InspectionStatuses,
	reflect.TypeFor[lifecycle.InstitutionKind]():     lifecycle.InstitutionKinds,
	reflect.TypeFor[lifecycle.Kind]():                lifecycle.Kinds,
	reflect.TypeFor[lifecycle.PartnerPresence]():     lifecycle.PartnerPresences,
	reflect.TypeFor[lifecycle.PartnerStatus]():       lifecycle.PartnerStatuses,
	reflect.TypeFor[lifecycle.PaymentMethodKind]():   lifecycle.PaymentMethodKinds,
	reflect.TypeFor[lifecycle.PaymentStatus]():       lifecycle.PaymentStatuses,
	reflect.TypeFor[lifecycle.ScheduleStatus]():      lifecycle.ScheduleStatuses,
	reflect.TypeFor[lifecycle.Stage]():               lifecycle.Stages,
	reflect.TypeFor[lifecycle.Step]():                lifecycle.Steps,
	reflect.TypeFor[lifecycle.UserStatus]():          lifecycle.UserStatuses,
	reflect.TypeFor[lifecycle.VerificationStatus]():  lifecycle.VerificationStatuses,
	reflect.TypeFor[lifecycle.VerificationStep]():    lifecycle.VerificationSteps,
	reflect.TypeFor[actor.Role]():                    actor.Roles,
	reflect.TypeFor[lifecycle.TestStatus]():          lifecycle.TestStatuses,
	reflect.TypeFor[view.BasicTestStatus]():          view.BasicTestStatuses,
	reflect.TypeFor[notificationType]():              notificationTypes,
}

// The forms of texts.
var (
	instantSchema = jsonObject{"type": "string", "format": "date-time", "pattern": `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`}
	dateSchema    = jsonObject{"type": "string", "format": "date"}
	clockSchema   = jsonObject{"type": "string", "pattern": `^\d\d:\d\d$`}
	hoursSchema   = jsonObject{"type": "string", "pattern": `^\d+(\.\d+)?$`, "description": "Hours, as a decimal number."}
	idSchema      = jsonObject{"type": "integer", "format": "int64", "minimum": 1}
)

var written = map[reflect.Type]jsonObject{
	reflect.TypeFor[instant]():        instantSchema,
	reflect.TypeFor[view.Date]():      dateSchema,
	reflect.TypeFor[view.ClockTime](): clockSchema,
	reflect.TypeFor[view.Hours]():     hoursSchema,
}

// of gives the schema of a type.
func (s *schemas) of(t reflect.Type) jsonObject {
	if schema := written[t]; schema != nil {
		return schema
	}
	if list, enumerated := words[t]; enumerated {
		return jsonObject{"type": "string", "enum": list}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return jsonObject{"anyOf": []any{s.of(t.Elem()), jsonObject{"type": "null"}}}
	case reflect.Slice:
		item := t.Elem()
		if item.Kind() == reflect.Pointer { // of files: those that are there
			item = item.Elem()
		}
		return jsonObject{"type": "array", "items": s.of(item)}
	case reflect.Map:
		return jsonObject{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.object(t)
	case reflect.Bool:
		return jsonObject{"type": "boolean"}
	case reflect.Int32, reflect.Int, reflect.Int64:
		return jsonObject{"type": "integer"}
	case reflect.Float64:
		return jsonObject{"type": "number"}
	case reflect.String:
		if t == reflect.TypeFor[string]() {
			return jsonObject{"type": "string"}
		}
	}
	s.unknown = append(s.unknown, t.String())
	return jsonObject{}
}

// object gives a reference to the schema of a struct, or the schema itself where the
// type has a parameter, which would make no name.
func (s *schemas) object(t reflect.Type) jsonObject {
	if strings.Contains(t.Name(), "[") {
		return s.fields(t)
	}
	name := string(unicode.ToUpper(rune(t.Name()[0]))) + t.Name()[1:]
	if s.components[name] == nil {
		s.components[name] = jsonObject{} // ends what refers to itself
		s.components[name] = s.fields(t)
	}
	return jsonObject{"$ref": "#/components/schemas/" + name}
}

// fields writes the fields of a struct, those of embedded ones among them. One that may
// be left out is not required; success says which envelope it is.
func (s *schemas) fields(t reflect.Type) jsonObject {
	properties, required := jsonObject{}, []string{}
	for _, f := range reflect.VisibleFields(t) {
		tag := f.Tag.Get("json")
		if f.Anonymous && tag == "" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		switch name {
		case "":
			s.unknown = append(s.unknown, t.String()+"."+f.Name)
		case "success":
			properties[name] = jsonObject{"const": t != reflect.TypeFor[failure]()}
		default:
			properties[name] = s.of(f.Type)
		}
		if options != "omitempty" {
			required = append(required, name)
		}
	}
	return jsonObject{"type": "object", "additionalProperties": false, "required": required, "properties": properties}
}
