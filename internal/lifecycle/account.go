package lifecycle

// CodePurpose is what a one-time code is for.
type CodePurpose string

// What a one-time code is for. The last two are tokens rather than digits: what is
// given for a right code, and what a partner is invited with.
const (
	CodeEmailVerification CodePurpose = "email_verification"
	CodePasswordReset     CodePurpose = "password_reset"
	CodeResetGrant        CodePurpose = "reset_grant"
	CodeInvitation        CodePurpose = "invitation"
)

// CodePurposes lists every purpose.
var CodePurposes = []CodePurpose{CodeEmailVerification, CodePasswordReset, CodeResetGrant, CodeInvitation}

// WebhookStatus is whether a webhook is told of events.
type WebhookStatus string

// The statuses of a webhook.
const (
	WebhookActive   WebhookStatus = "active"
	WebhookDisabled WebhookStatus = "disabled"
)

// WebhookStatuses lists every status of a webhook.
var WebhookStatuses = []WebhookStatus{WebhookActive, WebhookDisabled}

// Channel is the way that a message in the outbox takes.
type Channel string

// The ways out. An event becomes notifications, mails, push messages and webhook
// deliveries; each of these then goes its own way, so that a dead one holds up none
// of the others.
const (
	ChannelEvent Channel = "event"
	ChannelMail  Channel = "mail"
	ChannelPush  Channel = "push"
)

// Channels lists every way out.
var Channels = []Channel{ChannelEvent, ChannelMail, ChannelPush}

// Language is one that mails and notifications are written in.
type Language string

// The languages.
const (
	Indonesian Language = "id"
	English    Language = "en"
)

// Languages lists every language.
var Languages = []Language{Indonesian, English}
