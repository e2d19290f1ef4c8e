package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/banner"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// maxBanners bounds the banners that are in use, and so those that are shown.
const maxBanners = 50

// contentLength bounds a text that fills a page, in letters.
const contentLength = 20_000

// BannerDetails are what may change of a banner. A new one needs a title and an image.
type BannerDetails struct {
	Title, Link, Description, Content Optional[string]
	Position                          Optional[int64]
	// StartDate and EndDate are the first and the last day: null for none.
	StartDate, EndDate Optional[view.Date]
	Active             Optional[bool]
	// Image cannot be taken away, but for another one.
	Image Optional[*Upload]
}

var banners = noun[ent.Banner]{
	name: lifecycle.NounBanner,
	of:   func(r *ent.Banner) record { return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt} },
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.Banner, error) {
		return tx.Banner.Query().Where(banner.ID(id), store.ForUpdate).Only(ctx)
	},
	room: func(ctx context.Context, tx *ent.Tx) error {
		_, err := tx.Banner.Query().Where(banner.Active(true), store.ForUpdate).Order(banner.ByID()).IDs(ctx)
		return err
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.Banner) error {
		if !next.Active || before != nil && before.Active {
			return nil
		}
		inUse, err := tx.Banner.Query().Where(banner.Active(true)).Count(ctx)
		return roomFor(maxBanners, "banners", inUse, err)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.Banner) (int64, error) {
		made, err := tx.Banner.Create().SetTitle(r.Title).SetImage(r.Image).SetLink(r.Link).SetPosition(r.Position).
			SetDescription(r.Description).SetContent(r.Content).SetStartDate(r.StartDate).SetEndDate(r.EndDate).SetActive(r.Active).
			SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.Banner, version int64) (int, error) {
		return tx.Banner.Update().Where(banner.ID(r.ID), banner.Version(version)).
			SetTitle(r.Title).SetImage(r.Image).SetLink(r.Link).SetPosition(r.Position).
			SetDescription(r.Description).SetContent(r.Content).SetStartDate(r.StartDate).SetEndDate(r.EndDate).SetActive(r.Active).
			SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

var bannerImages = pictures[ent.Banner]{
	of: &banners, field: "image", must: true, place: func(r *ent.Banner) *string { return &r.Image },
	read: func(ctx context.Context, on *ent.Client, id int64) (*ent.Banner, error) {
		return on.Banner.Get(ctx, id)
	},
}

// CreateBanner makes a banner.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID, also where
// maxBanners are in use; BUSY when its image cannot be stored.
func (a *App) CreateBanner(ctx context.Context, in BannerDetails) (*view.Banner, error) {
	return seen(a, seeWholeBanner)(bannerImages.create(ctx, a, in.Image, func(bad *fault.Fields, r *ent.Banner) {
		*r = ent.Banner{Active: true}
		in.change(bad, r)
	}))
}

// UpdateBanner changes a banner.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID, also
// where maxBanners are in use; STALE when somebody changed it after that version; BUSY
// when its image cannot be stored.
func (a *App) UpdateBanner(ctx context.Context, id, version int64, in BannerDetails) (*view.Banner, error) {
	return seen(a, seeWholeBanner)(bannerImages.amend(ctx, a, id, version, in.Image, in.change))
}

func (in BannerDetails) change(bad *fault.Fields, r *ent.Banner) {
	setText(in.Title, &r.Title)
	setText(in.Link, &r.Link)
	setText(in.Description, &r.Description)
	setText(in.Content, &r.Content)
	set(bad, "position", in.Position, &r.Position)
	set(bad, "active", in.Active, &r.Active)
	setDay(in.StartDate, &r.StartDate)
	setDay(in.EndDate, &r.EndDate)
	checkText(bad, "title", r.Title, 1, nameLength)
	checkLink(bad, "link", r.Link)
	checkText(bad, "description", r.Description, 0, catalogueTextSize)
	checkText(bad, "content", r.Content, 0, contentLength)
	bad.Check(r.Position >= 0 && r.Position <= maxPosition, "position", "must be between 0 and %d", maxPosition)
	checkDays(bad, r.StartDate, r.EndDate)
}

// setDay puts a day that may be none where it belongs, if it was sent.
func setDay(o Optional[view.Date], to *string) { *to = string(o.Or(view.Date(*to))) }

// checkDay notes what is no day; an empty one is none. It tells whether it is one.
func checkDay(bad *fault.Fields, name, day string) bool {
	good := day == "" || isDate(day)
	bad.Check(good, name, "must be a day, YYYY-MM-DD")
	return good && day != ""
}

// checkDays notes what is wrong with a first and a last day, each of which may be none.
func checkDays(bad *fault.Fields, start, end string) {
	first, last := checkDay(bad, "start_date", start), checkDay(bad, "end_date", end)
	bad.Check(!first || !last || start <= end, "end_date", "must not be before the first day")
}

// AllBanners lists all banners, by their number.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllBanners(ctx context.Context, active *bool, p Page, unread fault.Fields) (*view.Page[view.Banner], error) {
	return listRecords(ctx, a, p, unread, records[ent.Banner, view.Banner]{
		id: func(r *ent.Banner) int64 { return r.ID }, see: oneByOne(seeWholeBanner),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.Banner, error) {
			return on.Banner.Query().Where(whereActive(active), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.Banner.Query().Where(whereActive(active)).Count(ctx)
		},
	})
}

// Banners lists those that are shown today, by their position, maxBanners at most. They
// are for everybody, signed in or not.
func (a *App) Banners(ctx context.Context) ([]*view.Banner, error) {
	shown, err := a.shownBanners()
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().Banner.Query().Where(shown).Order(banner.ByPosition(), banner.ByID()).Limit(maxBanners).All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	list := make([]*view.Banner, len(rows))
	for i, r := range rows {
		list[i] = a.seeBanner(r, view.Anyone)
	}
	return list, nil
}

// Banner gives one banner that is shown today, to everybody.
//
// Faults: NOT_FOUND.
func (a *App) Banner(ctx context.Context, id int64) (*view.Banner, error) {
	shown, err := a.shownBanners()
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	r, err := a.store.Client().Banner.Query().Where(banner.ID(id), shown).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.RecordNotFound, "There is no such banner.")
	}
	if err != nil {
		return nil, store.Fault(err)
	}
	return a.seeBanner(r, view.Anyone), nil
}

// shownBanners keeps those that are in use and within their days.
func (a *App) shownBanners() (func(*sql.Selector), error) {
	today, err := dayIn(marketZone, a.Now())
	return func(s *sql.Selector) {
		start, end := s.C(banner.FieldStartDate), s.C(banner.FieldEndDate)
		s.Where(sql.And(sql.EQ(s.C(banner.FieldActive), true),
			sql.Or(sql.EQ(start, ""), sql.LTE(start, today)), sql.Or(sql.EQ(end, ""), sql.GTE(end, today))))
	}, err
}

// seeWholeBanner is the view of a banner for the back office.
func seeWholeBanner(a *App, r *ent.Banner) *view.Banner {
	return a.seeBanner(r, view.Anyone|view.Admin)
}

func (a *App) seeBanner(r *ent.Banner, ties view.Tie) *view.Banner {
	return view.See(&view.Banner{
		ID: r.ID, Title: r.Title, Image: a.links.Public(r.Image), Link: filled(r.Link), Position: r.Position,
		Description: filled(r.Description), Content: filled(r.Content), StartDate: (*view.Date)(filled(r.StartDate)), EndDate: (*view.Date)(filled(r.EndDate)),
		Active: &r.Active, Version: &r.Version, CreatedAt: &r.CreatedAt, UpdatedAt: &r.UpdatedAt,
	}, ties)
}
