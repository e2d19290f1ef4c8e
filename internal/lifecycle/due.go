package lifecycle

// Due is what time does to a contract once its instant has come.
type Due string

// What falls due. A contract waits for one of them at a time.
const (
	DuePayment    Due = "payment_deadline"    // nobody has shown to have paid
	DuePartner    Due = "partner_deadline"    // the partner has not answered
	DueSupervisor Due = "supervisor_deadline" // the supervisor has found nobody
	DueReminder   Due = "departure_reminder"  // the start is near, and the partner has not set out
)

// Dues lists all of them in the order in which they are done when they fall due
// at the same instant.
var Dues = []Due{DuePayment, DuePartner, DueSupervisor, DueReminder}

// What time does to agreements and their signatures.
const (
	DueAgreementBegin   Due = "agreement_begins"        // the period of an approved agreement has begun
	DueAgreementNext    Due = "agreement_period_begins" // a renewed period has begun
	DueAgreementNotice  Due = "agreement_notice"        // the end is near: those who asked are told
	DueAgreementEnd     Due = "agreement_ends"          // the period is over
	DueSignatureRemind  Due = "signature_reminder"      // whoever has not signed is asked again
	DueSignatureExpires Due = "signature_expires"       // it can be signed no longer
)

// AgreementDues lists them in the order in which they are done when they fall due
// at the same instant; they come after those of contracts.
var AgreementDues = []Due{
	DueAgreementBegin, DueAgreementNext, DueAgreementNotice, DueAgreementEnd, DueSignatureRemind, DueSignatureExpires,
}
