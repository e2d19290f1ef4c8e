package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/contract"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/notice"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// toldOfContract is what the texts say of a contract: nothing that hangs on who has it.
var toldOfContract = ContractWants{Parts: WantInstitution | WantSubService}

// seeNotifications writes notifications for their reader, from what the reader may see of
// their records now.
func (a *App) seeNotifications(ctx context.Context, on *ent.Client, who actor.Actor, now time.Time, rows []*notificationRow) ([]*view.Notification, error) {
	contracts, err := a.contractsTold(ctx, on, who, now, subjects(rows, aboutContract))
	if err != nil {
		return nil, err
	}
	agreements, err := a.agreementsTold(ctx, on, who, now, subjects(rows, aboutAgreement))
	if err != nil {
		return nil, err
	}
	memberships, err := a.membershipsTold(ctx, on, who, subjects(rows, aboutMembership))
	if err != nil {
		return nil, err
	}
	views := make([]*view.Notification, len(rows))
	for i, r := range rows {
		v := &view.Notification{
			ID: r.id, Type: r.topic, IsRead: r.readAt.Valid, ReadAt: instant(r.readAt), CreatedAt: r.created,
		}
		n := notice.Notice{Topic: r.topic, Role: who.Role, Subject: r.subject}
		switch r.subject {
		case aboutContract:
			v.Contract = contracts[r.subjectID]
			n.About = aboutTheContract(v.Contract, r.language)
		case aboutAgreement:
			v.Agreement = agreements[r.subjectID]
			n.About = aboutTheAgreement(v.Agreement)
		case aboutMembership:
			if n.About, err = memberships[r.subjectID].about(who, r); err != nil {
				return nil, err
			}
		default: // its text says nothing of the record
			n.About = &notice.About{}
		}
		v.Title, v.Body = notice.Write(r.language, n)
		views[i] = view.See(v, view.Self)
	}
	return views, nil
}

// subjects gives the records of one type that notifications are about.
func subjects(rows []*notificationRow, typeName string) []int64 {
	var ids []int64
	for _, r := range rows {
		if r.subject == typeName {
			ids = append(ids, r.subjectID)
		}
	}
	return ids
}

// contractsTold reads those of the contracts that the reader may know of.
func (a *App) contractsTold(ctx context.Context, on *ent.Client, who actor.Actor, now time.Time, ids []int64) (map[int64]*view.Contract, error) {
	if len(ids) == 0 {
		return nil, nil //nolint:nilnil // an empty map
	}
	rows, err := a.contractRows(ctx, on, who, toldOfContract, func(s *sql.Selector, c *sql.SelectTable) {
		s.Where(store.InP(c.C(contract.FieldID), ids))
	})
	if err != nil {
		return nil, err
	}
	views, err := a.seeContracts(ctx, on, who, now, rows, toldOfContract, 0)
	byID := make(map[int64]*view.Contract, len(views))
	for _, v := range views {
		byID[v.ID] = v
	}
	return byID, err
}

// agreementsTold reads those of the agreements that the reader may know of.
func (a *App) agreementsTold(ctx context.Context, on *ent.Client, who actor.Actor, now time.Time, ids []int64) (map[int64]*view.Agreement, error) {
	if len(ids) == 0 {
		return nil, nil //nolint:nilnil // an empty map
	}
	in, err := a.insiderOf(ctx, on, who)
	if err != nil {
		return nil, err
	}
	rows, err := a.agreementRows(ctx, on, in, 0, func(s *sql.Selector, t *sql.SelectTable) {
		s.Where(store.InP(t.C(agreement.FieldID), ids))
	})
	if err != nil {
		return nil, err
	}
	views, err := a.seeAgreements(ctx, on, in, now, rows, 0)
	byID := make(map[int64]*view.Agreement, len(views))
	for _, v := range views {
		byID[v.ID] = v
	}
	return byID, err
}

// aboutTheContract is what a text may say of a contract; nil where there is none.
func aboutTheContract(v *view.Contract, in lifecycle.Language) *notice.About {
	if v == nil {
		return nil
	}
	said := &notice.About{Code: v.ReferenceCode, Work: workWords[in][v.Kind]}
	if v.SubService != nil {
		said.Work = v.SubService.Name + " (" + said.Work + ")"
	}
	if v.Institution != nil {
		said.Institution = v.Institution.Name
	}
	if v.ContractStartDate != nil {
		said.Start = string(*v.ContractStartDate)
		if v.ContractStartTime != nil {
			said.Start += " " + string(*v.ContractStartTime)
		}
	}
	return said
}

// workWords are the kinds of work.
var workWords = map[lifecycle.Language]map[lifecycle.Kind]string{
	lifecycle.English:    {lifecycle.KindInstallation: "installation", lifecycle.KindMaintenance: "maintenance", lifecycle.KindRepair: "repair"},
	lifecycle.Indonesian: {lifecycle.KindInstallation: "pemasangan", lifecycle.KindMaintenance: "pemeliharaan", lifecycle.KindRepair: "perbaikan"},
}

// aboutTheAgreement is what a text may say of an agreement; nil where there is none.
func aboutTheAgreement(v *view.Agreement) *notice.About {
	if v == nil {
		return nil
	}
	said := &notice.About{Title: v.Title}
	if v.EndsAt != nil {
		said.Ends = v.EndsAt.UTC().Format(time.DateOnly)
	}
	return said
}
