package world

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreementhistory"
	"kontrak/ent/contracthistory"
	"kontrak/ent/notification"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// What people are told of the past when the demo begins: of the last month; and what is
// older than two days they have read.
const (
	toldSince = 30 * 24 * time.Hour
	readUntil = 2 * 24 * time.Hour
)

// contractNews are the events that actions on contracts leave, by what they do.
var contractNews = map[lifecycle.ContractEvent][]string{
	lifecycle.ContractVerifyPayment:     {"contract_payment_verified", "contract_assigned"},
	lifecycle.ContractExpire:            {"contract_payment_expired"},
	lifecycle.ContractRefusePayment:     {"contract_payment_refused"},
	lifecycle.ContractAccept:            {"contract_accepted"},
	lifecycle.ContractEscalate:          {"contract_escalated"},
	lifecycle.ContractAssignReplacement: {"contract_reassigned"},
	lifecycle.ContractReplacePartner:    {"contract_reassigned"},
	lifecycle.ContractReject:            {"contract_escalation_rejected"},
	lifecycle.ContractGoOnRoute:         {"contract_on_route"},
	lifecycle.ContractStartWork:         {"contract_started"},
	lifecycle.ContractFinishWork:        {"contract_completed"},
	lifecycle.ContractForceComplete:     {"contract_completed"},
	lifecycle.ContractCancel:            {"contract_cancelled"},
	lifecycle.ContractForceCancel:       {"contract_cancelled"},
	lifecycle.ContractRemindDeparture:   {"contract_departure_reminder"},
	lifecycle.ContractRequestExtension:  {"extension_requested"},
	lifecycle.ContractApproveExtension:  {"extension_approved"},
	lifecycle.ContractRejectExtension:   {"extension_rejected"},
	lifecycle.ContractReview:            {"review_received"},
}

// agreementNews are those of agreements.
var agreementNews = map[lifecycle.AgreementEvent]string{
	lifecycle.AgreementApprove: "agreement_approved", lifecycle.AgreementReject: "agreement_rejected",
	lifecycle.AgreementRemind: "agreement_expires_soon", lifecycle.AgreementExpire: "agreement_expired",
	lifecycle.AgreementRenew: "agreement_period_requested", lifecycle.AgreementGrantTerm: "agreement_period_approved",
	lifecycle.AgreementRefuseTerm: "agreement_period_rejected", lifecycle.AgreementTakeOver: "agreement_renewed",
	lifecycle.AgreementTerminate: "agreement_terminated",
}

// LeavePast leaves the messages that the actions would have left whose traces the world
// holds, of its last month. What becomes of them is what becomes of all.
func LeavePast(ctx context.Context, st *store.Store, w *World, wall time.Time) error {
	past, err := pastOf(ctx, st, w.Now.Add(-toldSince))
	if err != nil {
		return err
	}
	return st.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		for _, m := range past {
			m.Wall = wall
			if err := store.Leave(ctx, tx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadPast has everybody read the notifications that are older than two days.
func ReadPast(ctx context.Context, st *store.Store, w *World) error {
	until := w.Now.Add(-readUntil)
	return st.Client().Notification.Update().Where(notification.CreatedAtLTE(until)).SetReadAt(until).Exec(ctx)
}

// pastOf gives the messages that actions since an instant would have left, in the order of
// their happening for each kind of record.
func pastOf(ctx context.Context, st *store.Store, since time.Time) ([]store.Message, error) {
	var past []store.Message
	contracts, err := st.Client().ContractHistory.Query().Where(contracthistory.AtGTE(since)).Order(contracthistory.ByAt(), contracthistory.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range contracts {
		for _, topic := range contractNews[h.Event] {
			past = append(past, store.Message{
				Topic: topic, InstitutionID: &h.InstitutionID, ContractID: &h.ContractID,
				Payload: map[string]int64{"contract_id": h.ContractID, "version": h.ContractVersion}, At: h.At,
			})
		}
	}
	agreements, err := st.Client().AgreementHistory.Query().Where(agreementhistory.AtGTE(since)).Order(agreementhistory.ByAt(), agreementhistory.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range agreements {
		if topic := agreementNews[h.Event]; topic != "" {
			past = append(past, store.Message{
				Topic: topic, InstitutionID: &h.InstitutionID,
				Payload: map[string]int64{"agreement_id": h.AgreementID, "version": h.AgreementVersion}, At: h.At,
			})
		}
	}
	return past, nil
}
