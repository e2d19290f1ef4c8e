package world

import (
	"encoding/json"
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// questionText is a question of the basic test.
type questionText struct {
	text    string
	options []string
	answer  int64 // the number of the right option
}

var questionTexts = []questionText{
	{"What comes first when a device is to be opened?", []string{"Take off the cover", "Cut it off from power", "Call the maker"}, 2},
	{"Who may scan the code with which work begins?", []string{"The partner, on site", "Anybody of the hospital", "The supervisor"}, 1},
	{"A patient is connected to the device. What do you do?", []string{"Work quickly", "Wait until the ward has connected another one", "Lower the alarms"}, 2},
	{"What is done with parts that were replaced?", []string{"They go into the bin", "They are taken home", "They are handed to the hospital and listed"}, 3},
	{"The work takes longer than agreed. What is right?", []string{"Ask for more time before the agreed end", "Go on and tell later", "Stop and leave"}, 1},
	{"Which values belong into an inspection?", []string{"Those that are typical", "Those that were measured", "Those of the last visit", "None"}, 2},
}

// reviewing is a partner who waits to be verified; it comes last, so that every other
// one keeps its number.
var reviewing = partnerText{key: "reviewing", name: "Laras Setyowati", female: true, region: inBandung, skills: []int{subMonitor, subMicroscope},
	edit: verification(lifecycle.VerificationInProgress, lifecycle.VerifyReview)}

// onboard tells of partners on their way into the marketplace, one at each step.
func (d *demo) onboard() {
	for i, q := range questionTexts {
		d.addQuestion(i+1, q, true)
	}
	d.addQuestion(len(questionTexts)+1, questionText{"How many letters has this question?", []string{"Few", "Many"}, 2}, false)
	d.addPartner(len(partnerTexts), reviewing)
	d.attempt("testing", 3, 50, 2)
	d.attempt("not_verified", 12, 33, 1)
	d.attempt("not_verified", 10, 100, 0)
	d.attempt("reviewing", 6, 83, 0)
	d.attempt("partner", 360, 100, 0)

	d.sendProof("partner", d.tests[subMonitor], 358, lifecycle.TestApproved, "")
	d.sendProof("not_verified", d.tests[subMonitor], 8, lifecycle.TestRejected, "The certificate is of somebody else.")
	d.sendProof("reviewing", d.tests[subMonitor], 5, lifecycle.TestApproved, "")
	d.sendProof("reviewing", d.tests[subMicroscope], 4, lifecycle.TestPending, "")
	p := d.partners["reviewing"]
	p.row.SubmittedAt = new(d.daysAgo(5))
	for _, key := range []string{"reviewing", "testing"} {
		for _, s := range d.partners[key].skills {
			s.Status = lifecycle.CataloguePending
		}
	}
	for _, key := range []string{"testing", "reviewing", "partner"} {
		p := d.partners[key]
		p.row.IdentityCard = d.file(upload{key: "identity card " + key, purpose: "identity_card", by: new(p.row.UserID), at: p.row.CreatedAt})
	}
	d.partners["refused"].row.VerificationReason = "The papers could not be read."
}

func (d *demo) addQuestion(position int, q questionText, active bool) {
	options := make([]map[string]any, len(q.options))
	for i, text := range q.options {
		options[i] = map[string]any{"id": i + 1, "text": text}
	}
	raw, _ := json.Marshal(options) // texts and numbers always encode
	d.rows.testQuestions.add(&ent.TestQuestion{
		Text: q.text, Options: raw, Answer: q.answer, Position: int64(position), Active: active,
		Version: 1, CreatedAt: d.daysAgo(380), UpdatedAt: d.daysAgo(380),
	})
}

// attempt is a try of a partner at the basic test, so many days ago; it answers the last
// so many questions wrongly.
func (d *demo) attempt(key string, days int, score int64, wrong int) {
	answers := make([]map[string]int64, len(questionTexts))
	for i, q := range questionTexts {
		answers[i] = map[string]int64{"question_id": int64(i + 1), "option_id": q.answer}
		if i >= len(questionTexts)-wrong {
			answers[i]["option_id"] = q.answer%int64(len(q.options)) + 1
		}
	}
	raw, _ := json.Marshal(answers) // numbers always encode
	d.rows.testAttempts.add(&ent.TestAttempt{
		PartnerID: d.partners[key].row.ID, Answers: raw, Score: score, Passed: score >= 70, CreatedAt: d.daysAgo(days),
	})
}

// sendProof is a certificate that a partner sent, so many days ago, and what became of it
// a day later.
func (d *demo) sendProof(key string, test *ent.CompetencyTest, days int, status lifecycle.TestStatus, why string) {
	p, at := d.partners[key].row, d.daysAgo(days)
	row := &ent.PartnerTest{
		PartnerID: p.ID, CompetencyTestID: test.ID, Status: status, RejectionReason: why, SubmittedAt: at, Version: 1, CreatedAt: at, UpdatedAt: at,
		Certificate: d.file(upload{key: fmt.Sprintf("certificate %s %d", key, test.ID), purpose: "competency_certificate", by: new(p.UserID), at: at}),
	}
	if status != lifecycle.TestPending {
		row.ReviewedAt, row.ReviewedByID, row.Version = new(at.Add(24*time.Hour)), new(d.users["admin"].ID), 2
		row.UpdatedAt = *row.ReviewedAt
	}
	d.rows.partnerTests.add(row)
}
