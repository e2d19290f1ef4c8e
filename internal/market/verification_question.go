package market

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kontrak/ent"
	"kontrak/ent/testquestion"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// The bounds of the basic test.
const (
	maxQuestions  = 100 // in use
	maxChoices    = 10  // of a question
	questionSize  = 1000
	optionLength  = 500
	fewestChoices = 2
)

// answerChoice is one of the answers that a question offers; ids count from 1.
type answerChoice struct {
	ID   int64  `json:"id"`
	Text string `json:"text"`
}

func optionsOf(q *ent.TestQuestion) (list []answerChoice, err error) {
	if err := json.Unmarshal(q.Options, &list); err != nil {
		return nil, fmt.Errorf("market: the options of question %d: %w", q.ID, err)
	}
	return list, nil
}

// TestQuestionDetails are what may change of a question of the basic test. A new one
// needs a text, options and the answer.
type TestQuestionDetails struct {
	Text Optional[string]
	// Options are the texts of what can be answered; they are numbered from 1.
	Options Optional[[]string]
	// Answer is the number of the right option.
	Answer   Optional[int32]
	Position Optional[int32] // from 1
	Active   Optional[bool]
}

var questionNoun = noun[ent.TestQuestion]{
	name: lifecycle.NounTestQuestion,
	of:   func(r *ent.TestQuestion) record { return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt} },
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.TestQuestion, error) {
		return tx.TestQuestion.Query().Where(testquestion.ID(id), store.ForUpdate).Only(ctx)
	},
	room: func(ctx context.Context, tx *ent.Tx) error {
		_, err := tx.TestQuestion.Query().Where(testquestion.Active(true), store.ForUpdate).Order(testquestion.ByID()).IDs(ctx)
		return err
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.TestQuestion) error {
		if !next.Active || before != nil && before.Active {
			return nil
		}
		inUse, err := tx.TestQuestion.Query().Where(testquestion.Active(true)).Count(ctx)
		return roomFor(maxQuestions, "questions", inUse, err)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.TestQuestion) (int64, error) {
		made, err := tx.TestQuestion.Create().SetText(r.Text).SetOptions(r.Options).SetAnswer(r.Answer).SetPosition(r.Position).SetActive(r.Active).
			SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.TestQuestion, version int64) (int, error) {
		return tx.TestQuestion.Update().Where(testquestion.ID(r.ID), testquestion.Version(version)).
			SetText(r.Text).SetOptions(r.Options).SetAnswer(r.Answer).SetPosition(r.Position).SetActive(r.Active).
			SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

// CreateTestQuestion makes a question of the basic test.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID, also where
// maxQuestions are in use.
func (a *App) CreateTestQuestion(ctx context.Context, in TestQuestionDetails) (*view.TestQuestion, error) {
	return seenQuestion(questionNoun.create(ctx, a, func(bad *fault.Fields, r *ent.TestQuestion) {
		*r = ent.TestQuestion{Options: json.RawMessage("[]"), Active: true}
		in.change(bad, r)
	}))
}

// UpdateTestQuestion changes a question of the basic test. Tries that were marked stay
// as they are.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID, also
// where maxQuestions are in use; STALE when somebody changed it after that version.
func (a *App) UpdateTestQuestion(ctx context.Context, id, version int64, in TestQuestionDetails) (*view.TestQuestion, error) {
	return seenQuestion(questionNoun.amend(ctx, a, id, version, in.change))
}

func (in TestQuestionDetails) change(bad *fault.Fields, r *ent.TestQuestion) {
	position, answer := int32(r.Position), int32(r.Answer)
	setText(in.Text, &r.Text)
	set(bad, "position", in.Position, &position)
	set(bad, "active", in.Active, &r.Active)
	set(bad, "answer", in.Answer, &answer)
	r.Position, r.Answer = int64(position), int64(answer)
	checkText(bad, "text", r.Text, 1, questionSize)
	bad.Check(position >= 1 && position <= maxPosition, "position", "must be between 1 and %d", maxPosition)
	options, err := optionsOf(r)
	if err != nil {
		options = nil
	}
	if in.Options.Sent() {
		options = checkOptions(bad, in.Options.Or(nil), options, r)
	}
	bad.Check(answer >= 1 && int(answer) <= len(options), "answer", "must be the number of an option, from 1 to %d", len(options))
}

// checkOptions puts options into the row, unless they are those that it has, and notes
// what is wrong with them.
func checkOptions(bad *fault.Fields, texts []string, had []answerChoice, r *ent.TestQuestion) []answerChoice {
	bad.Check(len(texts) >= fewestChoices && len(texts) <= maxChoices, "options", "must be %d to %d options", fewestChoices, maxChoices)
	list := make([]answerChoice, min(len(texts), maxChoices))
	for i := range list {
		list[i] = answerChoice{ID: int64(i + 1), Text: strings.TrimSpace(texts[i])}
		field := fmt.Sprintf("options[%d]", i)
		checkText(bad, field, list[i].Text, 1, optionLength)
		twice := slices.ContainsFunc(list[:i], func(o answerChoice) bool { return o.Text == list[i].Text })
		bad.Check(!twice, field, "is there twice")
	}
	if !slices.Equal(list, had) {
		r.Options, _ = json.Marshal(list) // numbers and texts always encode
	}
	return list
}

// AllTestQuestions lists all questions of the basic test, by their number.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllTestQuestions(ctx context.Context, active *bool, p Page, unread fault.Fields) (*view.Page[view.TestQuestion], error) {
	return listRecords(ctx, a, p, unread, records[ent.TestQuestion, view.TestQuestion]{
		id: func(r *ent.TestQuestion) int64 { return r.ID },
		see: func(_ context.Context, _ *App, _ *ent.Client, rows []*ent.TestQuestion) ([]*view.TestQuestion, error) {
			list := make([]*view.TestQuestion, len(rows))
			for i, r := range rows {
				var err error
				if list[i], err = seeQuestion(r, view.Anyone|view.Admin); err != nil {
					return nil, err
				}
			}
			return list, nil
		},
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.TestQuestion, error) {
			return on.TestQuestion.Query().Where(whereActive(active), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.TestQuestion.Query().Where(whereActive(active)).Count(ctx)
		},
	})
}

// seenQuestion makes the view of a question that the back office has changed.
func seenQuestion(r *ent.TestQuestion, err error) (*view.TestQuestion, error) {
	if err != nil {
		return nil, err
	}
	return seeQuestion(r, view.Anyone|view.Admin)
}

// seeQuestion makes the view of a question; which option is right is for the back office.
func seeQuestion(r *ent.TestQuestion, ties view.Tie) (*view.TestQuestion, error) {
	options, err := optionsOf(r)
	if err != nil {
		return nil, err
	}
	v := &view.TestQuestion{
		ID: r.ID, Text: r.Text, Answer: new(int32(r.Answer)), Position: int32(r.Position), Options: make([]*view.TestOption, len(options)),
		Active: &r.Active, Version: &r.Version, CreatedAt: &r.CreatedAt, UpdatedAt: &r.UpdatedAt,
	}
	for i, o := range options {
		v.Options[i] = view.See(&view.TestOption{Number: int32(o.ID), Text: o.Text}, ties)
	}
	return view.See(v, ties), nil
}
