package market

import (
	"context"
	"encoding/json"
	"errors"
	"math"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// InstitutionFilter narrows a list of institutions.
type InstitutionFilter struct {
	// Text is looked for in the name, whatever its case and accents.
	Text string
	// Latitude and Longitude are the centre of a search nearby; both or neither.
	Latitude, Longitude *float64
	// RadiusKm is how far from the centre it may be; by default the setting
	// talent_finder_radius.
	RadiusKm *float64
	// Nearby says that a centre is required.
	Nearby bool
	// Mine keeps those of which the caller is an active member.
	Mine  bool
	Kinds []lifecycle.InstitutionKind
	// Statuses are for the back office: others find only active ones, and all their own.
	Statuses []lifecycle.InstitutionStatus
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
	// readNames says that the names of those that are left are read for the text, and it
	// is not looked up.
	readNames bool
}

// InstitutionSort is what a list of institutions is sorted by.
type InstitutionSort int

// The sorts of institutions.
const (
	InstitutionByName InstitutionSort = iota
	InstitutionByCreated
	InstitutionByDistance // nearby alone
)

// InstitutionOrder is how a list of institutions is sorted.
type InstitutionOrder struct {
	By         InstitutionSort
	Descending bool
}

// MaxMarkers is how many markers a map is given.
const MaxMarkers = 10_000

// Institutions lists institutions: the active ones, with Mine those of the caller
// whatever their status, and for the back office all.
//
// Faults: UNAUTHENTICATED; INVALID_PARAMETER for half a centre, a centre outside the
// world, a radius that is not positive, or a distance without a centre.
func (a *App) Institutions(ctx context.Context, f InstitutionFilter, o InstitutionOrder, p Page) (*view.Page[view.Institution], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.check(o); err != nil {
		return nil, err
	}
	var page *view.Page[view.Institution]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		at, err := f.centre(ctx, on)
		if err != nil {
			return err
		}
		if at.km > 0 || f.Text != "" {
			ctx = store.PlanAnew(ctx) // how many there are decides on the plan
		}
		page, err = a.institutionPage(ctx, on, who, f, at, o, p)
		return err
	})
	return page, err
}

// check tells what is wrong with a filter, all of it at once.
func (f InstitutionFilter) check(o InstitutionOrder) error {
	bad := f.Unread
	checkSought(&bad, f.Text)
	checkCentre(&bad, f.Latitude, f.Longitude, f.RadiusKm)
	bad.Check(!f.Nearby || f.Latitude != nil || f.Longitude != nil, "latitude", "is required with longitude: there is nothing to search around")
	bad.Check(f.RadiusKm == nil || f.Latitude != nil || f.Longitude != nil, "radius", "needs latitude and longitude")
	bad.Check(f.Nearby || o.By != InstitutionByDistance || f.Latitude != nil || f.Longitude != nil, "order", "by distance needs a centre")
	return bad.Err(fault.ParameterInvalid)
}

func (f InstitutionFilter) centre(ctx context.Context, on *ent.Client) (at centre, err error) {
	if f.Latitude == nil {
		return at, nil
	}
	at.latitude, at.longitude = *f.Latitude, *f.Longitude
	if f.RadiusKm != nil {
		at.km = *f.RadiusKm
		return at, nil
	}
	set, err := readSettings(ctx, on)
	at.km = set.radiusKm
	return at, err
}

// foundInstitution is an institution of a list; distance is not valid without a centre.
type foundInstitution struct {
	institutionRow
	searchName string
	distance   float64
}

func (a *App) institutionPage(ctx context.Context, on *ent.Client, who actor.Actor, f InstitutionFilter, at centre, o InstitutionOrder, p Page) (*view.Page[view.Institution], error) {
	f.readNames = f.Mine || fewNear(at)
	var total *int64
	if p.total {
		n, err := a.countInstitutions(ctx, on, who, f, at)
		if err != nil {
			return nil, err
		}
		total = &n
	}
	if !f.readNames && at.km == 0 {
		common, err := a.store.Common(ctx, on, store.InstitutionNames, f.Text)
		if err != nil {
			return nil, err
		}
		f.readNames = common
	}
	s, t := selectInstitutions(a.store.Dialect())
	near := joinNear(s, t, at)
	by := o.order(t, near)
	var err error
	if o.By == InstitutionByName && at.km == 0 && f.Text != "" {
		err = f.applyFirst(s.Selector, t, who, o, p)
	} else {
		f.apply(s.Selector, t, who)
		err = p.apply(s.Selector, by)
	}
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	return asPage(p, by, rows, total, o.position, func(rows []*foundInstitution) ([]*view.Institution, error) {
		views := make([]*view.Institution, len(rows))
		for i, r := range rows {
			views[i] = a.seeInstitution(&r.institutionRow, who)
			if at.km > 0 {
				views[i].DistanceKm = new(math.Round(r.distance*100) / 100)
			}
		}
		return views, nil
	})
}

// applyFirst adds the conditions of a list by name for those of which a part of the name is
// sought, and cuts the page. Names with a word in common stand together, far from where the
// list begins: so the page is found among names and numbers alone, which an index has, and
// only its rows are read.
func (f InstitutionFilter) applyFirst(s *sql.Selector, t *sql.SelectTable, who actor.Actor, o InstitutionOrder, p Page) error {
	n := sql.Table(institution.Table).As("n")
	page := sql.Dialect(s.Dialect()).Select(n.C(institution.FieldID)).From(n)
	f.apply(page, n, who)
	if err := p.apply(page, o.order(n, "")); err != nil {
		return err
	}
	p.sort(s.Where(sql.In(t.C(institution.FieldID), page)), o.order(t, ""))
	return nil
}

// countInstitutions counts what a list has.
func (a *App) countInstitutions(ctx context.Context, on *ent.Client, who actor.Actor, f InstitutionFilter, at centre) (int64, error) {
	t := sql.Table(institution.Table).As("i")
	return count(ctx, on, a.store.Dialect(), t, func(s *sql.Selector) {
		everybody := !f.readNames && at.km == 0 && !who.Is(actor.Admin)
		if everybody && store.CountNamed(s, store.InstitutionNames, "i", "institution_active", f.Text) {
			f.Text = "" // and the status is said in the words of the index
		}
		f.apply(s, t, who)
		if at.km > 0 {
			within(s, t, at)
		}
	})
}

// selectInstitutions begins the statement of a list of institutions.
func selectInstitutions(dialect string) (*selection[foundInstitution], *sql.SelectTable) {
	t := sql.Table(institution.Table).As("i")
	s := selectFrom[foundInstitution](dialect, t)
	takeInstitution(s, t, func(r *foundInstitution) *institutionRow { return &r.institutionRow })
	s.take(t, institution.FieldSearchName, func(r *foundInstitution) any { return &r.searchName })
	return s, t
}

// joinNear joins those inside the radius with their distance, and gives its column; ""
// without a centre. What stands inside of a statement of its own is a key without
// arguments, as pages want it.
func joinNear(s *selection[foundInstitution], t *sql.SelectTable, at centre) string {
	if at.km == 0 {
		return ""
	}
	n := sql.Table(institution.Table).As("n")
	inner := sql.Dialect(s.Dialect()).Select(n.C(institution.FieldID)).From(n)
	inner.AppendSelectExprAs(distance(n, at), "km")
	within(inner, n, at)
	near := inner.As("near")
	s.Join(near).On(near.C(institution.FieldID), t.C(institution.FieldID))
	s.AppendSelect(near.C("km"))
	s.into = append(s.into, func(r *foundInstitution) any { return &r.distance })
	return near.C("km")
}

// apply adds the conditions of a filter but the place.
func (f InstitutionFilter) apply(s *sql.Selector, t *sql.SelectTable, who actor.Actor) {
	status := t.C(institution.FieldStatus)
	found := f.Latitude != nil || f.Text != "" && !f.readNames // by other means than by status
	switch {
	case f.Mine:
		s.Where(store.InP(t.C(institution.FieldID), who.Institutions))
	case who.Is(actor.Admin):
	// access: whoever is not its member finds no suspended institution.
	case found:
		s.Where(among(status, lifecycle.InstitutionActive))
	default:
		s.Where(is(status, lifecycle.InstitutionActive))
	}
	switch {
	case len(f.Statuses) == 1 && !found: // an index has those of each status in order
		s.Where(sql.EQ(status, f.Statuses[0]))
	case len(f.Statuses) > 0:
		s.Where(among(status, f.Statuses...))
	}
	if len(f.Kinds) > 0 {
		s.Where(store.InP(t.C(institution.FieldKind), f.Kinds))
	}
	if f.Text != "" {
		s.Where(named(store.InstitutionNames, t, f.Text, f.readNames))
	}
}

// order gives the sort of a list; near is the column of distances.
func (o InstitutionOrder) order(t *sql.SelectTable, near string) order {
	by := order{name: "name", desc: o.Descending, arg: textKey}
	column := t.C(institution.FieldSearchName)
	switch o.By {
	case InstitutionByCreated:
		by.name, by.arg, column = "created", instantKey, t.C(institution.FieldCreatedAt)
	case InstitutionByDistance:
		by.name, by.arg, column = "distance", realKey, near
	case InstitutionByName:
	}
	by.key = func(*sql.Selector) string { return column }
	by.id = func(*sql.Selector) string { return t.C(institution.FieldID) }
	return by
}

func (o InstitutionOrder) position(r *foundInstitution) (any, int64) {
	switch o.By {
	case InstitutionByCreated:
		return r.created, r.id
	case InstitutionByDistance:
		return r.distance, r.id
	case InstitutionByName:
	}
	return r.searchName, r.id
}

// realKey reads a number that may have a fraction. Both databases give and take the
// nearest double.
func realKey(raw json.RawMessage) (any, error) {
	var x float64
	err := json.Unmarshal(raw, &x)
	if err == nil && (math.IsNaN(x) || math.IsInf(x, 0)) {
		err = errors.New("market: no number")
	}
	return x, err
}

// Box is a part of the map, in degrees. East of less than West is beyond the 180th
// meridian.
type Box struct{ South, West, North, East float64 }

func (b *Box) check(bad *fault.Fields) {
	if b == nil {
		return
	}
	bad.Check(b.South >= -90 && b.South <= 90, "south", "must be between -90 and 90")
	bad.Check(b.North >= b.South && b.North <= 90, "north", "must be between south and 90")
	bad.Check(b.West >= -180 && b.West <= 180, "west", "must be between -180 and 180")
	bad.Check(b.East >= -180 && b.East <= 180, "east", "must be between -180 and 180")
}

// InstitutionMarkers gives where the active institutions are, by their number: in the
// box, or with nil everywhere, and no more than most of them.
//
// Faults: UNAUTHENTICATED; INVALID_PARAMETER.
func (a *App) InstitutionMarkers(ctx context.Context, box *Box, most int, unread fault.Fields) ([]*view.InstitutionMarker, error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	box.check(&unread)
	unread.Check(most >= 1 && most <= MaxMarkers, "first", "must be between 1 and %d", MaxMarkers)
	if err := unread.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	type row = view.InstitutionMarker
	t := sql.Table(institution.Table).As("i")
	s := selectFrom[row](a.store.Dialect(), t)
	s.take(t, institution.FieldID, func(r *row) any { return &r.ID })
	s.take(t, institution.FieldName, func(r *row) any { return &r.Name })
	s.take(t, institution.FieldLatitude, func(r *row) any { return &r.Latitude })
	s.take(t, institution.FieldLongitude, func(r *row) any { return &r.Longitude })
	s.Where(among(t.C(institution.FieldStatus), lifecycle.InstitutionActive))
	if box != nil {
		box.apply(s.Selector, t)
		ctx = store.PlanAnew(ctx)
	}
	s.OrderBy(t.C(institution.FieldID)).Limit(most)
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := s.rows(ctx, a.store.Client())
	if err != nil {
		return nil, store.Fault(err)
	}
	list := make([]*row, len(rows))
	for i, r := range rows {
		list[i] = view.See(r, view.Anyone)
	}
	return list, nil
}

func (b *Box) apply(s *sql.Selector, t *sql.SelectTable) {
	lat, lng := t.C(institution.FieldLatitude), t.C(institution.FieldLongitude)
	s.Where(sql.And(sql.GTE(lat, b.South), sql.LTE(lat, b.North)))
	if b.West <= b.East {
		s.Where(sql.And(sql.GTE(lng, b.West), sql.LTE(lng, b.East)))
		return
	}
	s.Where(sql.Or(sql.GTE(lng, b.West), sql.LTE(lng, b.East)))
}
