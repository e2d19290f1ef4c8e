package page

import "github.com/graph-gophers/graphql-go"

// GlobalID is the opaque id for our engine.
func (c *Contract) GlobalID() GlobalID {
	return GlobalID{Type: "Contract", Number: int64(c.DatabaseID)}
}

// ID is the opaque id for graph-gophers.
func (c *Contract) ID() graphql.ID { return graphql.ID(c.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (i *Institution) GlobalID() GlobalID {
	return GlobalID{Type: "Institution", Number: int64(i.Number)}
}

// ID is the opaque id for graph-gophers.
func (i *Institution) ID() graphql.ID { return graphql.ID(i.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (p *Partner) GlobalID() GlobalID { return GlobalID{Type: "Partner", Number: int64(p.Number)} }

// ID is the opaque id for graph-gophers.
func (p *Partner) ID() graphql.ID { return graphql.ID(p.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (s *Service) GlobalID() GlobalID { return GlobalID{Type: "Service", Number: int64(s.Number)} }

// ID is the opaque id for graph-gophers.
func (s *Service) ID() graphql.ID { return graphql.ID(s.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (s *SubService) GlobalID() GlobalID {
	return GlobalID{Type: "SubService", Number: int64(s.Number)}
}

// ID is the opaque id for graph-gophers.
func (s *SubService) ID() graphql.ID { return graphql.ID(s.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (s *Schedule) GlobalID() GlobalID { return GlobalID{Type: "Schedule", Number: int64(s.Number)} }

// ID is the opaque id for graph-gophers.
func (s *Schedule) ID() graphql.ID { return graphql.ID(s.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (c *ContactPerson) GlobalID() GlobalID {
	return GlobalID{Type: "ContactPerson", Number: int64(c.Number)}
}

// ID is the opaque id for graph-gophers.
func (c *ContactPerson) ID() graphql.ID { return graphql.ID(c.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (p *PricingItem) GlobalID() GlobalID {
	return GlobalID{Type: "PricingItem", Number: int64(p.Number)}
}

// ID is the opaque id for graph-gophers.
func (p *PricingItem) ID() graphql.ID { return graphql.ID(p.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (p *Payment) GlobalID() GlobalID { return GlobalID{Type: "Payment", Number: int64(p.Number)} }

// ID is the opaque id for graph-gophers.
func (p *Payment) ID() graphql.ID { return graphql.ID(p.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (p *Promotion) GlobalID() GlobalID { return GlobalID{Type: "Promotion", Number: int64(p.Number)} }

// ID is the opaque id for graph-gophers.
func (p *Promotion) ID() graphql.ID { return graphql.ID(p.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (a *Assignment) GlobalID() GlobalID {
	return GlobalID{Type: "Assignment", Number: int64(a.Number)}
}

// ID is the opaque id for graph-gophers.
func (a *Assignment) ID() graphql.ID { return graphql.ID(a.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (p *Person) GlobalID() GlobalID { return GlobalID{Type: "Person", Number: int64(p.Number)} }

// ID is the opaque id for graph-gophers.
func (p *Person) ID() graphql.ID { return graphql.ID(p.GlobalID().String()) }

// GlobalID is the opaque id for our engine.
func (t *TimeAdjustment) GlobalID() GlobalID {
	return GlobalID{Type: "TimeAdjustment", Number: int64(t.Number)}
}

// ID is the opaque id for graph-gophers.
func (t *TimeAdjustment) ID() graphql.ID { return graphql.ID(t.GlobalID().String()) }
