package market

import (
	"kontrak/ent"
	"kontrak/internal/fault"
)

// Place is where somebody works from, as it is sent.
type Place struct {
	Province, City, District, Subdistrict, Postcode, Address Optional[string]
	Latitude, Longitude                                      Optional[float64]
}

// addressLength bounds the street and number of a place, in letters.
const addressLength = 500

// none tells whether nothing of a place was sent.
func (in Place) none() bool {
	return !in.Province.Sent() && !in.City.Sent() && !in.District.Sent() && !in.Subdistrict.Sent() && !in.Postcode.Sent() &&
		!in.Address.Sent() && !in.Latitude.Sent() && !in.Longitude.Sent()
}

// apply makes the changes in a row, new or not, and notes what is wrong with it then.
// under stands before the names of the fields.
func (in Place) apply(bad *fault.Fields, under string, r *ent.PartnerLocation) {
	for _, f := range []struct {
		name        string
		in          Optional[string]
		to          *string
		least, most int
	}{
		{"province", in.Province, &r.Province, 1, nameLength}, {"city", in.City, &r.City, 1, nameLength},
		{"district", in.District, &r.District, 0, nameLength}, {"subdistrict", in.Subdistrict, &r.Subdistrict, 0, nameLength},
		{"postcode", in.Postcode, &r.Postcode, 0, wordLength}, {"address", in.Address, &r.Address, 1, addressLength},
	} {
		setText(f.in, f.to)
		checkText(bad, under+f.name, *f.to, f.least, f.most)
	}
	isNew := r.ID == 0
	bad.Check(!isNew || in.Latitude.Sent(), under+"latitude", "is required")
	bad.Check(!isNew || in.Longitude.Sent(), under+"longitude", "is required")
	set(bad, under+"latitude", in.Latitude, &r.Latitude)
	set(bad, under+"longitude", in.Longitude, &r.Longitude)
	bad.Check(r.Latitude >= -90 && r.Latitude <= 90, under+"latitude", "must be between -90 and 90")
	bad.Check(r.Longitude >= -180 && r.Longitude <= 180, under+"longitude", "must be between -180 and 180")
}
