package archtest

import (
	"go/ast"
	"slices"
)

// revealers are the packages and files that may turn an opaque.Value into text,
// each for a reason. A clear contact point leaves through internal/outbound only.
func revealers() map[string]string {
	return map[string]string{
		"cmd/clientbase":                 "init shows the headings of a file that the user named",
		"connectors/command":             "a secret goes into the environment of the child process",
		"connectors/corebank":            "a secret is the address of a database",
		"internal/config/draft":          "looks at cells of a file that the user named, to guess the mapping",
		"internal/journal":               "a value set by hand is written encrypted",
		"internal/pipeline/byhand.go":    "a value set by hand goes through the rules like any other",
		"internal/pipeline/subject.go":   "the number that somebody names becomes a token",
		"internal/pipeline/tracehand.go": "a value set by hand is shown in its published form",
		"internal/outbound":              "the only door for clear contact points",
	}
}

// checkReveal reports calls of Reveal outside the places that may, and places
// that may and do not.
func checkReveal(files []*source, may map[string]string) []string {
	var out []string
	used := map[string]bool{}
	for _, f := range files {
		if f.test {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Reveal" {
				return true
			}
			used[f.pkg], used[f.name] = true, true
			if may[f.pkg] == "" && may[f.name] == "" {
				out = append(out, f.at(n)+": Reveal in "+f.pkg+": a client's value stays opaque; contact points leave through internal/outbound only")
			}
			return true
		})
	}
	for where := range may {
		if !used[where] {
			out = append(out, where+" reveals nothing any more: remove it from revealers")
		}
	}
	slices.Sort(out)
	return out
}
