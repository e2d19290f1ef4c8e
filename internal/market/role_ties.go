package market

import (
	"kontrak/internal/actor"
	"kontrak/internal/view"
)

// RoleTies gives every tie that somebody of a role can have to some contract, agreement or
// partner: what none of them may read is for nobody of the role.
func RoleTies(role actor.Role) view.Tie {
	ties := view.Anyone | view.Insider
	switch role {
	case actor.Admin:
		ties |= view.Admin
	case actor.Institution:
		ties |= view.Customer | view.Member | view.Owner | view.Waiting | view.Client | view.Manager
	case actor.Partner:
		ties |= view.Assignee | view.Engaged | view.Self
	case actor.Supervisor:
		ties |= view.Supervisor | view.Creator
	default:
		return 0
	}
	return ties
}
