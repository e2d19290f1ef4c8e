package testkit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/world"
)

// Paper is an agreement as an oracle sees it: its row, and plain lists of what hangs
// on it.
type Paper struct {
	*ent.Agreement
	Type, License string
	Company       string // its institution's public id
	Vendor        *ent.Counterparty
	File          *ent.File           // nil: none
	Customers     []*ent.Counterparty // by id
	TagIDs        []int64             // ascending, as the other lists of ids
	AssetIDs      []int64
	NotifyIDs     []int64
	UserIDs       []int64
	Signatures    []*PaperSignature // by id
}

// PaperSignature is a signature with who is to sign and what is filled in.
type PaperSignature struct {
	*ent.Signature
	Participants []*ent.Participant
	Objects      []*ent.SignatureObject
}

// Latest gives the latest signature, or nil.
func (p *Paper) Latest() *PaperSignature {
	if len(p.Signatures) == 0 {
		return nil
	}
	return p.Signatures[len(p.Signatures)-1]
}

// The texts that titles and names are made of: cases, accents, other scripts, and
// what LIKE and SQL take for more than letters.
var paperWords = []string{
	"Lease", "lease", "Ventilator", "maintenance", "MOU", "A컴퍼니", "서비스", "100%", "x_y", `back\slash`, "Crème", "creme", "O'Neil",
	"😀", "Scanner", "Röntgen", "active", "renewed", "34534", "#CNTR-1", "CNTR", "two  spaces", "İstanbul",
}

// paperWorld draws agreements.
type paperWorld struct {
	*rand.Rand
	t            testing.TB
	app          *App
	types        []*ent.AgreementType
	licenses     []*ent.LicenseType
	people       []int64
	institutions []int64
	companies    map[int64]string
	vendors      map[int64][]*ent.Counterparty
	tags         map[int64][]int64
	assets       map[int64][]int64
	agreements   []*ent.AgreementCreate
	papers       []*Paper
	live         map[*Paper]bool // whether a signature that may come about was drawn
}

// Papers puts n random agreements in place of the demo's, which it deletes: some are
// deleted too, many have nothing optional, and instants are often the same. Nothing
// falls due for them.
func (a *App) Papers(t testing.TB, n int, seed uint64) []*Paper {
	t.Helper()
	w := &paperWorld{
		Rand: rand.New(rand.NewPCG(seed, 1)), t: t, app: a,
		companies: map[int64]string{}, vendors: map[int64][]*ent.Counterparty{}, tags: map[int64][]int64{}, assets: map[int64][]int64{},
		live: map[*Paper]bool{},
	}
	if err := a.Store.Client().Agreement.Update().SetDeletedAt(world.Now).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.names()
	for len(w.papers) < n {
		for range min(200, n-len(w.papers)) {
			w.draw(len(w.papers))
		}
		w.store()
	}
	return w.papers
}

// names makes what agreements refer to.
func (w *paperWorld) names() {
	c, ctx := w.app.Store.Client(), w.t.Context()
	w.types, w.licenses = c.AgreementType.Query().AllX(ctx), c.LicenseType.Query().AllX(ctx)
	w.people = c.User.Query().Order(user.ByID()).IDsX(ctx)[:8]
	for _, row := range c.Institution.Query().Order(institution.ByID()).AllX(ctx) {
		w.institutions, w.companies[row.ID] = append(w.institutions, row.ID), row.PublicID
	}
	for _, id := range w.institutions {
		for i := range 12 {
			name := fmt.Sprintf("%s %s %d", w.word(), w.word(), i)
			create := c.Counterparty.Create().SetInstitutionID(id).SetName(name).SetSearchName(store.Fold(name)).
				SetManagers([]lifecycle.Manager{}).SetCreatedAt(world.Now).SetUpdatedAt(world.Now)
			if i%2 == 0 {
				create.SetCustomKey(fmt.Sprintf("paper-%d", i))
			}
			w.vendors[id] = append(w.vendors[id], create.SaveX(ctx))
			w.assets[id] = append(w.assets[id], c.Asset.Create().SetInstitutionID(id).SetName(fmt.Sprintf("paper asset %d", i)).
				SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx).ID)
			w.tags[id] = append(w.tags[id], c.Tag.Create().SetInstitutionID(id).SetName(fmt.Sprintf("paper tag %d", i)).
				SetColorCode(pick(w, lifecycle.TagColors)).SetPosition(int32(i)).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx).ID)
		}
	}
}

func pick[T any](w *paperWorld, list []T) T { return list[w.IntN(len(list))] }

func (w *paperWorld) word() string { return pick(w, paperWords) }

// chance tells whether something that happens so many times in a hundred happens.
func (w *paperWorld) chance(percent int) bool { return w.IntN(100) < percent }

// instant draws an instant of half a year around now: often a midnight or the last
// second of a day, so that bounds are met.
func (w *paperWorld) instant() time.Time {
	day := world.Now.Truncate(24*time.Hour).AddDate(0, 0, w.IntN(180)-90)
	switch w.IntN(4) {
	case 0:
		return day
	case 1:
		return day.Add(24*time.Hour - time.Second)
	case 2:
		return day.Add(24*time.Hour - time.Millisecond)
	}
	return day.Add(time.Duration(w.IntN(24*3600*1000)) * time.Millisecond)
}

// some draws up to three different ids, ascending.
func (w *paperWorld) some(from []int64) []int64 {
	var ids []int64
	for _, id := range from {
		if len(ids) < 3 && w.chance(12) {
			ids = append(ids, id)
		}
	}
	return ids
}

// maybe gives a pointer to a drawn value, or nil.
func maybe[T any](w *paperWorld, percent int, value func() T) *T {
	if !w.chance(percent) {
		return nil
	}
	return new(value())
}

// draw makes one agreement; what hangs on it is stored once it has its id.
func (w *paperWorld) draw(n int) {
	c := w.app.Store.Client()
	tenant := pick(w, w.institutions)
	title := strings.TrimSpace(fmt.Sprintf("%s %s %s", w.word(), w.word(), w.word()))
	kind := pick(w, w.types)
	p := &Paper{Type: kind.Name, Company: w.companies[tenant]}
	created := w.instant()
	create := c.Agreement.Create().SetInstitutionID(tenant).SetPublicID(opaque.ID()).SetUUID(opaque.UUID()).
		SetTitle(title).SetSearchTitle(store.Fold(title)).SetAgreementTypeID(kind.ID).SetGatewayKind(pick(w, lifecycle.GatewayKinds)).
		SetOrigin(pick(w, lifecycle.Origins)).SetStatus(pick(w, lifecycle.AgreementStatuses)).SetCost(int64(w.IntN(40)) * 1000).
		SetGeneratedOn(created.Format(time.DateOnly)).SetCreatedAt(created).SetUpdatedAt(w.instant()).
		SetNillableOwnerID(maybe(w, 40, func() int64 { return pick(w, w.people) })).
		SetNillableApproverID(maybe(w, 60, func() int64 { return pick(w, w.people) })).
		SetNillableNotifyBeforeDays(maybe(w, 50, func() int32 { return int32(w.IntN(40)) })).
		SetNillableConcludedAt(maybe(w, 40, w.instant)).SetNillableDeletedAt(maybe(w, 5, w.instant))
	if w.chance(50) {
		create.SetRenewalStatus(pick(w, lifecycle.RenewalStatuses))
	}
	if w.chance(30) {
		identifier := fmt.Sprintf("%s,%d", w.word(), n)
		create.SetIdentifier(identifier).SetSearchIdentifier(store.Fold(identifier))
	}
	if w.chance(30) {
		create.SetCustomKey(fmt.Sprintf("Key-%d_x", n))
	}
	if w.chance(40) {
		create.SetClientApprovedOn(w.instant().Format(time.DateOnly))
	}
	starts, ends := maybe(w, 75, w.instant), maybe(w, 75, w.instant)
	if starts != nil && ends != nil && ends.Before(*starts) {
		starts, ends = ends, starts
	}
	create.SetNillableStartsAt(starts).SetNillableEndsAt(ends)
	if w.chance(40) {
		license := pick(w, w.licenses)
		p.License = license.Name
		create.SetLicenseTypeID(license.ID).SetLicenseCount(int32(w.IntN(9)))
	}
	if w.chance(60) {
		p.Vendor = pick(w, w.vendors[tenant])
		create.SetVendorID(p.Vendor.ID)
	}
	for _, customer := range w.vendors[tenant] {
		if w.chance(10) {
			p.Customers = append(p.Customers, customer)
			create.AddCustomers(customer)
		}
	}
	p.TagIDs, p.AssetIDs = w.some(w.tags[tenant]), w.some(w.assets[tenant])
	p.NotifyIDs, p.UserIDs = w.some(w.people), w.some(w.people[:2])
	create.AddTagIDs(p.TagIDs...).AddAssetIDs(p.AssetIDs...).AddNotifyUserIDs(p.NotifyIDs...).AddUserIDs(p.UserIDs...)
	w.agreements, w.papers = append(w.agreements, create), append(w.papers, p)
}

// store stores what was drawn, and what hangs on it.
func (w *paperWorld) store() {
	c, ctx := w.app.Store.Client(), w.t.Context()
	batch := w.papers[len(w.papers)-len(w.agreements):]
	w.files(batch)
	made := c.Agreement.CreateBulk(w.agreements...).SaveX(ctx)
	w.agreements = nil
	var signatures []*ent.SignatureCreate
	var of []*Paper
	for i, p := range batch {
		p.Agreement = made[i]
		for range w.IntN(5) / 2 { // none, one or two
			signatures, of = append(signatures, w.signature(p)), append(of, p)
		}
	}
	for i, s := range c.Signature.CreateBulk(signatures...).SaveX(ctx) {
		of[i].Signatures = append(of[i].Signatures, &PaperSignature{Signature: s})
	}
	var participants []*ent.ParticipantCreate
	var objects []*ent.SignatureObjectCreate
	var signers, holders []*PaperSignature
	for _, p := range batch {
		for _, s := range p.Signatures {
			for i := range w.IntN(4) {
				participants, signers = append(participants, w.participant(s, i)), append(signers, s)
			}
			for i := range w.IntN(3) {
				objects, holders = append(objects, c.SignatureObject.Create().SetInstitutionID(s.InstitutionID).SetSignatureID(s.ID).
					SetPosition(int32(i)).SetContents(w.word()).SetType(pick(w, lifecycle.ObjectTypes)).
					SetCategory(pick(w, lifecycle.ObjectCategories)).SetName(w.word()).SetDescription(w.word())), append(holders, s)
			}
		}
	}
	for i, row := range c.Participant.CreateBulk(participants...).SaveX(ctx) {
		signers[i].Participants = append(signers[i].Participants, row)
	}
	for i, row := range c.SignatureObject.CreateBulk(objects...).SaveX(ctx) {
		holders[i].Objects = append(holders[i].Objects, row)
	}
}

// files gives every third agreement of a batch that is not stored yet a document.
func (w *paperWorld) files(batch []*Paper) {
	c := w.app.Store.Client()
	var creates []*ent.FileCreate
	for i := 0; i < len(batch); i += 3 {
		tenant, _ := w.agreements[i].Mutation().InstitutionID()
		creates = append(creates, c.File.Create().SetInstitutionID(tenant).SetName(opaque.ID()+".pdf").SetPurpose("agreement").
			SetContentType("application/pdf").SetSize(1).SetSha256("").SetPublicID(opaque.ID()).SetTitle("paper.pdf").SetCreatedAt(world.Now))
	}
	for i, row := range c.File.CreateBulk(creates...).SaveX(w.t.Context()) {
		batch[3*i].File = row
		w.agreements[3*i].SetFileID(row.ID)
	}
}

// signature draws a signature. At most one of an agreement may come about.
func (w *paperWorld) signature(p *Paper) *ent.SignatureCreate {
	status := lifecycle.SignatureCanceled
	if !w.live[p] {
		w.live[p], status = true, pick(w, lifecycle.SignatureStatuses)
	}
	at := w.instant()
	return w.app.Store.Client().Signature.Create().SetInstitutionID(p.InstitutionID).SetAgreementID(p.ID).SetUUID(opaque.UUID()).
		SetTitle(w.word()).SetStatus(status).SetNillableExpiredDate(maybe(w, 60, w.instant)).SetCreatedAt(at).SetUpdatedAt(at)
}

func (w *paperWorld) participant(s *PaperSignature, position int) *ent.ParticipantCreate {
	name, email := w.word()+" "+w.word(), fmt.Sprintf("%s.%d@Example.test", strings.Trim(w.word(), " %😀"), w.IntN(9))
	phone := fmt.Sprintf("0%d-%04d-%04d", 10+w.IntN(9), w.IntN(10000), w.IntN(10000))
	digits := strings.ReplaceAll(phone, "-", "")
	auth := ""
	if position == 1 {
		auth = "MOBILE_IDENTIFICATION"
	}
	return w.app.Store.Client().Participant.Create().SetInstitutionID(s.InstitutionID).SetSignatureID(s.ID).SetUUID(opaque.UUID()).
		SetPosition(int32(position)).SetName(name).SetSearchName(store.Fold(name)).SetStatus(pick(w, lifecycle.ParticipantStatuses)).
		SetSend(pick(w, lifecycle.SendWays)).SetEmail(email).SetSearchEmail(store.Fold(email)).SetPhone(phone).SetPhoneDigits(digits).
		SetRole(w.word()).SetLanguage("ko").SetAuth(auth).SetCreatedAt(s.CreatedAt).SetUpdatedAt(s.CreatedAt)
}
