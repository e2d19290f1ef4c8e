package world

import (
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
)

// customerText is an institution of the demo.
type customerText struct {
	key    string
	name   string
	kind   lifecycle.InstitutionKind
	region int
}

var customerTexts = []customerText{
	{"home", "Rumah Sakit Cikini Sehat", lifecycle.InstitutionHospital, inJakarta},
	{"branch", "Klinik Losari", lifecycle.InstitutionClinic, inMakassar},
	{"foreign", "Laboratorium Cenderawasih", lifecycle.InstitutionLaboratory, inJayapura},
	{"other", "Balai Kalibrasi Pasteur", lifecycle.InstitutionOther, inBandung},
}

// userText is an account of the demo that is no partner's.
type userText struct {
	key, name, about string
	role             actor.Role
	status           lifecycle.UserStatus // active when empty
	unverified       bool
	bare             bool   // no picture and no phone
	current          string // the institution that is selected
	memberships      []membershipText
}

type membershipText struct {
	customer string
	role     lifecycle.MembershipRole
	state    lifecycle.MembershipState
}

const (
	manager = lifecycle.MembershipManager
	member  = lifecycle.MembershipMember
	agent   = lifecycle.MembershipAgent

	requested = lifecycle.MembershipRequested
	active    = lifecycle.MembershipActive
	ended     = lifecycle.MembershipEnded
)

// userTexts are the accounts; the four main ones come first. What is missing of
// the partner's follows from partnerTexts.
var userTexts = []userText{
	{key: "institution", name: "Sri Handayani", role: actor.Institution, current: "home",
		about: "manages the hospital in Jakarta, member of the clinic in Makassar",
		memberships: []membershipText{
			{"home", manager, active}, {"branch", member, active}, {"other", member, requested},
		}},
	{key: "partner", role: actor.Partner},
	{key: "supervisor", name: "Bambang Suryanto", role: actor.Supervisor,
		about:       "takes over contracts of the partners that it made; agent of the hospital in Jakarta",
		memberships: []membershipText{{"home", agent, active}}},
	{key: "admin", name: "Rina Marlina", role: actor.Admin, about: "the back office"},
	{key: "supervisor2", name: "Yohana Wanggai", role: actor.Supervisor, about: "a second supervisor",
		memberships: []membershipText{{"branch", agent, requested}}},
	{key: "member", name: "Teguh Prakoso", role: actor.Institution, current: "home", about: "a member of the hospital in Jakarta",
		memberships: []membershipText{{"home", member, active}}},
	{key: "branch", name: "Andi Rahmat", role: actor.Institution, current: "branch", about: "manages the clinic in Makassar",
		memberships: []membershipText{{"branch", manager, active}}},
	{key: "foreign", name: "Maria Rumbiak", role: actor.Institution, current: "foreign", about: "manages the laboratory in Jayapura",
		memberships: []membershipText{{"foreign", manager, active}}},
	{key: "foreign-member", name: "Yan Karubaba", role: actor.Institution, current: "foreign", about: "a member of the laboratory in Jayapura",
		memberships: []membershipText{{"foreign", member, active}}},
	{key: "other", name: "Asep Sunandar", role: actor.Institution, about: "manages the calibration office in Bandung, nothing selected",
		memberships: []membershipText{{"other", manager, active}}},
	{key: "requested", name: "Nur Aini", role: actor.Institution, about: "has asked to join the hospital in Jakarta",
		memberships: []membershipText{{"home", member, requested}}},
	{key: "former", name: "Doni Saputra", role: actor.Institution, about: "was a manager of the hospital in Jakarta",
		memberships: []membershipText{{"home", manager, ended}}},
	{key: "newcomer", name: "Lia Amalia", role: actor.Institution, bare: true, about: "belongs to no institution"},
	{key: "unverified", name: "Hadi Purnomo", role: actor.Institution, unverified: true, about: "has not verified its address"},
	{key: "suspended", name: "Rudi Hartono", role: actor.Institution, status: lifecycle.UserSuspended, about: "is suspended",
		memberships: []membershipText{{"home", member, active}}},
	{key: "closed", name: "Closed account", role: actor.Institution, status: lifecycle.UserClosed, bare: true, about: "has closed its account"},
	{key: "admin2", name: "Galih Permana", role: actor.Admin, about: "a second person of the back office"},
}

// settle makes institutions, accounts and partners.
func (d *demo) settle() error {
	for i, t := range customerTexts {
		if err := d.addCustomer(i, t); err != nil {
			return err
		}
	}
	for i, t := range userTexts {
		d.addUser(d.daysAgo(380-i*9), t)
	}
	for i, t := range partnerTexts {
		d.addPartner(i, t)
	}
	d.wish("institution", "partner", "eligible", "makassar", "unowned")
	d.wish("member", "partner")
	d.wish("foreign", "jayapura")
	return nil
}

func (d *demo) addCustomer(i int, t customerText) error {
	place := regions[t.region]
	zone, err := place.location()
	if err != nil {
		return err
	}
	at := d.daysAgo(390 - i)
	ids := idsOf("institution", int64(i))
	row := d.rows.institutions.add(&ent.Institution{
		PublicID: opaque.IDFrom(ids), UUID: opaque.UUIDFrom(ids), Name: t.name, SearchName: store.Fold(t.name), Kind: t.kind,
		Address: place.address(12 + i*31), Province: place.province, City: place.city, District: place.district,
		Subdistrict: place.subdistrict, Postcode: place.post, Latitude: place.latitude, Longitude: place.longitude,
		Zone: place.zone, Status: lifecycle.InstitutionActive, Phone: phoneOf(int64(900 + i)), Email: "contact@" + t.key + ".demo.test",
		Picture: d.file(upload{key: t.name, purpose: "picture", public: true, at: at}),
		Version: 1, CreatedAt: at, UpdatedAt: at,
	})
	d.customers[t.key] = &customer{row: row, zone: zone}
	return nil
}

// addUser makes an account with its memberships. The first active manager or
// member that is named becomes the one who acts for an institution.
func (d *demo) addUser(at time.Time, t userText) *ent.User {
	u := &ent.User{
		Language: lifecycle.Indonesian,
		Email:    t.key + "@demo.test", PasswordHash: d.hash, FullName: t.name, Role: t.role, Status: t.status,
		EmailVerifiedAt: new(at.Add(10 * time.Minute)), Version: 1, CreatedAt: at, UpdatedAt: at,
	}
	if u.Status == "" {
		u.Status = lifecycle.UserActive
	}
	if t.unverified {
		u.EmailVerifiedAt = nil
	}
	if t.current != "" {
		u.CurrentInstitutionID = new(d.customers[t.current].row.ID)
	}
	d.rows.users.add(u)
	if !t.bare && t.name != "" {
		u.Phone = phoneOf(u.ID)
		u.Picture = d.file(upload{key: u.Email, purpose: "picture", public: true, by: new(u.ID), at: at})
	}
	d.users[t.key] = u
	d.world.Accounts = append(d.world.Accounts, Account{Email: u.Email, UserID: u.ID, Role: u.Role, About: t.about})
	for _, m := range t.memberships {
		c := d.customers[m.customer]
		d.rows.memberships.add(&ent.Membership{
			InstitutionID: c.row.ID, UserID: u.ID, Role: m.role, State: m.state, Version: 1, CreatedAt: at, UpdatedAt: at,
		})
		if m.state != active || m.role == agent || u.Status != lifecycle.UserActive {
			continue
		}
		if m.role == manager {
			c.staff = append([]*ent.User{u}, c.staff...)
		} else {
			c.staff = append(c.staff, u)
		}
	}
	return u
}

// wish puts partners on a user's list.
func (d *demo) wish(user string, partners ...string) {
	for i, p := range partners {
		d.rows.wishlists.add(&ent.Wishlist{
			UserID: d.users[user].ID, PartnerID: d.partners[p].row.ID, CreatedAt: d.daysAgo(30 - i),
		})
	}
}
