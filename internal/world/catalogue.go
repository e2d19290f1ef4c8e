package world

import (
	"strconv"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// Settings are the settings that a new marketplace starts with, in the order in
// which they are stored.
func Settings() []Setting {
	return []Setting{
		{"talent_finder_radius", "25", true},
		{"payment_deadline_hours", "24", true},
		{"partner_response_hours", "24", true},
		{"supervisor_response_hours", "24", true},
		{"departure_reminder_minutes", "120", true},
		{"max_extension_hours", "8", true},
		{"min_app_version", "1.0.0", true},
		{"review_edit_days", "7", false},
		{"qr_token_minutes", "5", false},
		{"otp_length", "6", false},
		{"otp_minutes", "10", false},
		{"otp_cooldown_seconds", "60", false},
		{"otp_tries", "5", false},
		{"access_token_minutes", "60", false},
		{"refresh_token_days", "30", false},
	}
}

// Setting is a setting with its value; a public one may be read by anybody.
type Setting struct {
	Key    string
	Value  string
	Public bool
}

// The sub-services that the demo speaks of.
const (
	subXRay = iota
	subUltrasound
	subCTScanner
	subCentrifuge
	subAnalyser
	subMicroscope
	subVentilator
	subMonitor
	subPump
	subAutoclave
	subGenerator
	subMedicalGas
)

// serviceText is a service with its sub-services, in the order of the constants.
type serviceText struct {
	name, about string
	subServices []subServiceText
}

type subServiceText struct {
	name, about string
	without     lifecycle.Kind // the one kind that is not offered, if any
}

var serviceTexts = []serviceText{
	{"Medical imaging", "X-ray, ultrasound and computed tomography.", []subServiceText{
		{"X-ray machine", "Mobile and fixed X-ray units.", ""},
		{"Ultrasound machine", "Ultrasound with its probes.", ""},
		{"CT scanner", "Tube, gantry and cooling of CT scanners.", lifecycle.KindInstallation},
	}},
	{"Laboratory equipment", "What a clinical laboratory works with.", []subServiceText{
		{"Centrifuge", "Table-top and floor centrifuges.", ""},
		{"Haematology analyser", "Three-part and five-part analysers.", ""},
		{"Microscope", "Optics and lamps of microscopes.", lifecycle.KindInstallation},
	}},
	{"Life support", "Equipment that a patient's life depends on.", []subServiceText{
		{"Ventilator", "Intensive-care and transport ventilators.", ""},
		{"Patient monitor", "Bedside monitors and central stations.", ""},
		{"Infusion pump", "Infusion and syringe pumps.", ""},
	}},
	{"Utilities", "What keeps the building running.", []subServiceText{
		{"Autoclave", "Steam sterilisers.", ""},
		{"Generator", "Emergency power.", ""},
		{"Medical gas", "Oxygen, vacuum and compressed air.", lifecycle.KindRepair},
	}},
}

// pictures stores a public picture and gives its name; it may give "".
type pictures func(key, purpose string) string

// stocktake makes the catalogue of a new marketplace.
func stocktake(r *rows, at time.Time, picture pictures) *catalogue {
	c := &catalogue{}
	stockSettings(r, at)
	stockServices(r, c, at, picture)
	stockPrices(r, c, at)
	stockMethods(r, c, at, picture)
	stockCriteria(r, c, at)
	stockTemplates(r, c, at)
	return c
}

func stockSettings(r *rows, at time.Time) {
	for _, s := range Settings() {
		r.settings.add(&ent.Setting{Key: s.Key, Value: s.Value, Public: s.Public, Version: 1, CreatedAt: at, UpdatedAt: at})
	}
}

func stockServices(r *rows, c *catalogue, at time.Time, picture pictures) {
	for _, s := range serviceTexts {
		service := r.services.add(&ent.Service{
			Name: s.name, Description: s.about, Icon: picture(s.name, "icon"), Status: lifecycle.CatalogueActive,
			Version: 1, CreatedAt: at, UpdatedAt: at,
		})
		for _, sub := range s.subServices {
			c.subServices = append(c.subServices, r.subServices.add(&ent.SubService{
				ServiceID: service.ID, Name: sub.name, Description: sub.about, Status: lifecycle.CatalogueActive,
				Installation: sub.without != lifecycle.KindInstallation, Maintenance: sub.without != lifecycle.KindMaintenance,
				Repair: sub.without != lifecycle.KindRepair, Version: 1, CreatedAt: at, UpdatedAt: at,
			}))
		}
	}
}

func stockCriteria(r *rows, c *catalogue, at time.Time) {
	for i, name := range []string{"Punctuality", "Quality of work", "Communication", "Tidiness"} {
		c.criteria = append(c.criteria, r.ratingItems.add(&ent.RatingItem{
			Name: name, Description: "How do you rate this: " + name + "?", Position: i + 1, Active: true,
			Version: 1, CreatedAt: at, UpdatedAt: at,
		}))
	}
}

func stockPrices(r *rows, c *catalogue, at time.Time) {
	for _, s := range []ent.PricingSchema{
		{Code: "base", Name: "Technician's fee", Kind: "base", Unit: "hour", IsPartnerPricing: true, Active: true},
		{Code: "travel", Name: "Travel", Kind: "travel", Unit: "contract", Amount: 75_000, Active: true},
		{Code: "platform", Name: "Platform fee", Kind: "platform", Unit: "contract", Amount: 25_000, Active: true},
		{Code: "launch-credit", Name: "Launch credit", Kind: "credit", Unit: "contract", Amount: 15_000, Effect: lifecycle.EffectSubtract, Active: true},
		{Code: "night", Name: "Night surcharge", Kind: "surcharge", Unit: "contract", Amount: 150_000},
	} {
		if s.Effect == "" {
			s.Effect = lifecycle.EffectAdd
		}
		s.Currency, s.Version, s.CreatedAt, s.UpdatedAt = "IDR", 1, at, at
		row := r.pricingSchemas.add(&s)
		if row.Active {
			c.schemas = append(c.schemas, row)
		}
	}
}

func stockMethods(r *rows, c *catalogue, at time.Time, picture pictures) {
	for i, m := range []ent.PaymentMethod{
		{Code: "bca-transfer", Name: "BCA bank transfer", Kind: lifecycle.MethodBankTransfer, Active: true},
		{Code: "mandiri-va", Name: "Mandiri virtual account", Kind: lifecycle.MethodVirtualAccount, Active: true},
		{Code: "gopay", Name: "GoPay", Kind: lifecycle.MethodEWallet, Active: true},
		{Code: "bni-transfer", Name: "BNI bank transfer", Kind: lifecycle.MethodBankTransfer},
	} {
		m.AccountName, m.AccountNumber = "PT Kontrak Indonesia", "88000"+strconv.Itoa(4400100+i)
		m.Instructions = "Transfer the exact amount and upload the receipt before the deadline."
		m.Logo = picture(m.Name, "logo")
		m.Version, m.CreatedAt, m.UpdatedAt = 1, at, at
		row := r.paymentMethods.add(&m)
		if row.Active {
			c.methods = append(c.methods, row)
		}
	}
}

// The promotions of the demo.
const (
	promoPercentage = iota
	promoFixed
	promoWelcome
	promoExpired
	promoFuture
	promoInactive
)

// stockPromotions adds promotions around a day: some that may be used, one that
// is over, one that has not begun and one that was switched off.
func stockPromotions(r *rows, c *catalogue, at, now time.Time) {
	day := func(n int) string { return now.AddDate(0, 0, n).Format(dateForm) }
	for _, p := range []ent.Promotion{
		{Code: "PROMO10", Name: "Ten percent", Description: "10 % off, 50,000 at most.", DiscountType: lifecycle.DiscountPercentage,
			DiscountValue: 10, MinOrderAmount: 200_000, MaxDiscountAmount: 50_000, StartDate: day(-90), EndDate: day(60), Active: true},
		{Code: "POTONG75", Name: "Seventy-five thousand", Description: "75,000 off from 500,000 on.", DiscountType: lifecycle.DiscountFixed,
			DiscountValue: 75_000, MinOrderAmount: 500_000, StartDate: day(-90), EndDate: day(30), Active: true},
		{Code: "WELCOME", Name: "Welcome", Description: "5 % off whatever you order.", DiscountType: lifecycle.DiscountPercentage,
			DiscountValue: 5, StartDate: day(-365), EndDate: day(365), Active: true},
		{Code: "RAMADAN25", Name: "Ramadan", Description: "25 % off during Ramadan, 200,000 at most.", DiscountType: lifecycle.DiscountPercentage,
			DiscountValue: 25, MinOrderAmount: 100_000, MaxDiscountAmount: 200_000, StartDate: day(-110), EndDate: day(-80), Active: true},
		{Code: "MERDEKA17", Name: "Independence Day", Description: "17 % off in August.", DiscountType: lifecycle.DiscountPercentage,
			DiscountValue: 17, MaxDiscountAmount: 170_000, StartDate: day(54), EndDate: day(84), Active: true},
		{Code: "PAUSED", Name: "Paused", Description: "Switched off by the back office.", DiscountType: lifecycle.DiscountFixed,
			DiscountValue: 20_000, StartDate: day(-30), EndDate: day(30)},
	} {
		p.Currency, p.Version, p.CreatedAt, p.UpdatedAt = "IDR", 1, at, at
		c.promotions = append(c.promotions, r.promotions.add(&p))
	}
}
