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
