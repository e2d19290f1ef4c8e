package lifecycle

// VerificationEvent is what moves the verification of a partner.
type VerificationEvent string

// The events of a verification.
const (
	VerificationRegister VerificationEvent = "register" // the partner, with its papers
	VerificationPass     VerificationEvent = "pass"     // the partner, the basic test
	VerificationSubmit   VerificationEvent = "submit"   // the partner, the certificate of a competency test
	VerificationReturn   VerificationEvent = "return"   // admin: the certificates are not enough
	VerificationVerify   VerificationEvent = "verify"   // admin
	VerificationRefuse   VerificationEvent = "refuse"   // admin
)

// Verification is the way of a partner into the marketplace, step by step. A refused
// one may register anew.
var Verification = Machine[VerificationStep, VerificationEvent]{
	Name:  "verification",
	Start: VerifyRegistration,
	Moves: map[VerificationStep]map[VerificationEvent]VerificationStep{
		VerifyRegistration:   {VerificationRegister: VerifyBasicTest},
		VerifyBasicTest:      {VerificationPass: VerifyCompetencyTest, VerificationRefuse: VerifyRegistration},
		VerifyCompetencyTest: {VerificationSubmit: VerifyReview, VerificationRefuse: VerifyRegistration},
		VerifyReview:         {VerificationReturn: VerifyCompetencyTest, VerificationVerify: VerifyDone, VerificationRefuse: VerifyRegistration},
	},
}

// TestStatus is where a partner's certificate of a competency test stands.
type TestStatus string

// The statuses of a competency test. TestNotSubmitted is that of a test for which a
// partner has sent nothing; no row has it.
const (
	TestNotSubmitted TestStatus = "not_submitted"
	TestPending      TestStatus = "pending"
	TestApproved     TestStatus = "approved"
	TestRejected     TestStatus = "rejected"
)

// TestStatuses lists every status that a sent certificate has.
var TestStatuses = []TestStatus{TestPending, TestApproved, TestRejected}

// TestEvent is what moves a competency test.
type TestEvent string

// The events of a competency test.
const (
	TestSubmit  TestEvent = "submit"  // the partner
	TestApprove TestEvent = "approve" // admin
	TestReject  TestEvent = "reject"  // admin
)

// Test is the life of a partner's competency test.
var Test = Machine[TestStatus, TestEvent]{
	Name:  "competency_test",
	Start: TestNotSubmitted,
	Moves: map[TestStatus]map[TestEvent]TestStatus{
		TestNotSubmitted: {TestSubmit: TestPending},
		TestPending:      {TestApprove: TestApproved, TestReject: TestRejected},
		TestRejected:     {TestSubmit: TestPending},
	},
}

// CertificationStatus is where a partner's registration for a certification stands.
type CertificationStatus string

// The statuses of a registration for a certification.
const (
	CertificationRegistered CertificationStatus = "registered"
	CertificationInReview   CertificationStatus = "in_review"
	CertificationPassed     CertificationStatus = "passed"
	CertificationFailed     CertificationStatus = "failed"
	CertificationCancelled  CertificationStatus = "cancelled"
)

// CertificationStatuses lists every status of a registration.
var CertificationStatuses = []CertificationStatus{
	CertificationRegistered, CertificationInReview, CertificationPassed, CertificationFailed, CertificationCancelled,
}

// CertificationEvent is what moves a registration for a certification.
type CertificationEvent string

// The events of a registration for a certification, all of the back office.
const (
	CertificationReview CertificationEvent = "review"
	CertificationPass   CertificationEvent = "pass"
	CertificationFail   CertificationEvent = "fail"
	CertificationCancel CertificationEvent = "cancel"
)

// Certification is the life of a registration for a certification.
var Certification = Machine[CertificationStatus, CertificationEvent]{
	Name:  "certification",
	Start: CertificationRegistered,
	Moves: map[CertificationStatus]map[CertificationEvent]CertificationStatus{
		CertificationRegistered: {
			CertificationReview: CertificationInReview, CertificationPass: CertificationPassed,
			CertificationFail: CertificationFailed, CertificationCancel: CertificationCancelled,
		},
		CertificationInReview: {
			CertificationPass: CertificationPassed, CertificationFail: CertificationFailed, CertificationCancel: CertificationCancelled,
		},
	},
}
