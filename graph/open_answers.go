package graph

import (
	"kontrak/graph/model"
	"kontrak/internal/view"
)

// The payloads of changes of what everybody may look through, and its pages.

func servicePayload(v *view.Service, err error) (*model.ServicePayload, error) {
	bad, err := userErrors(openFields.of(err))
	return &model.ServicePayload{Service: v, UserErrors: bad}, err
}

func subServicePayload(v *view.SubService, err error) (*model.SubServicePayload, error) {
	bad, err := userErrors(openFields.of(err))
	return &model.SubServicePayload{SubService: v, UserErrors: bad}, err
}

func competencyTestPayload(v *view.CompetencyTest, err error) (*model.CompetencyTestPayload, error) {
	bad, err := userErrors(openFields.of(err))
	return &model.CompetencyTestPayload{CompetencyTest: v, UserErrors: bad}, err
}

func certificationPayload(v *view.Certification, err error) (*model.CertificationPayload, error) {
	bad, err := userErrors(openFields.of(err))
	return &model.CertificationPayload{Certification: v, UserErrors: bad}, err
}

func bannerPayload(v *view.Banner, err error) (*model.BannerPayload, error) {
	bad, err := userErrors(openFields.of(err))
	return &model.BannerPayload{Banner: v, UserErrors: bad}, err
}

func partnerCertificationPayload(v *view.PartnerCertification, err error) (*model.PartnerCertificationPayload, error) {
	bad, err := userErrors(openFields.of(err))
	return &model.PartnerCertificationPayload{PartnerCertification: v, UserErrors: bad}, err
}

func certificationWishPayload(v *view.CertificationWish, err error) (*model.CertificationWishPayload, error) {
	bad, err := userErrors(openFields.of(err))
	return &model.CertificationWishPayload{CertificationWish: v, UserErrors: bad}, err
}

func toServiceConnection(p *view.Page[view.Service], err error) (*model.ServiceConnection, error) {
	if err != nil {
		return nil, openFields.of(err)
	}
	return &model.ServiceConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Service) *model.ServiceEdge {
			return &model.ServiceEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toSubServiceConnection(p *view.Page[view.SubService], err error) (*model.SubServiceConnection, error) {
	if err != nil {
		return nil, openFields.of(err)
	}
	return &model.SubServiceConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.SubService) *model.SubServiceEdge {
			return &model.SubServiceEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toCompetencyTestConnection(p *view.Page[view.CompetencyTest], err error) (*model.CompetencyTestConnection, error) {
	if err != nil {
		return nil, openFields.of(err)
	}
	return &model.CompetencyTestConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.CompetencyTest) *model.CompetencyTestEdge {
			return &model.CompetencyTestEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toCertificationConnection(p *view.Page[view.Certification], err error) (*model.CertificationConnection, error) {
	if err != nil {
		return nil, openFields.of(err)
	}
	return &model.CertificationConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Certification) *model.CertificationEdge {
			return &model.CertificationEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toBannerConnection(p *view.Page[view.Banner], err error) (*model.BannerConnection, error) {
	if err != nil {
		return nil, openFields.of(err)
	}
	return &model.BannerConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Banner) *model.BannerEdge {
			return &model.BannerEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toPartnerCertificationConnection(p *view.Page[view.PartnerCertification], err error) (*model.PartnerCertificationConnection, error) {
	if err != nil {
		return nil, openFields.of(err)
	}
	return &model.PartnerCertificationConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.PartnerCertification) *model.PartnerCertificationEdge {
			return &model.PartnerCertificationEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toCertificationWishConnection(p *view.Page[view.CertificationWish], err error) (*model.CertificationWishConnection, error) {
	if err != nil {
		return nil, openFields.of(err)
	}
	return &model.CertificationWishConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.CertificationWish) *model.CertificationWishEdge {
			return &model.CertificationWishEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}
