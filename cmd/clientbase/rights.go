package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/store"
)

// right says who may use a verb of a project, and whether it reads data of
// single clients, so that each use stands in the access log.
type right struct {
	verb  string
	roles string // letters of roleLetters; "" = needs no project, everybody
	reads bool
}

// roleLetters are the roles in the columns of the matrix.
func roleLetters() map[byte]string {
	return map[byte]string{'E': config.RoleEngineer, 'M': config.RoleMarketer, 'S': config.RoleSteward, 'A': config.RoleAuditor, 'D': config.RoleDPO, 'X': config.RoleAdmin}
}

// rights is the matrix of verbs and roles. It stands here as data, is asked in
// one place (app.admit), and a test holds it against the verbs that there are.
// A project without roles: belongs to whoever runs it.
func rights() []right {
	return []right{
		{"init", "", false}, {"read", "", false}, {"clean", "", false}, {"dedupe", "", false}, {"demo", "", false},
		{"restore", "", false},

		{"validate", "EMSADX", false}, {"doctor", "E---DX", false}, {"plan", "E----X", false}, {"rules", "EMSADX", false},
		{"run", "E----X", false}, {"schedule", "E----X", false}, {"schedule list", "EMSADX", false},
		{"runs list", "EMSADX", false}, {"runs show", "EMSADX", false}, {"freshness", "EMSADX", false},
		{"snapshot list", "EMSADX", false}, {"snapshot show", "EMSADX", false}, {"snapshot diff", "EMSADX", false},
		{"snapshot release", "E----X", false}, {"snapshot discard", "E----X", false}, {"snapshot rollback", "E----X", false}, {"snapshot gc", "E---DX", false},
		{"deliveries list", "EMSADX", false}, {"deliveries discard", "E----X", false}, {"deliveries restore", "E----X", false},
		{"quarantine list", "E-SADX", false}, {"quarantine show", "E-SAD-", true}, {"quarantine replay", "E-S---", false}, {"quarantine discard", "E-S---", false},

		{"query", "EMSAD-", true}, {"find", "EMS-D-", true}, {"trace", "EMSAD-", true}, {"profile", "EMSAD-", true},
		{"segment list", "EMSAD-", true}, {"segment count", "EMSAD-", true}, {"segment why", "EMS-D-", true},
		{"segment export", "EM----", true}, {"segment lists", "EMSAD-", true}, {"segment recall", "EMS-D-", true},
		{"review", "EMSAD-", true}, {"review log", "EMSAD-", true}, {"review undo", "E-S---", false},
		{"consent set", "EMS-D-", false}, {"consent undo", "EMS-D-", false}, {"consent list", "EMSAD-", true},
		{"override set", "E-S-D-", false}, {"override undo", "E-S-D-", false}, {"override approve", "E-S-D-", false}, {"override list", "E-SAD-", true},
		{"journal list", "EMSAD-", true},
		{"keys status", "E--ADX", false}, {"keys rotate", "E----X", false}, {"backup", "E----X", false},
		{"subject dossier", "E---D-", true}, {"subject restrict", "E-S-D-", false}, {"subject rectify", "E-S-D-", true}, {"subject hold", "E---D-", false},
		{"subject forget", "E---D-", true}, {"subject admit", "E-S-D-", false}, {"subject undo", "E---D-", false}, {"subject retention", "E---D-", false},
		{"subject proof", "E--AD-", false}, {"subject list", "E-SAD-", false},
		{"access list", "E--AD-", false}, {"access whether", "E--AD-", true}, {"access files", "E--AD-", false},
		{"verify", "E--ADX", false}, {"fsck", "E--ADX", false}, {"audit", "E--ADX", false}, {"approve config", "E-SADX", false}, {"approve list", "EMSADX", false},
		{"ledger list", "E--ADX", false}, {"ledger show", "E--ADX", false}, {"ledger prove", "E--ADX", false}, {"ledger checkpoint", "E--ADX", false}, {"ledger anchor", "E--ADX", false},
	}
}

// may gives the roles that may use a verb.
func (r right) may() []string {
	var out []string
	letters := roleLetters()
	for _, l := range []byte(r.roles) {
		if name := letters[l]; name != "" {
			out = append(out, name)
		}
	}
	return out
}

// rightOf finds a verb in the matrix.
func rightOf(verb string) (right, bool) {
	all := rights()
	i := slices.IndexFunc(all, func(r right) bool { return r.verb == verb })
	if i < 0 {
		return right{verb: verb, roles: "E"}, false // a verb that was forgotten here is for engineers
	}
	return all[i], true
}

// verbOf is a command's path without the program's name.
func verbOf(c *cobra.Command) string {
	_, verb, _ := strings.Cut(c.CommandPath(), " ")
	return verb
}

// admit is asked before every verb: it lets those through whose role may use
// it, and enters reads into the access log. What a project's faults are is
// the verb's to say.
func (a *app) admit(c *cobra.Command, args []string) error {
	verb := verbOf(c)
	r, known := rightOf(verb)
	if r.roles == "" || c.Name() == "help" || !known && (verb == "" || c.HasSubCommands()) { // a group of verbs only says what there is
		return nil
	}
	switch {
	case verb == "trace" && len(args) > 0: // one client
		a.ahead = store.StartAhead(1)
	case verb == "trace", strings.HasPrefix(verb, "segment "):
		a.ahead = store.StartAhead(0)
	}
	cfg, faults, err := a.load()
	if err != nil || len(faults) > 0 {
		return nil
	}
	a.loaded = cfg
	who, err := a.who(cfg)
	if err != nil {
		return err
	}
	a.role = who.Role
	if r.reads {
		if err := a.beginRead(c, cfg, who, verb, args); err != nil {
			return err
		}
	}
	if may := r.may(); len(cfg.Roles) > 0 && !slices.Contains(may, who.Role) {
		return errs.New(errs.Config, verb, "", "the role "+who.Role+" may not do this", "ask somebody whose role is "+strings.Join(may, ", "))
	}
	return nil
}
