package world

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// region is a town where institutions and partners are.
type region struct {
	zone                string
	province, city      string
	district, street    string
	subdistrict, post   string
	latitude, longitude float64
}

// The regions that the demo's institutions are in.
const (
	inJakarta = iota
	inMakassar
	inJayapura
	inBandung
)

var regions = []region{
	{"Asia/Jakarta", "DKI Jakarta", "Jakarta Pusat", "Menteng", "Jalan Cikini Raya", "Cikini", "10330", -6.1944, 106.8400},
	{"Asia/Makassar", "Sulawesi Selatan", "Makassar", "Ujung Pandang", "Jalan Sultan Hasanuddin", "Baru", "90111", -5.1365, 119.4100},
	{"Asia/Jayapura", "Papua", "Jayapura", "Jayapura Selatan", "Jalan Kelapa Dua", "Entrop", "99224", -2.5560, 140.7034},
	{"Asia/Jakarta", "Jawa Barat", "Bandung", "Sukajadi", "Jalan Pasteur", "Pasteur", "40161", -6.8936, 107.5970},
	{"Asia/Jakarta", "Jawa Timur", "Surabaya", "Gubeng", "Jalan Airlangga", "Airlangga", "60286", -7.2690, 112.7580},
	{"Asia/Makassar", "Bali", "Denpasar", "Denpasar Barat", "Jalan Teuku Umar", "Dauh Puri", "80114", -8.6705, 115.2126},
	{"Asia/Jayapura", "Maluku", "Ambon", "Sirimau", "Jalan Pattimura", "Uritetu", "97124", -3.6954, 128.1814},
	{"Asia/Jakarta", "Sumatera Utara", "Medan", "Medan Baru", "Jalan Iskandar Muda", "Babura", "20154", 3.5800, 98.6560},
	{"Asia/Makassar", "Kalimantan Timur", "Balikpapan", "Balikpapan Kota", "Jalan Jenderal Sudirman", "Klandasan", "76112", -1.2700, 116.8300},
}

// address gives the address of a house in the region's street.
func (r region) address(house int) string { return fmt.Sprintf("%s No. %d", r.street, house) }

// near gives coordinates at most about eight kilometres away.
func (r region) near(rng *rand.Rand) (latitude, longitude float64) {
	return round4(r.latitude + (rng.Float64()-0.5)*0.1), round4(r.longitude + (rng.Float64()-0.5)*0.1)
}

// round4 cuts a coordinate to about ten metres, so that both databases print
// the same.
func round4(degrees float64) float64 { return math.Round(degrees*10_000) / 10_000 }

// location loads the region's time zone.
func (r region) location() (*time.Location, error) {
	zone, err := time.LoadLocation(r.zone)
	if err != nil {
		return nil, fmt.Errorf("world: %w", err)
	}
	return zone, nil
}

var (
	firstNames = []string{
		"Agus", "Ayu", "Bagus", "Bunga", "Cahya", "Citra", "Dedi", "Dewi", "Eko", "Endah", "Fajar", "Fitri", "Gilang", "Gita",
		"Hendra", "Hesti", "Irfan", "Intan", "Joko", "Julia", "Krisna", "Kartika", "Lukman", "Lestari", "Made", "Maya",
		"Nyoman", "Nadia", "Oscar", "Oktavia", "Putu", "Putri", "Rizki", "Ratna", "Surya", "Sari", "Tono", "Tuti", "Wahyu", "Wulan",
	}
	lastNames = []string{
		"Adiputra", "Basuki", "Cahyono", "Damanik", "Effendi", "Firmansyah", "Gunawan", "Hidayat", "Iskandar", "Jatmiko",
		"Kusuma", "Lubis", "Maharani", "Nugroho", "Oktaviani", "Pratama", "Qurani", "Rahmawati", "Siregar", "Tanjung",
		"Utami", "Wibowo", "Yulianto", "Zulkarnain",
	}
)

// personName draws a name; even ones of the first names are men's.
func personName(rng *rand.Rand) (name string, male bool) {
	n := rng.IntN(len(firstNames))
	return firstNames[n] + " " + lastNames[rng.IntN(len(lastNames))], n%2 == 0
}

// phoneOf gives a mobile number that follows from a number.
func phoneOf(n int64) string { return fmt.Sprintf("+62812%08d", 10_000_000+n*7919%90_000_000) }
