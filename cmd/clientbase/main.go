// Command clientbase consolidates a bank's client base: it pulls records from
// core banking, card processing, call-centre notes and the web, cleanses and
// deduplicates them into a DuckDB and Parquet store with lineage for every
// value, and answers questions about clients. This folder wires the parts
// together and decides nothing: one file per verb.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/store"
)

// Version is the program's version: it enters every snapshot, because the same
// input under another program may give another result.
const Version = "0.1.0"

func main() {
	withoutCore()
	collectLate()
	if len(os.Args) == 2 && os.Args[1] == store.SandboxVerb { // our own child, started by Snapshot.Query
		if err := store.ServeQuery(context.Background(), os.Stdin, os.Stdout); err != nil {
			os.Exit(70)
		}
		os.Exit(0)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// app is what every verb gets.
type app struct {
	in          io.Reader
	out, errOut io.Writer
	project     string
	json        bool
	quiet       bool
	purpose     string
	now         func() time.Time

	loaded *config.Project // read by admit, for the verb
	role   string          // of who runs the verb; "" where it needs no project
	read   *reading        // a read of personal data under way
	ahead  *store.Ahead    // the engine of a verb that will read by it
}

// run is the program without the process: it gives the exit code.
func run(args []string, in io.Reader, out, errOut io.Writer) (code int) {
	a := &app{in: in, out: out, errOut: errOut, now: time.Now}
	defer func() {
		if v := recover(); v != nil {
			err := a.endRead(errs.Recovered("clientbase", v))
			a.printError(err)
			if os.Getenv("CLIENTBASE_DEBUG") != "" {
				_, _ = errOut.Write(debug.Stack())
			}
			code = errs.Exit(err)
		}
	}()
	defer func() { a.ahead.Drop() }()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	verb, err := root.ExecuteContextC(ctx)
	err = a.endRead(err)
	if err == nil {
		return 0
	}
	var done *exitError
	if errors.As(err, &done) {
		return done.code
	}
	if ctx.Err() != nil {
		err = errs.New(errs.Interrupted, "clientbase", "", "interrupted", "run the same command again: nothing was half done")
	}
	if _, ok := errs.Of(err); !ok { // the flags may not have been read to their end
		a.json = a.json || slices.Contains(args, "--json")
		err = usageError(verb, err)
	}
	a.printError(err)
	return errs.Exit(err)
}

// usageError says which verb was asked wrongly, and where its usage stands.
func usageError(verb *cobra.Command, err error) error {
	if verb == nil || !verb.HasParent() {
		return errs.New(errs.Config, "clientbase", "", err.Error(), "clientbase --help lists the verbs and flags")
	}
	return errs.New(errs.Config, strings.TrimPrefix(verb.CommandPath(), "clientbase "), "", err.Error(), verb.CommandPath()+" --help")
}

// exitError carries an exit code for a verb that has already said why.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit %d", e.code) }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "clientbase",
		Short:         "One clean, traceable client base out of scattered bank records",
		Long:          rootHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       Version,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return errs.New(errs.Config, "clientbase", args[0], "no such verb", "clientbase --help lists the verbs")
			}
			return nil
		},
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: a.admit,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().StringVarP(&a.project, "project", "C", ".", "project folder")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "results and errors as JSON (one object, or one per line for lists)")
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "no progress bar")
	root.PersistentFlags().StringVar(&a.purpose, "purpose", "", "what this is done for; recorded with the run or act")
	root.AddCommand(
		a.initCmd(), a.validateCmd(), a.doctorCmd(), a.planCmd(), a.runCmd(), a.scheduleCmd(), a.runsCmd(), a.freshnessCmd(), a.snapshotCmd(), a.deliveriesCmd(), a.quarantineCmd(),
		a.verifyCmd(), a.fsckCmd(), a.auditCmd(), a.ledgerCmd(), a.approveCmd(),
		a.queryCmd(), a.findCmd(), a.traceCmd(), a.segmentCmd(), a.accessCmd(),
		a.reviewCmd(), a.subjectCmd(), a.consentCmd(), a.overrideCmd(), a.journalCmd(),
		a.keysCmd(), a.backupCmd(), a.restoreCmd(), a.rulesCmd(), a.profileCmd(), a.readCmd(), a.cleanCmd(), a.dedupeCmd(), a.demoCmd(),
	)
	return root
}

const rootHelp = `clientbase pulls records from core banking, card processing, call-centre notes
and the web, cleanses and deduplicates them into one store, and can say of every
value where it came from and why it won.

Start:   clientbase demo              a small synthetic bank, from files to clients
Own:     clientbase init DIR          a commented project folder
Any file, no project needed:
         clientbase read FILE         any bank format, one JSON object per row
         clientbase clean FILE --as phone
         clientbase dedupe FILE

Exit codes: 0 done, 1 configuration or input, 2 retry later, 3 integrity or held,
4 schema drift, 5 locked, 6 stale, 70 a bug of ours, 130 interrupted.`

// printError writes one error to standard error, as JSON when asked.
func (a *app) printError(err error) {
	var list *errs.List
	if errors.As(err, &list) {
		for _, e := range list.All {
			a.printOne(e)
		}
		return
	}
	if e, ok := errs.Of(err); ok {
		a.printOne(e)
		return
	}
	_, _ = fmt.Fprintln(a.errOut, "clientbase:", err)
}

func (a *app) printOne(e *errs.Error) {
	c := *e
	c.Hint = ""
	if a.json {
		_ = json.NewEncoder(a.errOut).Encode(map[string]any{"op": e.Op, "kind": e.Kind.String(), "thing": e.Thing, "error": c.Error(), "hint": e.Hint, "exit": errs.Exit(e)})
		return
	}
	_, _ = fmt.Fprintf(a.errOut, "clientbase: %s\n", c.Error())
	if e.Hint != "" {
		_, _ = fmt.Fprintf(a.errOut, "       try: %s\n", e.Hint)
	}
}

// printJSON writes one object per line.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return errs.Wrap(errs.Retry, "write", "standard output", err, "")
	}
	return nil
}

func (a *app) printf(format string, args ...any) { _, _ = fmt.Fprintf(a.out, format, args...) }

func (a *app) say(format string, args ...any) { _, _ = fmt.Fprintf(a.errOut, format, args...) }
