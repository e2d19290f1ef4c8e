package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// BasicTestStatus is how a partner stands to the basic test.
type BasicTestStatus string

// The ways in which a partner stands to the basic test.
const (
	BasicTestNotStarted BasicTestStatus = "not_started"
	BasicTestPassed     BasicTestStatus = "passed"
	BasicTestFailed     BasicTestStatus = "failed"
)

// BasicTestStatuses lists every way in which a partner stands to the basic test.
var BasicTestStatuses = []BasicTestStatus{BasicTestNotStarted, BasicTestPassed, BasicTestFailed}

// BasicTest is the test that every partner takes, as one partner stands to it.
type BasicTest struct {
	Row
	Status       BasicTestStatus `see:"self"`
	Questions    []*TestQuestion `see:"self"`
	Score        *int32          `see:"self"`
	Passed       *bool           `see:"self"`
	SubmittedAt  *time.Time      `see:"self"`
	RepeatableAt *time.Time      `see:"self"`
}

// TestQuestion is one question of the basic test.
type TestQuestion struct {
	Row
	ID        int64         `see:"anyone"`
	Text      string        `see:"anyone"`
	Options   []*TestOption `see:"anyone"`
	Position  int32         `see:"anyone"`
	Answer    *int32        `see:"admin"`
	Active    *bool         `see:"admin"`
	Version   *int64        `see:"admin"`
	CreatedAt *time.Time    `see:"admin"`
	UpdatedAt *time.Time    `see:"admin"`
}

// GlobalID is the question's opaque id in the graph.
func (q *TestQuestion) GlobalID() GlobalID { return GlobalID{"TestQuestion", q.ID} }

// TestOption is one of the answers that a question offers.
type TestOption struct {
	Row
	Number int32  `see:"anyone"`
	Text   string `see:"anyone"`
}

// PartnerTest is a certificate of a competency test that a partner sent.
type PartnerTest struct {
	Row
	ID              int64                `see:"self,admin"`
	Partner         *Partner             `see:"self,admin"`
	CompetencyTest  *CompetencyTest      `see:"self,admin"`
	SubService      *SubService          `see:"self,admin"`
	Status          lifecycle.TestStatus `see:"self,admin"`
	Certificate     *File                `see:"self,admin"`
	SubmittedAt     time.Time            `see:"self,admin"`
	ReviewedAt      *time.Time           `see:"self,admin"`
	RejectionReason *string              `see:"self,admin"`
	Version         int64                `see:"self,admin"`
	CreatedAt       time.Time            `see:"self,admin"`
	UpdatedAt       time.Time            `see:"self,admin"`
}

// GlobalID is its opaque id in the graph.
func (t *PartnerTest) GlobalID() GlobalID { return GlobalID{"PartnerTest", t.ID} }
