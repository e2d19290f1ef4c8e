package graph_test

import (
	"strings"
)

// points are so many things that a certification needs.
func points(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = "Practice"
	}
	return list
}

// badOpenKeepings are changes of what everybody may look through that are refused.
func badOpenKeepings(good map[string]map[string]any) []badKeeping {
	long := func(n int) string { return strings.Repeat("ä", n) }
	var list []badKeeping
	bad := func(name string, do keeping, want string, more ...any) {
		list = append(list, badKeeping{name, do, with(good[do.mutation], more...), want})
	}
	bad("all of it", makesService, "description INVALID, name INVALID", "name", " ", "description", long(2001))
	bad("a zero character", makesService, "name INVALID", "name", "a\x00b")
	bad("an unknown service", changesService, "NOT_FOUND", "service", globalID("Service", 99), "name", "")
	bad("another type", changesService, "NOT_FOUND", "service", globalID("SubService", 1))
	bad("all of it", changesService, "description INVALID, name INVALID, status INVALID", "name", nil, "description", long(2001), "status", nil)
	bad("a version of the past", changesService, "STALE", "version", 0)

	bad("all of it", makesSub, "description INVALID, kinds INVALID, name INVALID, service INVALID", "service", globalID("Service", 99), "name", long(201), "description", long(2001), "kinds", []any{})
	bad("an id that is none", makesSub, "service INVALID", "service", "x")
	bad("an unknown sub-service", changesSub, "NOT_FOUND", "subService", globalID("SubService", 999))
	bad("all of it", changesSub, "description INVALID, kinds INVALID, name INVALID, status INVALID", "name", "", "description", long(2001), "kinds", nil, "status", nil)
	bad("a version of the past", changesSub, "STALE", "version", 9)

	bad("all of it", makesTest, "description INVALID, name INVALID, passingScore INVALID, subService INVALID, url INVALID",
		"subService", globalID("SubService", 999), "name", "", "description", long(2001), "url", "javascript:alert(1)", "passingScore", 101)
	bad("an address without a host", makesTest, "url INVALID", "url", "https:///page")
	bad("less than nothing", makesTest, "passingScore INVALID", "passingScore", -1)
	bad("an unknown test", changesTest, "NOT_FOUND", "competencyTest", "")
	bad("all of it", changesTest, "active INVALID, description INVALID, name INVALID, passingScore INVALID, url INVALID",
		"name", nil, "description", long(2001), "url", "ftp://x", "passingScore", int64(1)<<40, "active", nil)
	bad("a version of the past", changesTest, "STALE", "version", 3)

	bad("all of it", makesCert, "benefits[0] INVALID, currency INVALID, description INVALID, endDate INVALID, issuer INVALID, location INVALID, name INVALID, price INVALID, quota INVALID, registrationDeadline INVALID, requirements INVALID, startDate INVALID, subServices[0] INVALID",
		"name", "", "issuer", " ", "description", long(2001), "location", long(501), "price", -1, "currency", "rupiah", "startDate", "2026-02-30", "endDate", "soon", "quota", -1,
		"registrationDeadline", "x", "requirements", points(51), "benefits", []any{""}, "subServices", []any{globalID("SubService", 999)})
	bad("over before it begins", makesCert, "endDate INVALID", "endDate", "2026-06-30")
	bad("an unknown certification", changesCert, "NOT_FOUND", "certification", globalID("Certification", 99))
	bad("what cannot be emptied", changesCert, "active INVALID, currency INVALID, issuer INVALID, name INVALID", "name", nil, "issuer", nil, "currency", nil, "active", nil)
	bad("fewer than are registered", changesCert, "quota INVALID", "certification", globalID("Certification", 3), "quota", 1)
	bad("a version of the past", changesCert, "STALE", "version", 2)

	bad("an unknown banner", changesBanner, "NOT_FOUND", "banner", globalID("Banner", 99))
	bad("all of it", changesBanner, "active INVALID, content INVALID, description INVALID, endDate INVALID, image INVALID, link INVALID, position INVALID, startDate INVALID, title INVALID",
		"title", nil, "image", nil, "link", "x", "position", 1001, "description", long(2001), "content", long(20_001), "startDate", "x", "endDate", "2026-6-8", "active", nil)
	bad("over before it begins", changesBanner, "endDate INVALID", "startDate", "2026-07-02", "endDate", "2026-07-01")
	bad("a version of the past", changesBanner, "STALE", "version", 5)
	return list
}
