// Package actor says who calls. An actor is made once per request by
// internal/authn from a verified token and the database, and is read by every
// use-case through the context.
package actor

import (
	"context"
	"slices"
)

// Role is what a user is in the marketplace.
type Role string

// The roles. Admin is the back office, which no dialect documents.
const (
	Institution Role = "institution"
	Partner     Role = "partner"
	Supervisor  Role = "supervisor"
	Admin       Role = "admin"
)

// Roles lists every role.
var Roles = []Role{Institution, Partner, Supervisor, Admin}

// Actor is the caller of a use-case. The zero Actor is anonymous.
type Actor struct {
	UserID    int64
	SessionID int64
	Role      Role
	// Institutions are those of the actor's active memberships, ascending.
	Institutions []int64
	// CurrentInstitution is the selected one of them, or 0. It is a default for
	// the REST dialects only.
	CurrentInstitution int64
	// PartnerID is the actor's own partner record, or 0.
	PartnerID int64
}

// Anonymous tells whether nobody has signed in.
func (a Actor) Anonymous() bool { return a.UserID == 0 }

// Is tells whether the actor has one of the roles.
func (a Actor) Is(roles ...Role) bool { return slices.Contains(roles, a.Role) }

// MemberOf tells whether the actor has an active membership of the institution.
func (a Actor) MemberOf(institutionID int64) bool {
	_, found := slices.BinarySearch(a.Institutions, institutionID)
	return found && a.Role == Institution
}

type key struct{}

// With returns a context that carries the actor.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, key{}, a)
}

// From gives the actor of the context; anonymous when there is none.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}
