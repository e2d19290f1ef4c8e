package market

import (
	"context"
	"strings"

	"kontrak/ent"
	"kontrak/ent/competencytest"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// ServiceFilter narrows the list of services. Nothing keeps all.
type ServiceFilter struct {
	// Text is looked for in the name, whatever its case and accents.
	Text string
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

// AllOfIt is the page that a list of at most MaxPage rows is read with.
func AllOfIt() Page { return Page{size: MaxPage} }

// Services lists the services that are active, by their name; maxServices at most.
//
// Faults: UNAUTHENTICATED; INVALID_PARAMETER.
func (a *App) Services(ctx context.Context, f ServiceFilter, p Page) (page *view.Page[view.Service], err error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	checkText(&f.Unread, "q", f.Text, 0, maxSearch)
	if err := f.Unread.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		where, err := servicesNamed(ctx, on, f.Text)
		if err == nil {
			page, err = a.serviceRecords(where).page(ctx, a, on, p)
		}
		return err
	})
	return page, err
}

// servicesNamed keeps the active services that have a text in their name. There are
// few: they are looked through here, and no folded name is kept.
func servicesNamed(ctx context.Context, on *ent.Client, text string) (func(*sql.Selector), error) {
	active := whereStatus(new(lifecycle.CatalogueActive))
	if text == "" {
		return active, nil
	}
	all, err := on.Service.Query().Where(active).Select(service.FieldID, service.FieldName).All(ctx)
	ids, needle := []int64{}, store.Fold(text)
	for _, r := range all {
		if strings.Contains(store.Fold(r.Name), needle) {
			ids = append(ids, r.ID)
		}
	}
	return func(s *sql.Selector) {
		active(s)
		store.In(service.FieldID, ids)(s)
	}, err
}

// serviceRecords is how services are listed for everybody.
func (a *App) serviceRecords(where func(*sql.Selector)) records[ent.Service, view.Service] {
	return records[ent.Service, view.Service]{
		by: new(byName(a.store.Dialect())), at: func(r *ent.Service) (any, int64) { return r.Name, r.ID },
		see: oneByOne(func(a *App, r *ent.Service) *view.Service { return a.seeService(r, view.Anyone) }),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.Service, error) {
			return on.Service.Query().Where(where, cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.Service.Query().Where(where).Count(ctx)
		},
	}
}

// byName is the order of services by their name, letter by letter, which is the same
// on both databases.
func byName(d string) order {
	collation := " COLLATE BINARY"
	if d == dialect.Postgres {
		collation = ` COLLATE "C"`
	}
	return order{
		name: "name", arg: textKey, id: func(s *sql.Selector) string { return s.C(service.FieldID) },
		key: func(s *sql.Selector) string { return s.C(service.FieldName) + collation },
	}
}

// SubServicesOf gives the active sub-services of each service, by their number.
//
// Faults: UNAUTHENTICATED.
func (a *App) SubServicesOf(ctx context.Context, serviceIDs []int64) (list [][]*view.SubService, err error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		subs, err := a.activeSubServices(ctx, on, subservice.FieldServiceID, serviceIDs)
		of := grouped(subs, func(s *view.SubService) int64 { return s.Service.ID })
		list = listsOf(serviceIDs, of)
		return err
	})
	return list, err
}

// activeSubServices reads the active sub-services whose column has one of the values.
func (a *App) activeSubServices(ctx context.Context, on *ent.Client, column string, values []int64) ([]*view.SubService, error) {
	rows, err := on.SubService.Query().Where(store.In(column, values), subservice.StatusEQ(lifecycle.CatalogueActive)).
		Order(subservice.ByServiceID(), subservice.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	return a.seeSubServices(ctx, on, rows, view.Anyone)
}

// CompetencyTestsOf gives the tests in use of each sub-service, by their number.
//
// Faults: UNAUTHENTICATED.
func (a *App) CompetencyTestsOf(ctx context.Context, subServiceIDs []int64) ([][]*view.CompetencyTest, error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	of, err := testsOf(ctx, a.store.Client(), subServiceIDs)
	if err != nil {
		return nil, store.Fault(err)
	}
	return listsOf(subServiceIDs, of), nil
}

// testsOf reads the tests in use of sub-services, by those.
func testsOf(ctx context.Context, on *ent.Client, subServiceIDs []int64) (map[int64][]*view.CompetencyTest, error) {
	rows, err := on.CompetencyTest.Query().Where(store.In(competencytest.FieldSubServiceID, subServiceIDs), competencytest.Active(true)).
		Order(competencytest.BySubServiceID(), competencytest.ByID()).All(ctx)
	views := make([]*view.CompetencyTest, len(rows))
	for i, r := range rows {
		views[i] = seeTest(r, view.Anyone)
	}
	return grouped(views, func(v *view.CompetencyTest) int64 { return v.SubServiceID }), err
}

// listsOf gives the rows of each id, an empty list for none.
func listsOf[V any](ids []int64, of map[int64][]*V) [][]*V {
	list := make([][]*V, len(ids))
	for i, id := range ids {
		if list[i] = of[id]; list[i] == nil {
			list[i] = []*V{}
		}
	}
	return list
}

// Service gives one active service with its sub-services.
//
// Faults: UNAUTHENTICATED, NOT_FOUND.
func (a *App) Service(ctx context.Context, id int64) (v *view.Service, err error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		r, err := on.Service.Query().Where(service.ID(id), service.StatusEQ(lifecycle.CatalogueActive)).Only(ctx)
		if err != nil {
			return foundOr(err, "There is no such service.")
		}
		v = a.seeService(r, view.Anyone)
		v.SubServices, err = a.activeSubServices(ctx, on, subservice.FieldServiceID, []int64{id})
		return err
	})
	return v, err
}

// TestFilter narrows the list of competency tests. Nothing keeps all.
type TestFilter struct {
	ServiceID, SubServiceID *int64
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

// CompetencyTests lists the tests in use below their sub-services and services, of
// which those without any are left out; services are sorted by their name.
//
// Faults: UNAUTHENTICATED; INVALID_PARAMETER.
func (a *App) CompetencyTests(ctx context.Context, f TestFilter) (list []*view.Service, err error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	if err := f.Unread.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		where := func(s *sql.Selector) {
			whereStatus(new(lifecycle.CatalogueActive))(s)
			whereIs(service.FieldID, f.ServiceID)(s)
		}
		page, err := a.serviceRecords(where).page(ctx, a, on, AllOfIt())
		if err != nil {
			return err
		}
		list, err = a.tested(ctx, on, page.Items, f.SubServiceID)
		return err
	})
	return list, err
}

// tested puts the tests below their services, and leaves those without any out.
func (a *App) tested(ctx context.Context, on *ent.Client, all []*view.Service, only *int64) ([]*view.Service, error) {
	ids := make([]int64, len(all))
	for i, s := range all {
		ids[i] = s.ID
	}
	subs, err := a.activeSubServices(ctx, on, subservice.FieldServiceID, ids)
	if err != nil {
		return nil, err
	}
	subIDs := make([]int64, len(subs))
	for i, s := range subs {
		subIDs[i] = s.ID
	}
	of, err := testsOf(ctx, on, subIDs)
	if err != nil {
		return nil, err
	}
	below := map[int64][]*view.SubService{}
	for _, s := range subs {
		if s.CompetencyTests = of[s.ID]; s.CompetencyTests != nil && (only == nil || *only == s.ID) {
			below[s.Service.ID] = append(below[s.Service.ID], s)
		}
	}
	list := []*view.Service{}
	for _, s := range all {
		if s.SubServices = below[s.ID]; s.SubServices != nil {
			list = append(list, s)
		}
	}
	return list, nil
}

// WholeServices gives services with all that is known of them: those that were read
// beside something else are read anew, in one statement.
//
// Faults: UNAUTHENTICATED.
func (a *App) WholeServices(ctx context.Context, list []*view.Service) ([]*view.Service, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ids := []int64{}
	for _, v := range list {
		if v.Status == "" {
			ids = append(ids, v.ID)
		}
	}
	if len(ids) == 0 {
		return list, nil
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().Service.Query().Where(store.In(service.FieldID, ids)).All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	return whole(list, rows, func(v *view.Service) int64 { return v.ID }, func(r *ent.Service) *view.Service {
		return a.seeService(r, tiesOfCatalogue(who))
	}), nil
}

// WholeSubServices is WholeServices of sub-services.
//
// Faults: UNAUTHENTICATED.
func (a *App) WholeSubServices(ctx context.Context, list []*view.SubService) ([]*view.SubService, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ids := []int64{}
	for _, v := range list {
		if v.Status == "" {
			ids = append(ids, v.ID)
		}
	}
	if len(ids) == 0 {
		return list, nil
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().SubService.Query().Where(store.In(subservice.FieldID, ids)).All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	return whole(list, rows, func(v *view.SubService) int64 { return v.ID }, func(r *ent.SubService) *view.SubService {
		return view.See(&view.SubService{ID: r.ID, Status: r.Status}, tiesOfCatalogue(who))
	}), nil
}

// whole puts what was read of records in the place of what is in a list of them.
func whole[R, V any](list []*V, rows []*R, id func(*V) int64, see func(*R) *V) []*V {
	byID := make(map[int64]*V, len(rows))
	for _, r := range rows {
		v := see(r)
		byID[id(v)] = v
	}
	result := make([]*V, len(list))
	for i, v := range list {
		if result[i] = byID[id(v)]; result[i] == nil {
			result[i] = v
		}
	}
	return result
}
