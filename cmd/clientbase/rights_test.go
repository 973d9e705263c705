package main

import (
	"context"
	"io"
	"os/user"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
)

// verbs lists all commands that do something, without those that only group.
func verbs(c *cobra.Command) []string {
	var out []string
	for _, s := range c.Commands() {
		if s.Name() == "help" || s.Name() == "completion" {
			continue
		}
		if _, known := rightOf(verbOf(s)); known || !s.HasSubCommands() {
			out = append(out, verbOf(s))
		}
		out = append(out, verbs(s)...)
	}
	return out
}

func TestEveryVerbStandsInTheMatrix(t *testing.T) {
	have := verbs((&app{}).root())
	var rows []string
	for _, r := range rights() {
		rows = append(rows, r.verb)
		if r.roles != "" && (len(r.roles) != 6 || strings.Trim(r.roles, "EMSADX-") != "") {
			t.Errorf("%s: %q is not a row of six", r.verb, r.roles)
		}
		if r.reads && strings.Contains(r.roles, "X") {
			t.Errorf("%s reads data of clients, which an admin does not", r.verb)
		}
		if !slices.Contains(have, r.verb) {
			t.Errorf("the matrix has %s, the program has not", r.verb)
		}
	}
	for _, v := range have {
		if !slices.Contains(rows, v) {
			t.Errorf("%s does not stand in rights(): say who may use it, and whether it reads data of clients", v)
		}
	}
	if len(rows) != len(slices.Compact(slices.Sorted(slices.Values(rows)))) {
		t.Error("a verb stands twice in the matrix")
	}
}

// Each role by each verb: those whom the matrix does not name are turned away
// before anything is read, the others get as far as the verb itself.
func TestTheMatrixIsObeyed(t *testing.T) {
	b := newBank(t)
	b.does(0, "run")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	main := b.read("clientbase.yaml")
	for _, role := range config.Roles() {
		b.write("clientbase.yaml", main+"roles: {"+me.Username+": "+role+"}\n")
		for _, r := range rights() {
			a := &app{now: time.Now, out: io.Discard, errOut: io.Discard}
			c, _, err := a.root().Find(strings.Fields(r.verb))
			if err != nil {
				t.Fatal(err)
			}
			a.project = b.dir
			c.SetContext(context.Background())
			err = a.endRead(a.admit(c, nil))
			if r.roles == "" && err == nil {
				continue
			}
			if refused := err != nil && strings.Contains(err.Error(), "the role "+role+" may not do this"); refused == slices.Contains(r.may(), role) {
				t.Errorf("%s as %s: %v", r.verb, role, err)
			}
		}
	}
	b.write("clientbase.yaml", main+"roles: {"+me.Username+": admin}\n")
	b.does(0, "runs", "list")
	for _, read := range [][]string{{"query", "SELECT 1"}, {"find", "Зимин"}, {"trace", "--record", "core/clients:3"}, {"segment", "list"}} {
		b.fails(1, []string{"the role admin may not do this", "ask somebody whose role is"}, read...)
	}
	b.write("clientbase.yaml", main+"roles: {somebody-else: engineer}\n")
	b.fails(1, []string{"gives this user no role"}, "query", "SELECT 1")
	b.fails(1, []string{"gives this user no role"}, "runs", "list")
	b.does(0, "--version")
	b.does(0, "query", "--help")
	b.does(0, "segment")
}
