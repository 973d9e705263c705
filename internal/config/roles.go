package config

// The roles of the people who use a project.
const (
	RoleEngineer = "engineer" // loads, sees failures, replays
	RoleMarketer = "marketer" // finds clients, builds segments
	RoleSteward  = "steward"  // decides who is who
	RoleAuditor  = "auditor"  // traces values, verifies; sees shapes, no client's data
	RoleDPO      = "dpo"      // answers for the rights of the people in the base
	RoleAdmin    = "admin"    // keeps it running; no client's data
)

// Roles lists the words of the roles map.
func Roles() []string {
	return []string{RoleEngineer, RoleMarketer, RoleSteward, RoleAuditor, RoleDPO, RoleAdmin}
}

// Sight says what a role sees of clients. Contact points and numbers of
// documents are in clear for nobody: they are masked or keyed wherever they
// are shown, and leave by segment export only.
type Sight struct {
	Clients bool // anything of single clients at all
	Names   bool // names, birth dates and what else has the class name, in clear; else shapes and years
	Rows    bool // rows of clients; else only groups of at least min_cell
}

// SightOf gives what a role sees.
func SightOf(role string) Sight {
	switch role {
	case RoleEngineer, RoleMarketer, RoleSteward, RoleDPO:
		return Sight{Clients: true, Names: true, Rows: true}
	case RoleAuditor:
		return Sight{Clients: true}
	}
	return Sight{}
}

// defaultMinCell is how many clients a group must have at least to be told to
// a role that sees no rows.
const defaultMinCell = 5
