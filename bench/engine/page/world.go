package page

import (
	"fmt"
	"time"
)

// New makes a page of n contracts, each with everything that stands beside it: the
// same ones for the same n. Catalogue, institutions and partners are shared, as
// they are in a real page.
func New(n int) *ContractConnection {
	w := &world{now: time.Date(2026, 6, 8, 2, 0, 0, 0, time.UTC)}
	w.catalogue()
	cursor := "eyJhIjoiMjAyNi0wNi0wOFQwMjowMDowMFoiLCJpIjo0Mn0"
	c := &ContractConnection{TotalCount: 1234, PageInfo: &PageInfo{HasNextPage: true, EndCursor: &cursor}}
	for i := range n {
		c.Nodes = append(c.Nodes, w.contract(i))
	}
	return c
}

type world struct {
	now          time.Time
	subServices  []*SubService
	institutions []*Institution
	partners     []*Partner
	supervisor   *Person
	method       *PaymentMethod
	promotion    *Promotion
}

func (w *world) at(hours int) Time { return Time{w.now.Add(time.Duration(hours) * time.Hour)} }

func ref[T any](v T) *T { return &v }

func (w *world) catalogue() {
	for i, name := range []string{"Pendingin ruangan", "Alat radiologi", "Sterilisasi"} {
		service := &Service{Number: Int64(i + 1), Name: name}
		for j, part := range []string{"pemeriksaan", "penggantian suku cadang", "kalibrasi"} {
			w.subServices = append(w.subServices, &SubService{Number: Int64(10*i + j + 1), Name: name + ", " + part, Service: service})
		}
	}
	for i, city := range []string{"Bandung", "Surabaya", "Denpasar"} {
		w.institutions = append(w.institutions, &Institution{
			Number: Int64(i + 1), Name: "RS \"Harapan\" " + city, Address: fmt.Sprintf("Jalan Merdeka No. %d", 10+i), City: city, Province: "Jawa Barat",
		})
	}
	for i := range 5 {
		w.partners = append(w.partners, w.partner(i))
	}
	w.supervisor = &Person{Number: 900, FullName: "Siti Rahmawati", Role: RoleSupervisor}
	w.method = &PaymentMethod{Name: "Transfer bank — BCA"}
	w.promotion = &Promotion{Number: 7, Code: "HEMAT10", Name: "Hemat 10 persen", DiscountType: Subtract}
}

func (w *world) partner(i int) *Partner {
	p := &Partner{
		Number: Int64(i + 100), FullName: fmt.Sprintf("Budi Santoso %d", i+1), City: ref("Bandung"),
		Picture:        &File{URL: fmt.Sprintf("https://files.kontrak.test/public/partner-%d.jpg", i)},
		RatingsSummary: &RatingsSummary{OverallAverage: 4.25 + float64(i)/8, TotalReviews: int32(10 + i)},
	}
	for s := range 2 {
		parts := w.subServices[3*((i+s)%3):][:2]
		c := &Competency{Service: parts[0].Service}
		for _, sub := range parts {
			c.SubServices = append(c.SubServices, &SubServiceCompetency{Status: Done, Kinds: []WorkKind{Installation, Repair}, SubService: sub})
		}
		p.Competencies = append(p.Competencies, c)
	}
	return p
}

func (w *world) contract(i int) *Contract {
	id := Int64(i + 1)
	statuses := []ContractStatus{PartnerPending, Accepted, InProgress, Completed}
	c := &Contract{
		DatabaseID: id, ReferenceCode: fmt.Sprintf("NKT-%08d", id),
		Status: statuses[i%4], DisplayStatus: statuses[i%4], Step: Done, Kind: Repair,
		PartnerStatus: ref(Running), Description: ref("Unit tidak dingin dan mengeluarkan bunyi yang tidak biasa sejak kemarin"),
		ToolBrand: ref("Daikin"), ToolType: ref("FTKC25"),
		ContractStartDate: ref("2026-06-10"), ContractStartTime: ref("09:00"), ContractEndDate: ref("2026-06-11"), ContractEndTime: ref("16:00"),
		CreatedAt: w.at(-i), UpdatedAt: w.at(1 - i),
		Institution: w.institutions[i%3], Partner: w.partners[i%5], SubService: w.subServices[i%9],
		TotalAmount: Money{Value: 1_350_000, Currency: "IDR"},
	}
	if i%4 == 0 {
		c.ContractEscalationStage, c.EscalationDeadlineAt = ref(RolePartner), ref(w.at(24-i))
	}
	w.parts(c, id)
	return c
}

// parts gives a contract what only it has.
func (w *world) parts(c *Contract, id Int64) {
	for d := range Int64(2) {
		c.Schedules = append(c.Schedules, &Schedule{
			Number: 10*id + d, Date: fmt.Sprintf("2026-06-%d", 10+d), StartTime: "09:00", EndTime: "16:00", Status: NotBegun,
		})
	}
	c.ContactPersons = []*ContactPerson{{Number: 10 * id, Name: "Dewi Lestari", Phone: ref("+62 812-3456-7890")}}
	for k, name := range []string{"Jasa teknisi", "Biaya perjalanan", "Potongan promosi"} {
		effect := Add
		if k == 2 {
			effect = Subtract
		}
		c.PricingItems = append(c.PricingItems, &PricingItem{
			Number: 10*id + Int64(k), Name: name, Code: fmt.Sprintf("item_%d", k), Kind: "base", Unit: "contract", Effect: effect, IsPartnerPricing: k == 0,
			Amount: Money{Value: Int64(450_000 * (k + 1)), Currency: "IDR"},
		})
	}
	c.Payment = &Payment{
		Number: id, Status: Paid, Amount: c.TotalAmount, PaymentMethod: w.method, Promotion: w.promotion,
		Proof: &File{URL: fmt.Sprintf("https://files.kontrak.test/private/proof-%d.jpg?until=1780000000&sign=c2lnbmF0dXJl", id)},
	}
	c.Assignments = []*Assignment{{
		Number: id, Sequence: 1, Status: Done, AssignedAt: c.CreatedAt, Partner: c.Partner, AssignedBy: w.supervisor,
	}}
	if id%2 == 0 {
		c.TimeAdjustments = []*TimeAdjustment{{
			Number: id, AdditionalHours: "1.5", Reason: "Suku cadang belum tiba", Status: NotBegun, RequestedAt: c.UpdatedAt,
		}}
	}
}
