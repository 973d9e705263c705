package main

import (
	"os/user"
	"slices"
	"strings"
	"testing"

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
			if r.roles == "" || r.verb == "schedule" || r.verb == "run" && slices.Contains(r.may(), role) {
				continue
			}
			var out, errOut strings.Builder
			args := append([]string{"-C", b.dir}, strings.Fields(r.verb)...)
			args = append(args, map[string][]string{"segment count": {"x"}, "segment why": {"x", "y"}, "segment export": {"x"}, "segment recall": {"x"}, "quarantine show": {"x"}, "quarantine replay": {"x"},
				"quarantine discard": {"x"}, "deliveries discard": {"x"}, "access whether": {"1"}, "review undo": {"1"}, "consent undo": {"1"}, "override undo": {"1"}}[r.verb]...)
			run(args, strings.NewReader(""), &out, &errOut)
			refused := strings.Contains(errOut.String(), "the role "+role+" may not do this")
			if refused == slices.Contains(r.may(), role) {
				t.Errorf("%s as %s: refused %v\n%s", r.verb, role, refused, errOut.String())
			}
			if refused && out.String() != "" {
				t.Errorf("%s as %s was refused, and said %s", r.verb, role, out.String())
			}
		}
	}
	b.write("clientbase.yaml", main+"roles: {somebody-else: engineer}\n")
	b.fails(1, []string{"gives this user no role"}, "query", "SELECT 1")
	b.fails(1, []string{"gives this user no role"}, "runs", "list")
	b.does(0, "--version")
	b.does(0, "query", "--help")
	b.does(0, "segment")
}
