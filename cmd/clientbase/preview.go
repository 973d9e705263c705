package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/schemas"
)

// preview shows what RULES would change: against what has landed, or against the
// values of one file.
func (a *app) preview(ctx context.Context, what, file, kind, region string) error {
	p, cfg, err := a.open()
	if err != nil {
		return err
	}
	before, after, err := a.settings(p, cfg, what)
	if err != nil {
		return err
	}
	var lines []pipeline.PreviewLine
	if file != "" {
		in, err := a.source(file)
		if err != nil {
			return err
		}
		defer func() { _ = in.Close() }()
		lines, err = pipeline.PreviewFile(ctx, file, in, kind, region, before, after)
		if err != nil {
			return err
		}
	} else {
		bar := a.progress()
		lines, err = pipeline.Preview(ctx, before, after, bar)
		bar.finish()
		if err != nil {
			return err
		}
	}
	return a.printChanges(lines)
}

func (a *app) printChanges(lines []pipeline.PreviewLine) error {
	changed, values := int64(0), int64(0)
	last := ""
	for _, l := range lines {
		changed, values = changed+l.Changed, values+l.Values
		if a.json {
			if err := a.printJSON(l); err != nil {
				return err
			}
			continue
		}
		if l.Rule != last {
			last = l.Rule
			a.printf("%s → %s\n", orNone(l.Before), orNone(l.After))
		}
		a.printf("  %s %s: %s of %s\n", l.Stream, l.What, number(l.Changed), plural(l.Values, "value changes", "values change"))
		for _, m := range l.Moves {
			a.printf("    %s → %s  %s", m.Before, m.After, number(m.Values))
			if len(m.Shapes) > 0 {
				a.printf("  (%s)", strings.Join(m.Shapes, "  "))
			}
			a.printf("\n")
		}
	}
	switch {
	case a.json:
	case len(lines) == 0:
		a.printf("nothing would change: the same versions are in force, or nothing has landed that they speak of\n")
	default:
		a.printf("%s of %s would change\n", number(changed), plural(values, "value", "values"))
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// settings gives the two projects that a preview compares. what is a rules or
// codes file, a folder of them, or a version of the project's own: email@2,
// account_status/core@1. For a file of the project itself the version that the
// snapshot in force was made with is the one before, and where that is still in
// force the last version is the one after.
func (a *app) settings(p *pipeline.Project, cfg *config.Project, what string) (before, after *pipeline.Project, err error) {
	if rule, version, ok := strings.Cut(what, "@"); ok && !strings.ContainsAny(version, `./\`) {
		after, err = atVersion(p, rule, version)
		return p, after, err
	}
	rules, codes, err := a.candidates(cfg, what)
	if err != nil {
		return nil, nil, err
	}
	used, err := pipeline.UsedInSnapshot(p)
	if err != nil {
		return nil, nil, err
	}
	var oldRules []schemas.RuleFile
	var oldCodes []schemas.CodeDictionary
	for i := range rules {
		f := &rules[i]
		if !cfg.Owns(f.File) {
			continue
		}
		was := used[f.Rule]
		oldRules = append(oldRules, f.Cut(was))
		if f.InForce() == was { // a proposal under a pin is what one wants to see
			f.Pin = 0
		}
	}
	for i := range codes {
		if !cfg.Owns(codes[i].File) {
			continue
		}
		old := codes[i]
		old.Lists = slices.Clone(old.Lists)
		codes[i].Lists = slices.Clone(codes[i].Lists)
		for k := range old.Lists {
			was := max(used[old.ID+"/"+old.Lists[k].Name], 1)
			old.Lists[k].Pin = was
			if codes[i].Lists[k].InForce() == was {
				codes[i].Lists[k].Pin = 0
			}
		}
		oldCodes = append(oldCodes, old)
	}
	return p.With(oldRules, oldCodes), p.With(rules, codes), nil
}

// atVersion is the project with one of its own files at another version.
func atVersion(p *pipeline.Project, name, version string) (*pipeline.Project, error) {
	n, err := strconv.Atoi(version)
	bad := func(last int) error {
		return errs.New(errs.Config, "clean", "--preview "+name+"@"+version, "the file has versions 1 to "+strconv.Itoa(last), "`clientbase rules` lists them")
	}
	for _, f := range p.Rules {
		if f.Rule != name {
			continue
		}
		if err != nil || n < 0 || n > len(f.Versions) {
			return nil, bad(len(f.Versions))
		}
		return p.With([]schemas.RuleFile{f.Cut(n)}, nil), nil
	}
	for _, d := range p.Codes {
		for k, h := range d.Lists {
			if d.ID+"/"+h.Name != name {
				continue
			}
			if err != nil || n < 1 || n > len(h.Versions) {
				return nil, bad(len(h.Versions))
			}
			d.Lists = slices.Clone(d.Lists)
			d.Lists[k].Pin = n
			return p.With(nil, []schemas.CodeDictionary{d}), nil
		}
	}
	return nil, errs.New(errs.Config, "clean", "--preview "+name+"@"+version, "the project has no such rule file or code list", "`clientbase rules` lists them; a file is named with its path")
}

// candidates reads the file or folder that a preview is about and checks it as
// the project's own files are.
func (a *app) candidates(cfg *config.Project, what string) ([]schemas.RuleFile, []schemas.CodeDictionary, error) {
	info, err := os.Stat(what)
	if inside := filepath.Join(cfg.Dir, what); err != nil && !filepath.IsAbs(what) { // as the project names its files
		if info, err = os.Stat(inside); err == nil {
			what = inside
		}
	}
	if err != nil {
		return nil, nil, errs.New(errs.Config, "clean", "--preview "+what, "no such file, and no version of a rule", "name a file such as rules/email.yaml, a folder, or a version such as email@2")
	}
	files := []string{what}
	if info.IsDir() {
		files, err = filepath.Glob(filepath.Join(what, "*.y*ml"))
		if err != nil {
			return nil, nil, errs.Wrap(errs.Config, "clean", "--preview "+what, err, "")
		}
	}
	var rules []schemas.RuleFile
	var codes []schemas.CodeDictionary
	var faults []config.Fault
	for _, f := range files {
		r, d, bad, err := cfg.ReadCandidate(f)
		if err != nil {
			return nil, nil, err
		}
		faults = append(faults, bad...)
		if r != nil {
			rules = append(rules, *r)
		}
		if d != nil {
			codes = append(codes, *d)
		}
	}
	if faults = config.MergeFaults(faults, ruleFaults(rules, cfg)); len(faults) > 0 {
		_ = config.WriteFaults(a.errOut, faults, a.json)
		return nil, nil, errs.New(errs.Config, "clean", "--preview "+what, plural(len(faults), "fault", "faults")+" in it", "correct them")
	}
	if len(rules)+len(codes) == 0 {
		return nil, nil, errs.New(errs.Config, "clean", "--preview "+what, "no rules or codes in it", "a rules file begins with rule: <id>, a codes file with dictionary: <id>")
	}
	return rules, codes, nil
}
