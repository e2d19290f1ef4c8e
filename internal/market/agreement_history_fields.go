package market

import (
	"encoding/json"
	"strings"

	"kontrak/ent/agreement"
	"kontrak/internal/changelog"
	"kontrak/internal/view"
)

// paperForm makes a recorded value of an agreement into what the graph has in its
// place.
type paperForm func(of *agreementRow, value json.RawMessage) (view.JSON, error)

// paperField is how a recorded name is shown in the history of an agreement.
type paperField struct {
	name string
	form paperForm
}

// asRecorded is a form of the history of contracts that looks at the value alone.
func asRecorded(form func(*entry, json.RawMessage) (view.JSON, error)) paperForm {
	return func(_ *agreementRow, value json.RawMessage) (view.JSON, error) { return form(&entry{}, value) }
}

func recordOf(typeName string) paperForm { return asRecorded(reference(typeName)) }

// recordsOf is a list of records of that type, by their ids.
func recordsOf(typeName string) paperForm {
	return func(_ *agreementRow, value json.RawMessage) (view.JSON, error) {
		ids, err := changelog.Read[[]int64](value)
		if ids == nil || err != nil {
			return nil, err
		}
		list := make([]string, len(ids))
		for i, id := range ids {
			list[i] = view.GlobalID{Type: typeName, Number: id}.String()
		}
		return json.Marshal(list)
	}
}

// costForm is an amount. The currency is that of today, as every term has it.
func costForm(of *agreementRow, value json.RawMessage) (view.JSON, error) {
	amount, err := changelog.Read[*int64](value)
	if amount == nil || err != nil {
		return nil, err
	}
	return view.Plain(view.Money{Value: *amount, Currency: of.currency}), nil
}

// columnItemsForm is the list of an institution's own fields.
func columnItemsForm(_ *agreementRow, value json.RawMessage) (view.JSON, error) {
	items, err := changelog.Read[[]ColumnItemInput](value)
	if items == nil || err != nil {
		return nil, err
	}
	list := make([]*view.ColumnItem, len(items))
	for i, item := range items {
		list[i] = view.See(&view.ColumnItem{Slug: item.Slug, Name: item.Name, Value: item.Value}, insiderTies)
	}
	return view.Plain(list), nil
}

// paperFieldOf is how a recorded name is shown; of a signature it is where a
// participant is reached.
func paperFieldOf(name string) (f paperField, shown bool) {
	if of, what, ok := strings.Cut(name, "]."); ok && strings.HasPrefix(of, "signature.participants[") {
		switch what {
		case "send":
			return paperField{name, asRecorded(enumForm)}, true
		case "email", "phone":
			return paperField{name, asRecorded(textForm)}, true
		}
	}
	f, shown = paperFields[name]
	return f, shown
}

// paperFields are the recorded names that the history of an agreement shows.
var paperFields = map[string]paperField{
	agreement.FieldCustomKey:        {"customKey", asRecorded(textForm)},
	agreement.FieldIdentifier:       {"identifier", asRecorded(textForm)},
	agreement.FieldTitle:            {"title", asRecorded(textForm)},
	agreement.FieldDescription:      {"description", asRecorded(textForm)},
	agreement.FieldAgreementTypeID:  {"agreementType", recordOf("AgreementType")},
	agreement.FieldGatewayKind:      {"gatewayKind", asRecorded(enumForm)},
	agreement.FieldOrigin:           {"origin", asRecorded(enumForm)},
	agreement.FieldStatus:           {"status", asRecorded(enumForm)},
	agreement.FieldRenewalStatus:    {"renewalStatus", asRecorded(enumForm)},
	agreement.FieldStatusReason:     {"statusReason", asRecorded(textForm)},
	agreement.FieldCost:             {"cost", costForm},
	agreement.FieldVendorID:         {"vendor", recordOf("Counterparty")},
	agreement.FieldLicenseTypeID:    {"licenseType", recordOf("LicenseType")},
	agreement.FieldLicenseCount:     {"licenseCount", asRecorded(asItIs)},
	agreement.FieldOwnerID:          {"owner", recordOf("User")},
	agreement.FieldApproverID:       {"approver", recordOf("User")},
	agreement.FieldNotifyBeforeDays: {"notifyBeforeDays", asRecorded(asItIs)},
	agreement.FieldFileID:           {"file", recordOf("File")},
	agreement.FieldWordFileID:       {"wordFile", recordOf("File")},
	agreement.FieldConcludedFileID:  {"concludedFile", recordOf("File")},
	agreement.FieldStartsAt:         {"startsAt", asRecorded(asItIs)},
	agreement.FieldEndsAt:           {"endsAt", asRecorded(asItIs)},
	agreement.FieldGeneratedOn:      {"generatedOn", asRecorded(textForm)},
	agreement.FieldClientApprovedOn: {"clientApprovedOn", asRecorded(textForm)},
	agreement.FieldConcludedAt:      {"concludedAt", asRecorded(asItIs)},
	"customers":                     {"customers", recordsOf("Counterparty")},
	"tags":                          {"tags", recordsOf("Tag")},
	"assets":                        {"assets", recordsOf("Asset")},
	"notify_users":                  {"notifyUsers", recordsOf("User")},
	"users":                         {"users", recordsOf("User")},
	"organizations":                 {"organizations", recordsOf("Institution")},
	"column_items":                  {"columnItems", columnItemsForm},
	"contract":                      {"contracts", recordOf("Contract")},
}
