package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"clientbase/internal/pipeline"
	"clientbase/schemas"
)

const (
	cardCell  = 48 // runes of a source cell or golden value that a card shows
	cardEdges = 3  // reasons of a merge that a card shows
)

// printCard shows a client in short: each golden value with the cell it came
// from, and in one line each how many others say the same or lost. The places of
// the bytes stand once, with the records; trace tells the rest.
func (a *app) printCard(t *pipeline.Trace, d *schemas.Dictionary) {
	a.printf("%s  %s (%s)\n\n", t.ClientID, t.Name, t.Party)
	for _, group := range t.ByAttr(d) {
		attr, _ := d.Attr(group[0].Attr)
		a.printf("%s (%s)\n", group[0].Attr, attr.Ru)
		for _, v := range group {
			if v.Winner {
				a.printf("  ✓ %s  chosen by %s\n", clip(v.Value, 2*cardCell), v.Decision)
				a.printf("      %s %s · %s = %q · %s · since %s\n", v.Stream, v.Key, dash(v.Field), clip(v.Source, cardCell), dash(v.Rules), v.Since)
			}
		}
		for _, l := range otherValues(group) {
			a.printf("  %s\n", l)
		}
	}
	a.printConflicts(t.Conflicts)
	a.printf("\nrecords\n")
	for _, r := range t.Records {
		a.printf("  %s %s · %s %s\n", r.Stream, r.Key, r.File, r.Place)
	}
	if len(t.Joined) > 0 {
		a.printf("\none client because\n")
		for _, j := range t.Joined[:min(cardEdges, len(t.Joined))] {
			a.printEvidence("  ", j)
		}
		if more := len(t.Joined) - cardEdges; more > 0 {
			a.printf("  and %s\n", plural(int64(more), "more reason", "more reasons"))
		}
	}
}

// otherValues gives one line for each way in which values of an attribute did
// not win, in the order of the trace: "✗ lost by recency: 3 records (core/clients ×2, web/leads)".
func otherValues(group []pipeline.TraceValue) []string {
	var fates []string
	streams := map[string][]string{}
	for _, v := range group {
		if v.Winner {
			continue
		}
		fate := "✗ lost by " + v.Decision
		switch v.Decision {
		case "same value":
			fate = "= says the same"
		case "taken back":
			fate = "✗ taken back"
		}
		if streams[fate] == nil {
			fates = append(fates, fate)
		}
		streams[fate] = append(streams[fate], v.Stream)
	}
	for i, f := range fates {
		fates[i] = fmt.Sprintf("%s: %s (%s)", f, plural(int64(len(streams[f])), "value", "values"), tally(streams[f]))
	}
	return fates
}

// tally names each word once, with how often it stands there when more than once.
func tally(words []string) string {
	count := map[string]int{}
	var out []string
	for _, w := range words {
		if count[w]++; count[w] == 1 {
			out = append(out, w)
		}
	}
	for i, w := range out {
		if count[w] > 1 {
			out[i] = fmt.Sprintf("%s ×%d", w, count[w])
		}
	}
	return strings.Join(out, ", ")
}

var plainWord = regexp.MustCompile(`^[\pL\pN_./:@%+=,-]+$`)

// shellWord writes a text so that a shell takes it as one word.
func shellWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// printNext names commands that work as they stand, on the client shown.
func (a *app) printNext(dir string, t *pipeline.Trace) {
	call := "  " + shellWord(os.Args[0]) + " -C " + shellWord(dir) + " "
	say := func(format string, args ...any) { a.printf(call+format+"\n", args...) }
	a.printf("\ntry next:\n")
	if t != nil {
		id := t.ClientID[:12]
		say("find %s", shellWord(t.Name))
		say("trace %s                      # the whole card: every value, every loser, every reason", id)
		say("segment why %s %s", demoSegmentID, id)
		say("consent set %s --state objection --origin call --reason 'asked not to be called'", id)
		say("consent list")
	}
	say("segment list")
	say("segment export %s --channel %s --profile %s --out %s", demoSegmentID, demoChannel, demoProfile, shellWord(dir+"/"+demoSegmentID+".csv"))
	say("segment lists")
	say("profile")
	say("rules")
	say("query --tables")
	say(`query "SELECT city, count(*) AS clients FROM clients WHERE party = 'person' GROUP BY city ORDER BY clients DESC LIMIT 10"`)
	say("runs show")
	say("quarantine list")
	say("snapshot list")
	say("schedule list")
}
