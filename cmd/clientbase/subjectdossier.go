package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"path/filepath"

	"github.com/spf13/cobra"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

//go:embed subjectdossier.html
var dossierPage string

func (a *app) dossierCmd() *cobra.Command {
	var act pipeline.Act
	var subject pipeline.Subject
	var out string
	c := &cobra.Command{
		Use:   "dossier [CLIENT]",
		Short: "Write all that is kept of a person, with where it came from",
		Long: `dossier writes dossier.json, which a program can read, and dossier.html, one page
without links: every record as it was received and as it was understood, the
values in force with what they beat, what the person did by kind and period,
consents, decisions, the lists and files on which the person left and to whom, the reads
in which the person was shown and to whom, and the acts on the person's rights.
Of reads that name nobody (a query, a long list) it tells how many there were;
access whether answers for one of them. The files hold values in clear and are
readable by their owner only (0600); nothing of them is printed. That they were
made is an act in the journal.`,
		Example: `  clientbase subject dossier 3f2a90 --reason "letter of 12 March" --out dossier`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, cfg, err := a.open()
			if err != nil {
				return err
			}
			if out == "" {
				return errs.New(errs.Config, "make dossier", "--out", "missing", "name a folder: the files hold values in clear")
			}
			if len(args) > 0 {
				subject.Client = args[0]
			}
			act.Now = a.now()
			if act.Actor, err = a.who(cfg); err != nil {
				return err
			}
			lists, err := a.recallsOf(c.Context(), cfg, p, subject)
			if err != nil {
				return err
			}
			d, err := pipeline.MakeDossier(c.Context(), p, subject, lists, act)
			if err != nil {
				return err
			}
			a.shown(int64(len(d.Records)), d.Client)
			files, err := writeDossier(d, out)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"client_id": d.Client, "files": files, "records": len(d.Records), "values": len(d.Golden), "recipients": len(d.Lists), "reads": len(d.Reads), "reads_unnamed": d.Unnamed})
			}
			a.printf("client %s: %s, %s, %s, %s\n", d.Client[:12], plural(int64(len(d.Records)), "record", "records"), plural(int64(len(d.Golden)), "value", "values"), plural(int64(len(d.Lists)), "list or file", "lists and files"), plural(int64(len(d.Reads)), "read", "reads"))
			for _, f := range files {
				a.printf("  %s\n", f)
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&subject.Record, "record", "", "the person by a source record, as SOURCE/STREAM:KEY")
	f.StringVar(&act.Reason, "reason", "", "why, for the auditor; no value of the person")
	f.StringVar(&out, "out", "", "folder for dossier.json and dossier.html")
	return c
}

// writeDossier writes both files, for their owner only.
func writeDossier(d *pipeline.Dossier, dir string) ([]string, error) {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, errs.Hidden(errs.Bug, "write dossier", "dossier.json", "it cannot be encoded", err, "report it")
	}
	page, err := template.New("dossier").Funcs(actWords()).Funcs(template.FuncMap{"text": func(b json.RawMessage) string { return string(b) }}).Parse(dossierPage)
	if err != nil {
		return nil, errs.Wrap(errs.Bug, "write dossier", "dossier.html", err, "report it")
	}
	var html bytes.Buffer
	if err := page.Execute(&html, d); err != nil {
		return nil, errs.Hidden(errs.Bug, "write dossier", "dossier.html", "it cannot be encoded", err, "report it")
	}
	files := []string{filepath.Join(dir, "dossier.json"), filepath.Join(dir, "dossier.html")}
	for i, b := range [][]byte{append(text, '\n'), html.Bytes()} {
		if err := disk.WriteBytes(files[i], b); err != nil {
			return nil, err
		}
	}
	return files, nil
}
