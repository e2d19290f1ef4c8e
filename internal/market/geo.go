package market

import (
	"math"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// earthKm is the mean radius of the earth.
const earthKm = 6371.0088

// Every table of places calls its degrees so.
const (
	latitudeColumn  = "latitude"
	longitudeColumn = "longitude"
)

// distance is the great-circle distance from the centre to a place, in
// kilometres, by the haversine formula; null where there is no place. Both
// databases have its functions.
func distance(l *sql.SelectTable, at centre) sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("CASE WHEN ").Ident(l.C(latitudeColumn)).WriteString(" IS NOT NULL THEN ")
		writeDistance(b, l, at)
		b.WriteString(" END")
	})
}

func writeDistance(b *sql.Builder, l *sql.SelectTable, at centre) {
	lat, lng := l.C(latitudeColumn), l.C(longitudeColumn)
	number := func(x float64) *sql.Builder {
		b.WriteString("CAST(").Arg(x)
		return b.WriteString(" AS DOUBLE PRECISION)")
	}
	least := "MIN" // of two values, where it aggregates none
	if b.Dialect() == dialect.Postgres {
		least = "LEAST"
	}
	b.WriteString("2 * ")
	// At the other end of the earth rounding may lead beyond 1, which has no arc.
	number(earthKm).WriteString(" * asin(sqrt(" + least + "(1, ")
	b.WriteString("power(sin(radians(" + lat + " - ")
	number(at.latitude).WriteString(") / 2), 2) + ")
	number(math.Cos(at.latitude * math.Pi / 180)).WriteString(" * cos(radians(" + lat + ")) * ")
	b.WriteString("power(sin(radians(" + lng + " - ")
	number(at.longitude).WriteString(") / 2), 2))))")
}

// within keeps the places inside the radius.
func within(s *sql.Selector, l *sql.SelectTable, at centre) { s.Where(inside(l, at)) }

// inside is the predicate of the places inside the radius: a box that an index can
// find, then the distance itself.
func inside(l *sql.SelectTable, at centre) *sql.Predicate {
	lat, lng := l.C(latitudeColumn), l.C(longitudeColumn)
	degrees := at.km / earthKm * 180 / math.Pi * 1.001 // a little more: the box must not cut
	all := []*sql.Predicate{sql.GTE(lat, at.latitude-degrees), sql.LTE(lat, at.latitude+degrees)}
	// Near the poles, and around the 180th meridian, a box of longitudes says
	// nothing; the distance decides alone.
	if reach := math.Abs(at.latitude) + degrees; reach < 89 {
		wide := degrees / math.Cos(reach*math.Pi/180)
		if west, east := at.longitude-wide, at.longitude+wide; west >= -180 && east <= 180 {
			all = append(all, sql.GTE(lng, west), sql.LTE(lng, east))
		}
	}
	return sql.And(append(all, sql.P(func(b *sql.Builder) {
		writeDistance(b, l, at)
		b.WriteString(" <= CAST(").Arg(at.km).WriteString(" AS DOUBLE PRECISION)")
	}))...)
}
