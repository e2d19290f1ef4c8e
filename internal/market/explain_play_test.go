package market_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// play is an action with an input. ContractCan is given the same input, but for
// what it never takes: codes that are scanned, and files. Those are good ones.
type play struct {
	name  string
	in    *market.ActionInput // nil: the action has none that is asked about
	do    func(ctx context.Context, id int64) error
	facet facet // what the input needs, if anything
}

// can asks about a play; about the action alone without one.
func (l *laboratory) can(ctx context.Context, ids []int64, a lifecycle.ContractAction, p *play) *view.Decision {
	var in *market.ActionInput
	if p != nil {
		in = p.in
	}
	told, err := l.app.Market.ContractCan(ctx, ids, a, in)
	if err != nil {
		l.t.Fatal(err)
	}
	return told[0]
}

// drawPlay draws the input of a scene's action: one that is right, or any.
func (l *laboratory) drawPlay(d *dice, s *scene, good bool) *play {
	m, none := l.app.Market, market.ContractWants{}
	bare := func(do func(context.Context, int64, market.ContractWants) (*view.Contract, error)) *play {
		return &play{name: "no input", do: func(ctx context.Context, id int64) error { return contractErr(do(ctx, id, none)) }}
	}
	code := func(show func(context.Context, int64) (*view.QRCode, error)) *play {
		return &play{name: "no input", do: func(ctx context.Context, id int64) error { _, err := show(ctx, id); return err }}
	}
	reasoned := func(do func(context.Context, int64, string, market.ContractWants) (*view.Contract, error)) *play {
		why := drawReason(d, good)
		return &play{name: fmt.Sprintf("reason %.20q", why), in: &market.ActionInput{Reason: why}, do: func(ctx context.Context, id int64) error {
			return contractErr(do(ctx, id, why, none))
		}}
	}
	switch s.action {
	case lifecycle.ActSendProof:
		return &play{name: "a proof", do: func(ctx context.Context, id int64) error {
			return contractErr(m.SendPaymentProof(ctx, id, testkit.Upload(testkit.PDF), none))
		}}
	case lifecycle.ActShowStartCode:
		return code(m.ShowStartCode)
	case lifecycle.ActShowEndCode:
		return code(m.ShowEndCode)
	case lifecycle.ActStartWork:
		return l.scanned(lifecycle.QRStart, m.StartWork)
	case lifecycle.ActFinishWork:
		return l.scanned(lifecycle.QREnd, m.FinishWork)
	case lifecycle.ActApproveExtension:
		return bare(m.ApproveExtension)
	case lifecycle.ActAccept:
		return bare(m.AcceptContract)
	case lifecycle.ActGoOnRoute:
		return bare(m.GoOnRoute)
	case lifecycle.ActVerifyPayment:
		return bare(m.VerifyPayment)
	case lifecycle.ActRecordRefund:
		return bare(m.RecordRefund)
	case lifecycle.ActCancel:
		return reasoned(m.CancelContract)
	case lifecycle.ActRejectExtension:
		return reasoned(m.RejectExtension)
	case lifecycle.ActReject:
		return reasoned(m.RejectContract)
	case lifecycle.ActRejectEscalation:
		return reasoned(m.RejectEscalation)
	case lifecycle.ActRefusePayment:
		return reasoned(m.RefusePayment)
	case lifecycle.ActForceCancel:
		return reasoned(m.ForceCancel)
	case lifecycle.ActForceComplete:
		return reasoned(m.ForceComplete)
	case lifecycle.ActAssignReplacement, lifecycle.ActReplacePartner:
		return l.drawReplacement(d, s, good)
	case lifecycle.ActRequestExtension:
		return l.drawExtension(d, good)
	case lifecycle.ActSetSchedule, lifecycle.ActSetDetails, lifecycle.ActProcessPayment:
		return l.drawStep(d, s, good)
	}
	return l.drawFinding(d, s, good)
}

// drawReason draws a reason.
func drawReason(d *dice, good bool) string {
	if good {
		return "Because."
	}
	return pick(d, "reason", []string{"", " \t", "Because.", strings.Repeat("a", 1001), "a\x00b"})
}

// goodToken is a code that a scene can be played with.
const goodToken = "MZXW6YTBOI4DQZJTGIYTEMZUGU3DOOBZ"

// scanned is a play with a code that is good.
func (l *laboratory) scanned(phase lifecycle.QRPhase, do func(context.Context, int64, string, market.ContractWants) (*view.Contract, error)) *play {
	made := facet{"a good code", func(ctx context.Context, tx *ent.Tx, s *scene) error {
		sum := sha256.Sum256([]byte(goodToken))
		return tx.QRToken.Create().SetInstitutionID(s.row.InstitutionID).SetContractID(s.contractID).SetPhase(phase).
			SetNonce("nonce").SetHash(hex.EncodeToString(sum[:])).SetMadeByID(s.row.CreatedByID).
			SetExpiresAt(l.app.Wall.Now().Add(time.Minute)).SetCreatedAt(l.app.Wall.Now()).Exec(ctx)
	}}
	return &play{name: "a good code", facet: made, do: func(ctx context.Context, id int64) error {
		return contractErr(do(ctx, id, goodToken, market.ContractWants{}))
	}}
}

// drawReplacement draws another partner for a contract.
func (l *laboratory) drawReplacement(d *dice, s *scene, good bool) *play {
	list := l.candidates(s.user, s.row)
	if !good || len(list) == 0 || d.chance("wrong partner", 4) == 0 {
		list = append([]int64{0, 1 << 40, 1 << 41, s.row.PartnerID, s.row.PartnerID, s.row.PartnerID}, l.partnerIDs...)
		if d.chance("some partner", 2) == 1 {
			list = list[:6]
		}
	}
	id := pick(d, "partner", list)
	if l.w.partners[id] != nil {
		s.victim = id
	}
	why := drawReason(d, good || d.chance("good reason", 4) > 0)
	return &play{name: fmt.Sprintf("partner %d", id), in: &market.ActionInput{PartnerID: id, Reason: why}, do: func(ctx context.Context, contract int64) error {
		if s.action == lifecycle.ActAssignReplacement {
			return contractErr(l.app.Market.AssignReplacement(ctx, market.AssignReplacement{ContractID: contract, PartnerID: id}, market.ContractWants{}))
		}
		return contractErr(l.app.Market.ReplacePartner(ctx, market.PartnerReplacement{ContractID: contract, PartnerID: id, Reason: why}, market.ContractWants{}))
	}}
}

func (l *laboratory) drawExtension(d *dice, good bool) *play {
	hours, why := view.Hours("1.5"), drawReason(d, good)
	if !good {
		hours = pick(d, "hours", []view.Hours{"", "0", "-1", "8", "8.05", "x", "1e1", "0.5"})
	}
	return &play{name: fmt.Sprintf("%s hours", hours), in: &market.ActionInput{AdditionalHours: hours, Reason: why}, do: func(ctx context.Context, id int64) error {
		return contractErr(l.app.Market.RequestExtension(ctx, market.ExtensionRequest{ContractID: id, AdditionalHours: hours, Reason: why}, market.ContractWants{}))
	}}
}

// drawStep draws a step of the wizard.
func (l *laboratory) drawStep(d *dice, s *scene, good bool) *play {
	m, none := l.app.Market, market.ContractWants{}
	switch s.action {
	case lifecycle.ActSetSchedule:
		in := drawSchedule(d, s.at, good)
		return &play{name: fmt.Sprintf("schedule %v", in), in: &market.ActionInput{Schedule: in}, do: func(ctx context.Context, id int64) error {
			in.ContractID = id
			return contractErr(m.SetContractSchedule(ctx, in, none))
		}}
	case lifecycle.ActSetDetails:
		in := market.SetContractDetails{Description: market.Some("Calibrate it.")}
		if !good {
			texts := []market.Optional[string]{{}, market.Null[string](), market.Some(""), market.Some("Calibrate it."), market.Some(strings.Repeat("a", 5001))}
			in = market.SetContractDetails{Description: pick(d, "description", texts), ToolBrand: pick(d, "brand", texts),
				ToolImages: pick(d, "images", []market.Optional[[]market.Attachment]{{}, market.Some([]market.Attachment{{Kept: "nothing.png"}})})}
		}
		return &play{name: "details", in: &market.ActionInput{Details: in}, do: func(ctx context.Context, id int64) error {
			in.ContractID = id
			return contractErr(m.SetContractDetails(ctx, in, none))
		}}
	}
	in := market.ProcessPayment{PaymentMethodID: 1}
	if !good {
		in.PaymentMethodID = pick(d, "method", []int64{0, 1, 2, 4, 99})
		in.PromotionCode = pick(d, "promotion", []string{"", "PROMO10", "WELCOME", "RAMADAN25", "NOTHING", "A\x00"})
	}
	return &play{name: fmt.Sprintf("method %d %q", in.PaymentMethodID, in.PromotionCode), in: &market.ActionInput{Payment: in}, do: func(ctx context.Context, id int64) error {
		in.ContractID = id
		return contractErr(m.ProcessPayment(ctx, in, none))
	}}
}

// drawSchedule draws step one: some days after an instant, or something else.
func drawSchedule(d *dice, at time.Time, good bool) market.SetContractSchedule {
	day := func(n int) view.Date { return view.Date(at.AddDate(0, 0, n).Format("2006-01-02")) }
	in := goodSchedule()
	in.StartDate, in.EndDate = market.Some(day(3)), market.Some(day(5))
	if good {
		return in
	}
	in.StartDate = market.Some(day(d.chance("start", 9) - 2))
	in.EndTime = market.Some(pick(d, "end", []view.ClockTime{"", "08:00", "12:00", "25:00"}))
	switch d.chance("contacts", 4) {
	case 0:
		in.Contacts = market.Null[[]market.Contact]()
	case 1:
		in.Contacts = market.Some([]market.Contact{{Name: market.Some("")}})
	case 2:
		in.Contacts = market.Optional[[]market.Contact]{}
	}
	if d.chance("days", 2) == 1 {
		in.Schedules = market.Some([]market.Day{{Date: day(d.chance("day", 7)), StartTime: "09:00", EndTime: "10:00"}})
	}
	return in
}

// drawFinding draws an inspection, a conclusion or a review.
func (l *laboratory) drawFinding(d *dice, s *scene, good bool) *play {
	m, none := l.app.Market, market.ContractWants{}
	switch s.action {
	case lifecycle.ActInspect, lifecycle.ActEditInspection:
		in := market.InspectContract{}
		if !good {
			in.Submit = (d.chance("submit", 2) == 1)
			in.Sections = pick(d, "sections", []market.Optional[[]market.FindingSection]{
				{}, market.Null[[]market.FindingSection](), market.Some(goodFindings), market.Some([]market.FindingSection{found("engine", "x", "1")}),
				market.Some([]market.FindingSection{found("condition", "appearance", "lovely", "powers_on", "yes")}),
			})
		}
		return &play{name: fmt.Sprintf("inspection %+v", in), in: &market.ActionInput{Inspection: &in}, do: func(ctx context.Context, id int64) error {
			if s.action == lifecycle.ActInspect {
				return contractErr(m.InspectContract(ctx, id, in, none))
			}
			return contractErr(m.UpdateInspection(ctx, id, in, none))
		}}
	case lifecycle.ActConclude, lifecycle.ActEditConclusion:
		in := market.ConcludeContract{Result: market.Some(lifecycle.ResultGood), Summary: market.Some("All is well.")}
		if !good {
			texts := []market.Optional[string]{{}, market.Null[string](), market.Some("All is well."), market.Some(strings.Repeat("a", 5001))}
			in = market.ConcludeContract{Result: pick(d, "result", []market.Optional[lifecycle.ConclusionResult]{{}, market.Some(lifecycle.ResultGood), market.Some(lifecycle.ConclusionResult("fine"))}),
				Summary: pick(d, "summary", texts), Recommendation: pick(d, "recommendation", texts)}
		}
		return &play{name: "conclusion", in: &market.ActionInput{Conclusion: &in}, do: func(ctx context.Context, id int64) error {
			if s.action == lifecycle.ActConclude {
				return contractErr(m.ConcludeContract(ctx, id, in, none))
			}
			return contractErr(m.UpdateConclusion(ctx, id, in, none))
		}}
	}
	in := market.ReviewContract{}
	for _, id := range l.criteria {
		in.Ratings = append(in.Ratings, market.Rate{RatingItemID: id, Rate: 1 + d.chance("rate", 5)})
	}
	if !good {
		in.Ratings = in.Ratings[d.chance("rated", len(in.Ratings)+1):]
		in.Ratings = append(in.Ratings, market.Rate{RatingItemID: pick(d, "criterion", []int64{0, l.criteria[0], 999}), Rate: d.chance("rate", 7)})
		in.Comment = market.Some(strings.Repeat("a", pick(d, "letters", []int{0, 2000, 2001})))
	}
	return &play{name: fmt.Sprintf("rates %v", in.Ratings), in: &market.ActionInput{Review: &in}, do: func(ctx context.Context, id int64) error {
		if s.action == lifecycle.ActReview {
			return contractErr(m.ReviewContract(ctx, id, in, none))
		}
		return contractErr(m.UpdateReview(ctx, id, in, none))
	}}
}
