package market

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/testattempt"
	"kontrak/ent/testquestion"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// Answer is what somebody answers to one question of the basic test.
type Answer struct {
	QuestionID int64 `json:"question_id"`
	OptionID   int64 `json:"option_id"`
}

// BasicTest gives the questions of the basic test, without the answers, and how the
// calling partner stands to it.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner.
func (a *App) BasicTest(ctx context.Context) (v *view.BasicTest, err error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		questions, err := activeQuestions(ctx, on)
		if err != nil {
			return err
		}
		last, err := lastAttempt(ctx, on, who.PartnerID)
		if err != nil {
			return err
		}
		set, err := readSettings(ctx, on)
		if err != nil {
			return err
		}
		v, err = seeBasicTest(questions, last, set)
		return err
	})
	return v, err
}

// activeQuestions are the questions of the basic test, in order.
func activeQuestions(ctx context.Context, on *ent.Client) ([]*ent.TestQuestion, error) {
	return on.TestQuestion.Query().Where(testquestion.Active(true)).Order(testquestion.ByPosition(), testquestion.ByID()).All(ctx)
}

// lastAttempt is a partner's last try at the basic test, nil for none. Nobody tries again
// who has passed.
func lastAttempt(ctx context.Context, on *ent.Client, partnerID int64) (*ent.TestAttempt, error) {
	list, err := on.TestAttempt.Query().Where(testattempt.PartnerID(partnerID)).Order(ent.Desc(testattempt.FieldID)).Limit(1).All(ctx)
	return first(list), err
}

// seeBasicTest makes the view of the basic test for one partner.
func seeBasicTest(questions []*ent.TestQuestion, last *ent.TestAttempt, set settings) (*view.BasicTest, error) {
	v := &view.BasicTest{Status: view.BasicTestNotStarted, Questions: make([]*view.TestQuestion, len(questions))}
	for i, q := range questions {
		var err error
		if v.Questions[i], err = seeQuestion(q, view.Anyone); err != nil {
			return nil, err
		}
	}
	if last != nil {
		v.Status = view.BasicTestFailed
		if last.Passed {
			v.Status = view.BasicTestPassed
		} else {
			v.RepeatableAt = new(last.CreatedAt.Add(set.basicRetry))
		}
		v.Score, v.Passed, v.SubmittedAt = new(int32(last.Score)), &last.Passed, &last.CreatedAt
	}
	return view.See(v, view.Self), nil
}

// SubmitBasicTest takes the answers of the calling partner: one to each question. What it
// scores of 100 is the part of the answers that are right, cut to a whole number; from
// the setting basic_test_passing_score on it has passed. A failed try may be repeated
// after a while (setting basic_test_retry_hours).
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; INVALID for an answer to
// no question, to one question twice, by no option of it, and for a question without
// one; WRONG_STATE unless the basic test comes next, or too soon after a failed try;
// STALE.
func (a *App) SubmitBasicTest(ctx context.Context, answers []Answer, unread fault.Fields) (*view.BasicTest, error) {
	again := func(ctx context.Context, _ memory) (*view.BasicTest, error) { return a.BasicTest(ctx) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.BasicTest, error) {
		if err := a.submitBasicTest(ctx, answers, unread); err != nil {
			return nil, err
		}
		return again(ctx, memory{})
	}, again)
}

func (a *App) submitBasicTest(ctx context.Context, answers []Answer, unread fault.Fields) error {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return err
	}
	now := a.Now()
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		questions, err := activeQuestions(ctx, tx.Client())
		if err != nil {
			return err
		}
		score, err := markAnswers(questions, answers, unread)
		if err != nil {
			return err
		}
		set, err := readSettings(ctx, tx.Client())
		if err != nil {
			return err
		}
		p, err := holdSelf(ctx, tx, who)
		if err != nil {
			return err
		}
		if err := mayTry(ctx, tx, p, set, now); err != nil {
			return err
		}
		passed := float64(score) >= set.basicPass
		if err := keepAttempt(ctx, tx, p.ID, answers, score, passed, now); err != nil {
			return err
		}
		if passed {
			if err := advance(p, lifecycle.VerificationPass, "", now); err != nil {
				return err
			}
			if err := saveVerification(ctx, tx, p, now); err != nil {
				return err
			}
		}
		return memory{}.keep(ctx, tx, "Partner", p.ID)
	})
}

// mayTry fails unless the basic test is what comes next, and the last try was long enough
// ago. The partner is held, so that of several who send at once one is marked.
//
// Faults: WRONG_STATE.
func mayTry(ctx context.Context, tx *ent.Tx, p *ent.Partner, set settings, now time.Time) error {
	if p.VerificationStep != lifecycle.VerifyBasicTest {
		return wrongStep(p, lifecycle.VerifyBasicTest)
	}
	last, err := lastAttempt(ctx, tx.Client(), p.ID)
	if err != nil || last == nil {
		return err
	}
	from := last.CreatedAt.Add(set.basicRetry)
	if !now.Before(from) {
		return nil
	}
	f := fault.Newf(fault.WrongState, "The basic test was failed a short while ago: it can be repeated from %s on.", from.UTC().Format(time.RFC3339))
	f.Refusals = append(f.Refusals, fault.Refusal{
		Rule: "basic_test_retry", Needed: "a failed try that is " + hoursText(set.basicRetry) + " ago",
		Actual: "failed at " + last.CreatedAt.UTC().Format(time.RFC3339), From: &from,
	})
	return f
}

func hoursText(d time.Duration) string { return fmt.Sprintf("%g hours", d.Hours()) }

func keepAttempt(ctx context.Context, tx *ent.Tx, partnerID int64, answers []Answer, score int64, passed bool, now time.Time) error {
	raw, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	return tx.TestAttempt.Create().SetPartnerID(partnerID).SetAnswers(raw).SetScore(score).SetPassed(passed).SetCreatedAt(now).Exec(ctx)
}

// markAnswers gives what the answers score of 100.
//
// Faults: INVALID.
func markAnswers(questions []*ent.TestQuestion, answers []Answer, bad fault.Fields) (int64, error) {
	bad.Check(len(answers) > 0, "answers", "is required: one answer to each question")
	if len(answers) > maxQuestions {
		bad.Add("answers", "has %d answers, and the test has %d questions", len(answers), len(questions))
		return 0, bad.Err(fault.InputInvalid)
	}
	right, answered := 0, map[int64]bool{}
	for i, answer := range answers {
		field := fmt.Sprintf("answers[%d].", i)
		at := slices.IndexFunc(questions, func(q *ent.TestQuestion) bool { return q.ID == answer.QuestionID })
		if at < 0 {
			bad.Add(field+"question_id", "is no question of the test")
			continue
		}
		q := questions[at]
		bad.Check(!answered[q.ID], field+"question_id", "is answered twice")
		answered[q.ID] = true
		options, err := optionsOf(q)
		if err != nil {
			return 0, err
		}
		has := slices.ContainsFunc(options, func(o answerChoice) bool { return o.ID == answer.OptionID })
		bad.Check(has, field+"option_id", "is no option of the question")
		if answer.OptionID == q.Answer {
			right++
		}
	}
	var open []string
	for _, q := range questions {
		if !answered[q.ID] {
			open = append(open, fmt.Sprint(q.ID))
		}
	}
	if len(answers) > 0 {
		bad.Check(len(open) == 0, "answers", "lacks an answer to each question: %s", strings.Join(open, ", "))
	}
	if err := bad.Err(fault.InputInvalid); err != nil {
		return 0, err
	}
	return int64(100 * right / len(questions)), nil
}
