package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/competency"
	"kontrak/ent/partner"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// SupervisorServices lists the active services, each with how many of the calling
// supervisor's own partners have an active competency in it, whatever their state; those
// of 0 too. There are maxServices at most, by their name.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but supervisor.
func (a *App) SupervisorServices(ctx context.Context) ([]*view.SupervisorService, error) {
	who, err := caller(ctx, actor.Supervisor)
	if err != nil {
		return nil, err
	}
	var list []*view.SupervisorService
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := on.Service.Query().Where(service.StatusEQ(lifecycle.CatalogueActive)).
			Order(service.ByName(), service.ByID()).Limit(maxServices).All(ctx)
		if err != nil {
			return err
		}
		counts, err := a.ownPartnersByService(ctx, on, who)
		if err != nil {
			return err
		}
		list = make([]*view.SupervisorService, len(rows))
		for i, r := range rows {
			list[i] = view.See(&view.SupervisorService{
				Service: view.See(&view.Service{ID: r.ID, Name: r.Name, Description: filled(r.Description)}, view.Anyone),
				Icon:    a.links.Public(r.Icon), Status: r.Status, PartnersCount: counts[r.ID],
			}, view.Anyone)
		}
		return nil
	})
	return list, err
}

func (a *App) ownPartnersByService(ctx context.Context, on reader, who actor.Actor) (map[int64]int64, error) {
	p, c, ss := sql.Table(partner.Table).As("p"), sql.Table(competency.Table).As("c"), sql.Table(subservice.Table).As("ss")
	s := selectFrom[countOf](a.store.Dialect(), p)
	s.Join(c).OnP(sql.And(sql.ColumnsEQ(c.C(competency.FieldPartnerID), p.C(partner.FieldID)), is(c.C(competency.FieldStatus), lifecycle.CatalogueActive)))
	s.Join(ss).OnP(offeredSkill(c, ss))
	s.take(ss, subservice.FieldServiceID, func(r *countOf) any { return &r.id })
	s.compute(sql.Expr("count(DISTINCT "+p.C(partner.FieldID)+")"), "n", func(r *countOf) any { return &r.n })
	// access: the caller's own partners only.
	s.Where(sql.EQ(p.C(partner.FieldCreatedByID), who.UserID))
	s.Where(sql.IsNull(p.C(partner.FieldDeletedAt)))
	s.GroupBy(ss.C(subservice.FieldServiceID))
	return counted(s.rows(ctx, on))
}
