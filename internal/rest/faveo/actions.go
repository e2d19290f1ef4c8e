package faveo

import (
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// saveNames are the dialect's names of what the use-case names otherwise.
var saveNames = map[string]string{
	"title": "name", "type_id": "contract_type_id", "starts_at": "start_date", "ends_at": "end_date",
	"notify_before_days": "notify_before", "notify_user_ids": "notify_agents", "asset_ids": "attach_asset", "file": "attachment",
}

// periodNames are those of a period that is asked for.
var periodNames = map[string]string{"starts_at": "contract_start_date", "ends_at": "contract_end_date"}

// saveContract answers POST contract: it makes a contract or, with an id, changes one.
func (d *dialect) saveContract(r *request) (*success, error) {
	in := r.input
	in.alias("start_date", "contract_start_date")
	in.alias("end_date", "contract_end_date")
	id := in.id("id")
	fields := in.agreement()
	file := r.attachment()
	if !id.Sent() || id.Null() {
		required(in, "cost", fields.Cost)
	} else {
		in.bad.Check(!fields.Cost.Null(), "cost", "is required")
	}
	institution := in.id("institution_id")
	fields.Unread = in.bad
	var v *view.Agreement
	var err error
	switch one := pointer(id); {
	case one != nil:
		v, err = d.app.UpdateAgreementWithFile(r.Context(), *one, fields, file, market.AgreementFiles)
	case id.Sent() && !id.Null():
		err = in.bad.Err(fault.InputInvalid)
	default:
		v, err = d.app.CreateAgreement(r.Context(), market.CreateAgreement{InstitutionID: pointer(institution), AgreementFields: fields, File: file}, market.AgreementFiles)
	}
	if err != nil {
		return nil, renamed(err, saveNames, &in.bad)
	}
	return done("Contract Saved Successfully", v), nil
}

// agreement reads the fields of a contract (Faveo reference, section 6).
func (in *input) agreement() market.AgreementFields {
	return market.AgreementFields{
		Title: in.text("name"), Description: in.text("description"), Identifier: in.text("identifier"),
		TypeID: in.id("contract_type_id"), Cost: in.cost("cost"),
		VendorID: in.id("vendor_id"), LicenseTypeID: in.id("license_type_id"), LicenseCount: in.count("license_count"),
		OwnerID: in.id("owner_id"), ApproverID: in.id("approver_id"), NotifyBeforeDays: in.count("notify_before"),
		StartsAt: in.instant("start_date"), EndsAt: in.instant("end_date"),
		AgreementPairs: market.AgreementPairs{
			AssetIDs: in.ids("attach_asset"), NotifyUserIDs: in.ids("notify_agents"),
			UserIDs: in.ids("user_ids"), OrganizationIDs: in.ids("organization_ids"),
		},
		Required: []string{"description", "type_id", "approver_id", "starts_at", "ends_at"},
	}
}

// sameContract notes when the body does not name the contract of the path.
func (in *input) sameContract(id int64) {
	sent := in.id("contract_id")
	required(in, "contract_id", sent)
	if one := pointer(sent); one != nil {
		in.bad.Check(*one == id, "contract_id", "must be the contract of the path, %d", id)
	}
}

// refused gives the fault of an action whose input could not be read: what there is
// to know of the contract goes first.
func (d *dialect) refused(r *request, id int64, action lifecycle.AgreementAction) error {
	err := r.input.bad.Err(fault.InputInvalid)
	if err == nil {
		return nil
	}
	decisions, failed := d.app.AgreementCan(r.Context(), []int64{id}, action)
	if failed != nil {
		return failed
	}
	if code := decisions[0].Code; code != nil && (fault.Code(*code) == fault.RecordNotFound || fault.Code(*code) == fault.RoleForbidden) {
		return fault.New(fault.Code(*code), *decisions[0].Message)
	}
	return err
}

// deed is an action whose body names the contract, and may give a reason.
type deed struct {
	action lifecycle.AgreementAction
	said   string
	// reason tells that a reason is required.
	reason bool
	do     func(r *request, id int64, reason string) (*view.Agreement, error)
}

func (d *dialect) act(a deed) endpoint {
	return func(r *request) (*success, error) {
		id, err := r.contractID()
		if err != nil {
			return nil, err
		}
		r.input.sameContract(id)
		reason := r.input.text("reason")
		if a.reason {
			required(r.input, "reason", reason)
		}
		if err := d.refused(r, id, a.action); err != nil {
			return nil, err
		}
		v, err := a.do(r, id, reason.Or(""))
		if err != nil {
			return nil, err
		}
		return done(a.said, v), nil
	}
}

// approveContract answers POST contract-approve.
func (d *dialect) approveContract() endpoint {
	return d.act(deed{lifecycle.AgreementActApprove, "Contract Approved Successfully", false, func(r *request, id int64, _ string) (*view.Agreement, error) {
		return d.app.ApproveAgreement(r.Context(), id, market.AgreementFiles)
	}})
}

// rejectContract answers POST contract-reject.
func (d *dialect) rejectContract() endpoint {
	return d.act(deed{lifecycle.AgreementActReject, "Contract Rejected Successfully", true, func(r *request, id int64, reason string) (*view.Agreement, error) {
		return d.app.RejectAgreement(r.Context(), id, reason, market.AgreementFiles)
	}})
}

// terminateContract answers POST contract-terminate.
func (d *dialect) terminateContract() endpoint {
	return d.act(deed{lifecycle.AgreementActTerminate, "Contract Terminated Successfully", false, func(r *request, id int64, reason string) (*view.Agreement, error) {
		return d.app.TerminateAgreement(r.Context(), id, reason, market.AgreementFiles)
	}})
}

// renewContract answers POST contract-renew.
func (d *dialect) renewContract(r *request) (*success, error) {
	id, period, err := r.period()
	if err != nil {
		return nil, err
	}
	v, err := d.app.RenewAgreement(r.Context(), id, period, market.AgreementFiles)
	return asked("Contract Renewed Successfully", r, v, err)
}

// extendContract answers POST contract-extend.
func (d *dialect) extendContract(r *request) (*success, error) {
	id, period, err := r.period()
	if err != nil {
		return nil, err
	}
	v, err := d.app.ExtendAgreement(r.Context(), id, period, market.AgreementFiles)
	return asked("Contract Extended Successfully", r, v, err)
}

// period reads the period that is asked for: five fields, all of them required.
func (r *request) period() (int64, market.NextPeriod, error) {
	id, err := r.contractID()
	if err != nil {
		return 0, market.NextPeriod{}, err
	}
	in := r.input
	in.sameContract(id)
	in.alias("contract_start_date", "start_date")
	in.alias("contract_end_date", "end_date")
	approver, cost := in.id("approver_id"), in.cost("cost")
	starts, ends := in.instant("contract_start_date"), in.instant("contract_end_date")
	required(in, "approver_id", approver)
	required(in, "cost", cost)
	required(in, "contract_start_date", starts)
	required(in, "contract_end_date", ends)
	return id, market.NextPeriod{ApproverID: approver.Or(0), Cost: pointer(cost), StartsAt: pointer(starts), EndsAt: pointer(ends), Unread: in.bad}, nil
}

func asked(said string, r *request, v *view.Agreement, err error) (*success, error) {
	if err != nil {
		return nil, renamed(err, periodNames, &r.input.bad)
	}
	return done(said, v), nil
}
