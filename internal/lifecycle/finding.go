package lifecycle

// FindingKind says what the value of an item of an inspection is.
type FindingKind string

// The kinds of item.
const (
	FindingText    FindingKind = "text"
	FindingNumber  FindingKind = "number"
	FindingBoolean FindingKind = "boolean"
	FindingChoice  FindingKind = "choice"
	FindingPhoto   FindingKind = "photo"
)

// FindingKinds lists every kind of item.
var FindingKinds = []FindingKind{FindingText, FindingNumber, FindingBoolean, FindingChoice, FindingPhoto}
