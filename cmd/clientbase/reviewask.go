package main

import (
	"bufio"
	"context"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

// answers are what a person may type, before the reason.
var answers = map[string]string{"s": journal.Same, "same": journal.Same, "d": journal.Different, "different": journal.Different, "u": journal.Unsure, "unsure": journal.Unsure}

// ask goes through the queue and reads one line per pair.
func (r *reviewing) ask(ctx context.Context) error {
	if r.known != nil {
		return r.known
	}
	if !r.clear {
		return errs.New(errs.Config, "review", "role "+r.who.Role, "only an engineer or a steward decides who is who", "--list, --pair A B and --summary show what waits and what was decided")
	}
	all, err := r.v.Queue(r.which)
	if err != nil {
		return err
	}
	in := bufio.NewScanner(r.in)
	said := map[string]int{}
	for n, q := range all {
		if r.v.Settled(q) {
			continue
		}
		r.printf("%s of %s\n", number(int64(n+1)), number(int64(len(all))))
		if err := r.show(ctx, q); err != nil {
			return err
		}
		verdict, more, err := r.answer(ctx, in, q)
		if err != nil {
			return err
		}
		if verdict != "" {
			said[verdict]++
		}
		if !more {
			break
		}
		r.printf("\n")
	}
	if err := in.Err(); err != nil {
		return errs.Wrap(errs.Input, "read", "standard input", err, "give one line per pair")
	}
	n := said[journal.Same] + said[journal.Different] + said[journal.Unsure]
	r.printf("%s: %d same, %d different, %d unsure\n", plural(n, "decision", "decisions"), said[journal.Same], said[journal.Different], said[journal.Unsure])
	if said[journal.Same]+said[journal.Different] > 0 {
		r.printf("next: clientbase run\n")
	}
	return nil
}

// answer reads until a line is understood: a decision, nothing, or the end.
func (r *reviewing) answer(ctx context.Context, in *bufio.Scanner, q *pipeline.ReviewPair) (verdict string, more bool, err error) {
	for {
		r.say("s(ame), d(ifferent) or u(nsure), and why; empty = later, q = end: ")
		if !in.Scan() {
			r.say("\n")
			return "", false, nil
		}
		word, reason, _ := strings.Cut(strings.TrimSpace(in.Text()), " ")
		if reason = strings.TrimSpace(reason); reason == "" {
			reason = r.reason
		}
		switch word = strings.ToLower(word); word {
		case "":
			return "", true, nil
		case "q", "quit":
			return "", false, nil
		}
		verdict, ok := answers[word]
		if !ok {
			r.say("not understood\n")
			continue
		}
		done, err := r.v.Decide(ctx, q, verdict, reason, r.who, r.now())
		if e, is := errs.Of(err); is && (e.Kind == errs.Config || e.Kind == errs.Input) {
			r.say("%s: %s\n", e.Thing, e.Msg)
			continue
		}
		if err != nil {
			return "", false, err
		}
		r.printf("entry %d: %s\n", done.Seq, sure(verdict))
		return verdict, true, nil
	}
}
