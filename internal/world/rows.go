package world

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementhistory"
	"kontrak/ent/agreementterm"
	"kontrak/ent/apikey"
	"kontrak/ent/asset"
	"kontrak/ent/assignment"
	"kontrak/ent/banner"
	"kontrak/ent/baseprice"
	"kontrak/ent/certification"
	"kontrak/ent/certificationwishlist"
	"kontrak/ent/columnitem"
	"kontrak/ent/competency"
	"kontrak/ent/competencytest"
	"kontrak/ent/conclusion"
	"kontrak/ent/contactperson"
	"kontrak/ent/contract"
	"kontrak/ent/contracthistory"
	"kontrak/ent/counterparty"
	"kontrak/ent/file"
	"kontrak/ent/inspection"
	"kontrak/ent/inspectiontemplate"
	"kontrak/ent/institution"
	"kontrak/ent/membership"
	"kontrak/ent/participant"
	"kontrak/ent/partner"
	"kontrak/ent/partnercertification"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/partnertest"
	"kontrak/ent/payment"
	"kontrak/ent/paymentmethod"
	"kontrak/ent/pricingitem"
	"kontrak/ent/pricingschema"
	"kontrak/ent/promotion"
	"kontrak/ent/ratingitem"
	"kontrak/ent/review"
	"kontrak/ent/reviewrating"
	"kontrak/ent/schedule"
	"kontrak/ent/service"
	"kontrak/ent/setting"
	"kontrak/ent/signature"
	"kontrak/ent/signatureobject"
	"kontrak/ent/signaturetemplate"
	"kontrak/ent/subservice"
	"kontrak/ent/tag"
	"kontrak/ent/testattempt"
	"kontrak/ent/testquestion"
	"kontrak/ent/timeadjustment"
	"kontrak/ent/user"
	"kontrak/ent/wishlist"
	"kontrak/internal/store"
)

// rows are the rows of every table that are to be stored together.
type rows struct {
	secrets        Secrets
	settings       list[ent.Setting]
	services       list[ent.Service]
	subServices    list[ent.SubService]
	pricingSchemas list[ent.PricingSchema]
	paymentMethods list[ent.PaymentMethod]
	promotions     list[ent.Promotion]
	ratingItems    list[ent.RatingItem]
	templates      list[ent.InspectionTemplate]

	institutions list[ent.Institution]
	users        list[ent.User]
	memberships  list[ent.Membership]
	partners     list[ent.Partner]
	locations    list[ent.PartnerLocation]
	competencies list[ent.Competency]
	basePrices   list[ent.BasePrice]
	wishlists    list[ent.Wishlist]
	files        list[ent.File]

	tests               list[ent.CompetencyTest]
	certifications      list[ent.Certification]
	certified           pairs
	registrations       list[ent.PartnerCertification]
	certificationWishes list[ent.CertificationWishlist]
	banners             list[ent.Banner]
	testQuestions       list[ent.TestQuestion]
	testAttempts        list[ent.TestAttempt]
	partnerTests        list[ent.PartnerTest]

	counterparties   list[ent.Counterparty]
	tags             list[ent.Tag]
	assets           list[ent.Asset]
	apiKeys          list[ent.ApiKey]
	agreements       list[ent.Agreement]
	terms            list[ent.AgreementTerm]
	columnItems      list[ent.ColumnItem]
	agreementHistory list[ent.AgreementHistory]
	signTemplates    list[ent.SignatureTemplate]
	signatures       list[ent.Signature]
	participants     list[ent.Participant]
	objects          list[ent.SignatureObject]
	paired           agreementPairs

	contracts   list[ent.Contract]
	schedules   list[ent.Schedule]
	contacts    list[ent.ContactPerson]
	items       list[ent.PricingItem]
	payments    list[ent.Payment]
	assignments list[ent.Assignment]
	adjustments list[ent.TimeAdjustment]
	inspections list[ent.Inspection]
	conclusions list[ent.Conclusion]
	reviews     list[ent.Review]
	ratings     list[ent.ReviewRating]
	history     list[ent.ContractHistory]
}

// newRows gives empty lists whose rows get their ids from next.
func newRows(next func(table string) int64) *rows {
	return &rows{
		secrets:        none{},
		settings:       listOf[ent.Setting](setting.Table, setting.Columns, next),
		services:       listOf[ent.Service](service.Table, service.Columns, next),
		subServices:    listOf[ent.SubService](subservice.Table, subservice.Columns, next),
		pricingSchemas: listOf[ent.PricingSchema](pricingschema.Table, pricingschema.Columns, next),
		paymentMethods: listOf[ent.PaymentMethod](paymentmethod.Table, paymentmethod.Columns, next),
		promotions:     listOf[ent.Promotion](promotion.Table, promotion.Columns, next),
		ratingItems:    listOf[ent.RatingItem](ratingitem.Table, ratingitem.Columns, next),
		templates:      listOf[ent.InspectionTemplate](inspectiontemplate.Table, inspectiontemplate.Columns, next),

		institutions: listOf[ent.Institution](institution.Table, institution.Columns, next),
		users:        listOf[ent.User](user.Table, user.Columns, next),
		memberships:  listOf[ent.Membership](membership.Table, membership.Columns, next),
		partners:     listOf[ent.Partner](partner.Table, partner.Columns, next),
		locations:    listOf[ent.PartnerLocation](partnerlocation.Table, partnerlocation.Columns, next),
		competencies: listOf[ent.Competency](competency.Table, competency.Columns, next),
		basePrices:   listOf[ent.BasePrice](baseprice.Table, baseprice.Columns, next),
		wishlists:    listOf[ent.Wishlist](wishlist.Table, wishlist.Columns, next),
		files:        listOf[ent.File](file.Table, file.Columns, next),

		tests:               listOf[ent.CompetencyTest](competencytest.Table, competencytest.Columns, next),
		certifications:      listOf[ent.Certification](certification.Table, certification.Columns, next),
		certified:           pairs{name: certification.SubServicesTable, columns: certification.SubServicesPrimaryKey},
		registrations:       listOf[ent.PartnerCertification](partnercertification.Table, partnercertification.Columns, next),
		certificationWishes: listOf[ent.CertificationWishlist](certificationwishlist.Table, certificationwishlist.Columns, next),
		banners:             listOf[ent.Banner](banner.Table, banner.Columns, next),
		testQuestions:       listOf[ent.TestQuestion](testquestion.Table, testquestion.Columns, next),
		testAttempts:        listOf[ent.TestAttempt](testattempt.Table, testattempt.Columns, next),
		partnerTests:        listOf[ent.PartnerTest](partnertest.Table, partnertest.Columns, next),

		counterparties:   listOf[ent.Counterparty](counterparty.Table, counterparty.Columns, next),
		tags:             listOf[ent.Tag](tag.Table, tag.Columns, next),
		assets:           listOf[ent.Asset](asset.Table, asset.Columns, next),
		apiKeys:          listOf[ent.ApiKey](apikey.Table, apikey.Columns, next),
		agreements:       listOf[ent.Agreement](agreement.Table, agreement.Columns, next),
		terms:            listOf[ent.AgreementTerm](agreementterm.Table, agreementterm.Columns, next),
		columnItems:      listOf[ent.ColumnItem](columnitem.Table, columnitem.Columns, next),
		agreementHistory: listOf[ent.AgreementHistory](agreementhistory.Table, agreementhistory.Columns, next),
		signTemplates:    listOf[ent.SignatureTemplate](signaturetemplate.Table, signaturetemplate.Columns, next),
		signatures:       listOf[ent.Signature](signature.Table, signature.Columns, next),
		participants:     listOf[ent.Participant](participant.Table, participant.Columns, next),
		objects:          listOf[ent.SignatureObject](signatureobject.Table, signatureobject.Columns, next),
		paired:           newAgreementPairs(),

		contracts:   listOf[ent.Contract](contract.Table, contract.Columns, next),
		schedules:   listOf[ent.Schedule](schedule.Table, schedule.Columns, next),
		contacts:    listOf[ent.ContactPerson](contactperson.Table, contactperson.Columns, next),
		items:       listOf[ent.PricingItem](pricingitem.Table, pricingitem.Columns, next),
		payments:    listOf[ent.Payment](payment.Table, payment.Columns, next),
		assignments: listOf[ent.Assignment](assignment.Table, assignment.Columns, next),
		adjustments: listOf[ent.TimeAdjustment](timeadjustment.Table, timeadjustment.Columns, next),
		inspections: listOf[ent.Inspection](inspection.Table, inspection.Columns, next),
		conclusions: listOf[ent.Conclusion](conclusion.Table, conclusion.Columns, next),
		reviews:     listOf[ent.Review](review.Table, review.Columns, next),
		ratings:     listOf[ent.ReviewRating](reviewrating.Table, reviewrating.Columns, next),
		history:     listOf[ent.ContractHistory](contracthistory.Table, contracthistory.Columns, next),
	}
}

// agreementPairs are the tables that pair agreements, and templates, with others.
type agreementPairs struct {
	customers, tags, assets, notified, users, organizations, templateTags pairs
}

func newAgreementPairs() agreementPairs {
	return agreementPairs{
		customers:     pairs{name: agreement.CustomersTable, columns: agreement.CustomersPrimaryKey},
		tags:          pairs{name: agreement.TagsTable, columns: agreement.TagsPrimaryKey},
		assets:        pairs{name: agreement.AssetsTable, columns: agreement.AssetsPrimaryKey},
		notified:      pairs{name: agreement.NotifyUsersTable, columns: agreement.NotifyUsersPrimaryKey},
		users:         pairs{name: agreement.UsersTable, columns: agreement.UsersPrimaryKey},
		organizations: pairs{name: agreement.OrganizationsTable, columns: agreement.OrganizationsPrimaryKey},
		templateTags:  pairs{name: signaturetemplate.TagsTable, columns: signaturetemplate.TagsPrimaryKey},
	}
}

// tables lists the tables so that a row comes after those it refers to.
func (r *rows) tables() []table {
	p := &r.paired
	return []table{
		&r.settings, &r.services, &r.subServices, &r.pricingSchemas, &r.paymentMethods, &r.promotions, &r.ratingItems, &r.templates,
		&r.institutions, &r.users, &r.memberships, &r.partners, &r.locations, &r.competencies, &r.basePrices,
		&r.wishlists, &r.files,
		&r.tests, &r.certifications, &r.certified, &r.registrations, &r.certificationWishes, &r.banners, &r.testQuestions, &r.testAttempts, &r.partnerTests,
		&r.counterparties, &r.tags, &r.assets, &r.apiKeys, &r.agreements, &r.terms, &r.columnItems, &r.agreementHistory,
		&r.signTemplates, &r.signatures, &r.participants, &r.objects,
		&p.customers, &p.tags, &p.assets, &p.notified, &p.users, &p.organizations, &p.templateTags,
		&r.contracts, &r.schedules, &r.contacts, &r.items, &r.payments, &r.assignments, &r.adjustments,
		&r.inspections, &r.conclusions, &r.reviews, &r.ratings, &r.history,
	}
}

// insert stores every row.
func (r *rows) insert(ctx context.Context, tx *ent.Tx, dialect string) error {
	for _, t := range r.tables() {
		if err := t.insert(ctx, tx, dialect); err != nil {
			return err
		}
	}
	if err := keepNames(ctx, tx, store.InstitutionNames, r.institutions.rows, func(row *ent.Institution) int64 { return row.ID }); err != nil {
		return err
	}
	if err := keepNames(ctx, tx, store.PartnerNames, r.partners.rows, func(row *ent.Partner) int64 { return row.ID }); err != nil || len(r.partners.rows) == 0 {
		return err
	}
	return store.KeepLowestPrices(ctx, tx, r.partners.rows[0].ID, r.partners.rows[len(r.partners.rows)-1].ID)
}

// keepNames keeps the names of rows that were stored, whose numbers ascend.
func keepNames[T any](ctx context.Context, tx *ent.Tx, n store.Names, list []*T, id func(*T) int64) error {
	if len(list) == 0 {
		return nil
	}
	return store.KeepNames(ctx, tx, n, id(list[0]), id(list[len(list)-1]))
}
