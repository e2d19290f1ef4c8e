package lifecycle

// SignatureStatus is where the signing of an agreement stands (Kit reference,
// section 7).
type SignatureStatus string

// The statuses of a signature.
const (
	SignatureCreated  SignatureStatus = "CREATED" // made, nobody was asked
	SignatureWaiting  SignatureStatus = "WAITING"
	SignatureDone     SignatureStatus = "DONE"
	SignatureCanceled SignatureStatus = "CANCELED"
)

// SignatureStatuses lists every status of a signature.
var SignatureStatuses = []SignatureStatus{SignatureCreated, SignatureWaiting, SignatureDone, SignatureCanceled}

// SignatureEvent is what moves a signature.
type SignatureEvent string

// The events of a signature.
const (
	SignatureSend     SignatureEvent = "send"
	SignatureConclude SignatureEvent = "conclude" // the last participant has signed
	SignatureCancel   SignatureEvent = "cancel"   // by who asked for it, by a refusal, or by time
)

// Signature is the life of a signature.
var Signature = Machine[SignatureStatus, SignatureEvent]{
	Name:  "signature",
	Start: SignatureCreated,
	Moves: map[SignatureStatus]map[SignatureEvent]SignatureStatus{
		SignatureCreated: {SignatureSend: SignatureWaiting, SignatureCancel: SignatureCanceled},
		SignatureWaiting: {SignatureConclude: SignatureDone, SignatureCancel: SignatureCanceled},
	},
}

// ParticipantStatus is how far one who is to sign has come (rulings, "E-signing").
type ParticipantStatus string

// The statuses of a participant.
const (
	ParticipantPending   ParticipantStatus = "PENDING" // not asked yet
	ParticipantRequested ParticipantStatus = "REQUESTED"
	ParticipantViewed    ParticipantStatus = "VIEWED"
	ParticipantSigned    ParticipantStatus = "SIGNED"
	ParticipantRefused   ParticipantStatus = "REFUSED"
)

// ParticipantStatuses lists every status of a participant.
var ParticipantStatuses = []ParticipantStatus{
	ParticipantPending, ParticipantRequested, ParticipantViewed, ParticipantSigned, ParticipantRefused,
}

// ParticipantEvent is what moves a participant.
type ParticipantEvent string

// The events of a participant.
const (
	ParticipantRequest ParticipantEvent = "request"
	// ParticipantReaddress asks at another address, where nobody has looked yet.
	ParticipantReaddress ParticipantEvent = "readdress"
	ParticipantView      ParticipantEvent = "view"
	ParticipantSign      ParticipantEvent = "sign"
	ParticipantRefuse    ParticipantEvent = "refuse"
)

// Participant is the life of one who is to sign.
var Participant = Machine[ParticipantStatus, ParticipantEvent]{
	Name:  "participant",
	Start: ParticipantPending,
	Moves: map[ParticipantStatus]map[ParticipantEvent]ParticipantStatus{
		ParticipantPending:   {ParticipantRequest: ParticipantRequested},
		ParticipantRequested: {ParticipantRequest: ParticipantRequested, ParticipantReaddress: ParticipantRequested, ParticipantView: ParticipantViewed, ParticipantSign: ParticipantSigned, ParticipantRefuse: ParticipantRefused},
		ParticipantViewed:    {ParticipantRequest: ParticipantViewed, ParticipantReaddress: ParticipantRequested, ParticipantView: ParticipantViewed, ParticipantSign: ParticipantSigned, ParticipantRefuse: ParticipantRefused},
	},
}

// SendWay is how a participant is reached.
type SendWay string

// The ways.
const (
	SendEmail SendWay = "EMAIL"
	SendPhone SendWay = "PHONE"
)

// SendWays lists them.
var SendWays = []SendWay{SendEmail, SendPhone}

// SigningOrder says whether the participants of a template sign at once or one
// after the other (Kit reference, section 6).
type SigningOrder string

// The orders.
const (
	SignTogether SigningOrder = "TOGETHER"
	SignInOrder  SigningOrder = "ORDER"
)

// SigningOrders lists them.
var SigningOrders = []SigningOrder{SignTogether, SignInOrder}

// ObjectType is what an input field of a signature takes.
type ObjectType string

// The types.
const (
	ObjectText      ObjectType = "TEXT"
	ObjectSignature ObjectType = "SIGNATURE"
	ObjectCheckbox  ObjectType = "CHECKBOX"
)

// ObjectTypes lists them.
var ObjectTypes = []ObjectType{ObjectText, ObjectSignature, ObjectCheckbox}

// ObjectCategory says who fills in an input field: whoever asks for signatures,
// or the participant.
type ObjectCategory string

// The categories.
const (
	ObjectDefault ObjectCategory = "DEFAULT"
	ObjectInput   ObjectCategory = "INPUT"
)

// ObjectCategories lists them.
var ObjectCategories = []ObjectCategory{ObjectDefault, ObjectInput}

// TagColor is the colour of a tag.
type TagColor string

// The colours.
const (
	TagRed    TagColor = "RED"
	TagOrange TagColor = "ORANGE"
	TagYellow TagColor = "YELLOW"
	TagGreen  TagColor = "GREEN"
	TagBlue   TagColor = "BLUE"
	TagGray   TagColor = "GRAY"
)

// TagColors lists the colours (Kit reference, section 6).
var TagColors = []TagColor{TagRed, TagOrange, TagYellow, TagGreen, TagBlue, TagGray}

// Manager is somebody who speaks for a counterparty (Kit reference, section 6).
type Manager struct {
	Name     string        `json:"name"`
	Email    string        `json:"email"`
	Position string        `json:"position"`
	Note     string        `json:"note"`
	Contact  string        `json:"contact"`
	Roles    []ManagerRole `json:"roles"`
}

// ManagerRole is what a manager is asked about.
type ManagerRole string

// The roles.
const (
	ManagerTaxBill    ManagerRole = "TAX_BILL"
	ManagerSubTaxBill ManagerRole = "SUB_TAX_BILL"
	ManagerContract   ManagerRole = "CONTRACT"
)

// ManagerRoles lists the roles.
var ManagerRoles = []ManagerRole{ManagerTaxBill, ManagerSubTaxBill, ManagerContract}

// TemplateParticipant is a part to be played in a signature that is made of a
// template.
type TemplateParticipant struct {
	ID    int64  `json:"id"`
	Order int32  `json:"order"`
	Role  string `json:"role"`
}

// TemplateObject is an input field of such a signature.
type TemplateObject struct {
	ID          int64          `json:"id"`
	Participant int64          `json:"participant"` // id of a TemplateParticipant, or 0
	Type        ObjectType     `json:"type"`
	Category    ObjectCategory `json:"category"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Contents    string         `json:"contents"`
}
