package market

import (
	"context"
	"slices"

	"kontrak/ent"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// The bounds of the lists that are shown whole.
const (
	maxServices    = 100 // that are active
	maxSubServices = 100 // of a service, that are active
)

// ServiceDetails are what may change of a service. A new one needs a name.
type ServiceDetails struct {
	Name, Description Optional[string]
	Status            Optional[lifecycle.CatalogueStatus]
	// Icon is its picture: null takes it away.
	Icon Optional[*Upload]
}

var services = noun[ent.Service]{
	name: lifecycle.NounService,
	of:   func(r *ent.Service) record { return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt} },
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.Service, error) {
		return tx.Service.Query().Where(service.ID(id), store.ForUpdate).Only(ctx)
	},
	room: func(ctx context.Context, tx *ent.Tx) error {
		_, err := tx.Service.Query().Where(service.StatusEQ(lifecycle.CatalogueActive), store.ForUpdate).Order(service.ByID()).IDs(ctx)
		return err
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.Service) error {
		if next.Status != lifecycle.CatalogueActive || before != nil && before.Status == lifecycle.CatalogueActive {
			return nil
		}
		inUse, err := tx.Service.Query().Where(service.StatusEQ(lifecycle.CatalogueActive)).Count(ctx)
		return roomForOne("status", maxServices, "services", inUse, err)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.Service) (int64, error) {
		made, err := tx.Service.Create().SetName(r.Name).SetDescription(r.Description).SetIcon(r.Icon).SetStatus(r.Status).
			SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: moveService,
}

var serviceIcons = pictures[ent.Service]{
	of: &services, field: "icon", place: func(r *ent.Service) *string { return &r.Icon },
	read: func(ctx context.Context, on *ent.Client, id int64) (*ent.Service, error) {
		return on.Service.Get(ctx, id)
	},
}

// CreateService makes a service.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID, also where
// maxServices are active; BUSY when its icon cannot be stored.
func (a *App) CreateService(ctx context.Context, in ServiceDetails) (*view.Service, error) {
	return seen(a, seeWholeService)(serviceIcons.create(ctx, a, in.Icon, func(bad *fault.Fields, r *ent.Service) {
		*r = ent.Service{Status: lifecycle.CatalogueActive}
		in.change(bad, r)
	}))
}

// UpdateService changes a service. Contracts and competencies keep it, also when it is
// shown no more.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID, also
// where maxServices are active; STALE when somebody changed it after that version;
// BUSY when its icon cannot be stored.
func (a *App) UpdateService(ctx context.Context, id, version int64, in ServiceDetails) (*view.Service, error) {
	return seen(a, seeWholeService)(serviceIcons.amend(ctx, a, id, version, in.Icon, in.change))
}

func (in ServiceDetails) change(bad *fault.Fields, r *ent.Service) {
	setText(in.Name, &r.Name)
	setText(in.Description, &r.Description)
	set(bad, "status", in.Status, &r.Status)
	checkText(bad, "name", r.Name, 1, nameLength)
	checkText(bad, "description", r.Description, 0, catalogueTextSize)
	checkChoice(bad, "status", r.Status, lifecycle.CatalogueStatuses)
}

// AllServices lists all services, by their number.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllServices(ctx context.Context, status *lifecycle.CatalogueStatus, p Page, unread fault.Fields) (*view.Page[view.Service], error) {
	return listRecords(ctx, a, p, unread, records[ent.Service, view.Service]{
		id: func(r *ent.Service) int64 { return r.ID }, see: oneByOne(seeWholeService),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.Service, error) {
			return on.Service.Query().Where(whereStatus(status), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.Service.Query().Where(whereStatus(status)).Count(ctx)
		},
	})
}

// seeWholeService is the view of a service for the back office.
func seeWholeService(a *App, r *ent.Service) *view.Service {
	return a.seeService(r, view.Anyone|view.Admin)
}

func (a *App) seeService(r *ent.Service, ties view.Tie) *view.Service {
	return view.See(&view.Service{
		ID: r.ID, Name: r.Name, Description: filled(r.Description), Icon: a.links.Public(r.Icon), Status: r.Status, Version: &r.Version,
	}, ties)
}

// SubServiceDetails are what may change of a sub-service. A new one needs a name.
type SubServiceDetails struct {
	Name, Description Optional[string]
	Kinds             Optional[[]lifecycle.Kind]
	Status            Optional[lifecycle.CatalogueStatus]
}

var subServices = noun[ent.SubService]{
	name: lifecycle.NounSubService,
	of:   func(r *ent.SubService) record { return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt} },
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.SubService, error) {
		return tx.SubService.Query().Where(subservice.ID(id), store.ForUpdate).Only(ctx)
	},
	refers: func(ctx context.Context, on *ent.Client, bad *fault.Fields, next *ent.SubService) error {
		known, err := on.Service.Query().Where(service.ID(next.ServiceID)).Exist(ctx)
		bad.Check(known || err != nil, "service_id", "is no service")
		return err
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.SubService) error {
		// Whoever adds one to a service holds the service meanwhile.
		_, err := services.find(ctx, tx, next.ServiceID)
		if err != nil || next.Status != lifecycle.CatalogueActive || before != nil && before.Status == lifecycle.CatalogueActive {
			return err
		}
		inUse, err := tx.SubService.Query().Where(subservice.ServiceID(next.ServiceID), subservice.StatusEQ(lifecycle.CatalogueActive)).Count(ctx)
		return roomForOne("status", maxSubServices, "sub-services of the service", inUse, err)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.SubService) (int64, error) {
		made, err := tx.SubService.Create().SetServiceID(r.ServiceID).SetName(r.Name).SetDescription(r.Description).SetStatus(r.Status).
			SetInstallation(r.Installation).SetMaintenance(r.Maintenance).SetRepair(r.Repair).
			SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: moveSubService,
}

// CreateSubService makes a sub-service of a service, which may be inactive.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID, also for no
// service, and where maxSubServices of it are active.
func (a *App) CreateSubService(ctx context.Context, serviceID int64, in SubServiceDetails, unread fault.Fields) (*view.SubService, error) {
	return a.subServiceMade(ctx)(subServices.create(ctx, a, func(bad *fault.Fields, r *ent.SubService) {
		*r = ent.SubService{ServiceID: serviceID, Status: lifecycle.CatalogueActive}
		bad.Take(unread.Err(fault.InputInvalid))
		in.change(bad, r)
	}))
}

// UpdateSubService changes a sub-service, which stays with its service. Contracts and
// competencies keep it as it was or is.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID; STALE
// when somebody changed it after that version.
func (a *App) UpdateSubService(ctx context.Context, id, version int64, in SubServiceDetails) (*view.SubService, error) {
	return a.subServiceMade(ctx)(subServices.amend(ctx, a, id, version, in.change))
}

func (in SubServiceDetails) change(bad *fault.Fields, r *ent.SubService) {
	setText(in.Name, &r.Name)
	setText(in.Description, &r.Description)
	set(bad, "status", in.Status, &r.Status)
	kinds := kindsOf(r.Installation, r.Maintenance, r.Repair)
	set(bad, "kinds", in.Kinds, &kinds)
	for _, kind := range kinds {
		checkChoice(bad, "kinds", kind, lifecycle.Kinds)
	}
	r.Installation = slices.Contains(kinds, lifecycle.KindInstallation)
	r.Maintenance = slices.Contains(kinds, lifecycle.KindMaintenance)
	r.Repair = slices.Contains(kinds, lifecycle.KindRepair)
	checkText(bad, "name", r.Name, 1, nameLength)
	checkText(bad, "description", r.Description, 0, catalogueTextSize)
	checkChoice(bad, "status", r.Status, lifecycle.CatalogueStatuses)
	bad.Check(len(kinds) > 0, "kinds", "must be one at least")
}

// subServiceMade makes the view of a sub-service that was changed, with its service.
func (a *App) subServiceMade(ctx context.Context) func(*ent.SubService, error) (*view.SubService, error) {
	return func(r *ent.SubService, err error) (*view.SubService, error) {
		if err != nil {
			return nil, err
		}
		ctx, cancel := a.store.ReadContext(ctx)
		defer cancel()
		list, err := seeWholeSubServices(ctx, a, a.store.Client(), []*ent.SubService{r})
		if err != nil {
			return nil, store.Fault(err)
		}
		return list[0], nil
	}
}

// AllSubServices lists all sub-services, by their number; those of one service where
// it is given.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllSubServices(ctx context.Context, serviceID *int64, status *lifecycle.CatalogueStatus, p Page, unread fault.Fields) (*view.Page[view.SubService], error) {
	of := whereIs(subservice.FieldServiceID, serviceID)
	return listRecords(ctx, a, p, unread, records[ent.SubService, view.SubService]{
		id: func(r *ent.SubService) int64 { return r.ID }, see: seeWholeSubServices,
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.SubService, error) {
			return on.SubService.Query().Where(of, whereStatus(status), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.SubService.Query().Where(of, whereStatus(status)).Count(ctx)
		},
	})
}

// seeWholeSubServices makes the views of sub-services for the back office; their
// services are read in one statement.
func seeWholeSubServices(ctx context.Context, a *App, on *ent.Client, rows []*ent.SubService) ([]*view.SubService, error) {
	return a.seeSubServices(ctx, on, rows, view.Anyone|view.Admin)
}

func (a *App) seeSubServices(ctx context.Context, on *ent.Client, rows []*ent.SubService, ties view.Tie) ([]*view.SubService, error) {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ServiceID
	}
	views := make([]*view.SubService, len(rows))
	if len(rows) == 0 {
		return views, nil
	}
	found, err := on.Service.Query().Where(store.In(service.FieldID, ids)).All(ctx)
	if err != nil {
		return nil, err
	}
	of := inOrder(ids, found, func(r *ent.Service) int64 { return r.ID })
	for i, r := range rows {
		views[i] = view.See(&view.SubService{
			ID: r.ID, Name: r.Name, Description: filled(r.Description), Kinds: kindsOf(r.Installation, r.Maintenance, r.Repair),
			Service: a.seeService(of[i], ties), Status: r.Status, Version: &r.Version,
		}, ties)
	}
	return views, nil
}

// whereStatus keeps the records of a status; all of them for nil.
func whereStatus(status *lifecycle.CatalogueStatus) func(*sql.Selector) {
	return whereIs("status", status)
}

// whereIs keeps the records whose column has a value; all of them for nil.
func whereIs[V any](column string, value *V) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if value != nil {
			s.Where(sql.EQ(s.C(column), *value))
		}
	}
}

// roomForOne is roomFor of records that are switched on by another field than active.
func roomForOne(field string, most int, what string, inUse int, err error) error {
	if err != nil || inUse < most {
		return err
	}
	var bad fault.Fields
	bad.Add(field, "cannot be active: as many %s are as may be: switch one off first", what)
	return bad.Err(fault.InputInvalid)
}
