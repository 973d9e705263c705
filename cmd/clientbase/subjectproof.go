package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

//go:embed subjectact.html
var subjectActPage string

func (a *app) subjectProofCmd() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "proof REQUEST",
		Short: "Print the act of an erasure again, with the event log and its proof",
		Long: `proof writes the act of destruction of a request and the export of the event
log about it, as JSON and as a page in Russian and Ukrainian. Both come from the
journal, so they can be printed at any later date and are the same each time but
for the proof of inclusion, which is against the ledger as it is now.`,
		Example: `  clientbase subject proof 17 --out act`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			request, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return errs.New(errs.Config, "prove", "request", "not a number", "`clientbase subject list` shows the numbers")
			}
			act, err := pipeline.ActOf(p, request)
			if err != nil {
				return err
			}
			if out == "" {
				if a.json {
					return a.printJSON(act)
				}
				out = filepath.Join(filepath.Dir(p.Data), fmt.Sprintf("subject-%d", request))
			}
			files, err := a.writeAct(act, out)
			if err != nil {
				return err
			}
			for _, f := range files {
				a.printf("%s\n", f)
			}
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "", "folder for act.json and act.html (default subject-REQUEST beside the data folder)")
	return c
}

// writeAct writes the act as JSON and as a page.
func (a *app) writeAct(act *pipeline.SubjectProof, dir string) ([]string, error) {
	text, err := json.MarshalIndent(act, "", "  ")
	if err != nil {
		return nil, errs.Wrap(errs.Bug, "write act", "act.json", err, "report it")
	}
	page, err := template.New("act").Funcs(actWords()).Parse(subjectActPage)
	if err != nil {
		return nil, errs.Wrap(errs.Bug, "write act", "act.html", err, "report it")
	}
	var html bytes.Buffer
	if err := page.Execute(&html, act); err != nil {
		return nil, errs.Wrap(errs.Bug, "write act", "act.html", err, "report it")
	}
	files := []string{filepath.Join(dir, "act.json"), filepath.Join(dir, "act.html")}
	for i, b := range [][]byte{append(text, '\n'), html.Bytes()} {
		if err := disk.WriteBytes(files[i], b); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// actWords are the words of the page.
func actWords() template.FuncMap {
	grounds := map[string][2]string{
		"request":           {"обращение субъекта персональных данных", "звернення суб’єкта персональних даних"},
		"consent_withdrawn": {"отзыв согласия на обработку", "відкликання згоди на обробку"},
		"purpose_reached":   {"достижение цели обработки", "досягнення мети обробки"},
		"unlawful":          {"неправомерная обработка", "неправомірна обробка"},
		"court":             {"решение суда или предписание надзорного органа", "рішення суду або припис наглядового органу"},
	}
	verbs := map[string][2]string{
		"hold": {"запрет удаления", "заборона видалення"}, "restrict": {"ограничение обработки", "обмеження обробки"}, "forget": {"требование уничтожить", "вимога знищити"},
		"erased": {"уничтожено", "знищено"}, "dossier": {"выдана справка", "видано довідку"}, "taken back": {"отменено", "скасовано"}, "admit": {"запись признана чужой", "запис визнано чужим"},
	}
	pick := func(m map[string][2]string, i int) func(string) string {
		return func(w string) string {
			if t, ok := m[w]; ok {
				return t[i]
			}
			return w
		}
	}
	return template.FuncMap{"groundRu": pick(grounds, 0), "groundUk": pick(grounds, 1), "verbRu": pick(verbs, 0), "verbUk": pick(verbs, 1)}
}
