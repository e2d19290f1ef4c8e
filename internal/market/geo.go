package market

import (
	"math"

	"kontrak/ent/partnerlocation"

	"entgo.io/ent/dialect/sql"
)

// earthKm is the mean radius of the earth.
const earthKm = 6371.0088

// distance is the great-circle distance from the centre to a place, in
// kilometres, by the haversine formula. Both databases have its functions.
func distance(l *sql.SelectTable, at centre) sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) { writeDistance(b, l, at) })
}

func writeDistance(b *sql.Builder, l *sql.SelectTable, at centre) {
	lat, lng := l.C(partnerlocation.FieldLatitude), l.C(partnerlocation.FieldLongitude)
	number := func(x float64) *sql.Builder {
		b.WriteString("CAST(").Arg(x)
		return b.WriteString(" AS DOUBLE PRECISION)")
	}
	b.WriteString("2 * ")
	number(earthKm).WriteString(" * asin(sqrt(")
	b.WriteString("power(sin(radians(" + lat + " - ")
	number(at.latitude).WriteString(") / 2), 2) + ")
	number(math.Cos(at.latitude * math.Pi / 180)).WriteString(" * cos(radians(" + lat + ")) * ")
	b.WriteString("power(sin(radians(" + lng + " - ")
	number(at.longitude).WriteString(") / 2), 2)))")
}

// within keeps the places inside the radius: a box that an index can find, then
// the distance itself.
func within(s *sql.Selector, l *sql.SelectTable, at centre) {
	lat, lng := l.C(partnerlocation.FieldLatitude), l.C(partnerlocation.FieldLongitude)
	degrees := at.km / earthKm * 180 / math.Pi * 1.001 // a little more: the box must not cut
	s.Where(sql.And(sql.GTE(lat, at.latitude-degrees), sql.LTE(lat, at.latitude+degrees)))
	// Near the poles, and around the 180th meridian, a box of longitudes says
	// nothing; the distance decides alone.
	if reach := math.Abs(at.latitude) + degrees; reach < 89 {
		wide := degrees / math.Cos(reach*math.Pi/180)
		if west, east := at.longitude-wide, at.longitude+wide; west >= -180 && east <= 180 {
			s.Where(sql.And(sql.GTE(lng, west), sql.LTE(lng, east)))
		}
	}
	s.Where(sql.P(func(b *sql.Builder) {
		writeDistance(b, l, at)
		b.WriteString(" <= CAST(").Arg(at.km).WriteString(" AS DOUBLE PRECISION)")
	}))
}
