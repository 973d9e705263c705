package pipeline

import (
	"encoding/json"
	"html/template"
	"io"
	"path/filepath"
	"strings"

	"clientbase/internal/errs"
)

// WritePaper writes a working paper in the form that the name of its file asks
// for: .json, or .html as one self-contained page. The same sample of the same
// snapshot gives the same bytes.
func WritePaper(w io.Writer, name string, p *Paper) error {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json":
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		enc.SetEscapeHTML(false)
		return enc.Encode(p)
	case ".html":
		return paperPage.Execute(w, p)
	}
	return errs.New(errs.Config, "trace", "--out "+filepath.Base(name), "a working paper is .html or .json", "--out paper.html")
}

var paperPage = template.Must(template.New("paper").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Working paper: sample of golden values</title>
<style>
body { font: 14px/1.4 sans-serif; margin: 2em; max-width: 110em; }
table { border-collapse: collapse; } td, th { border-bottom: 1px solid #ccc; padding: .3em .6em; text-align: left; vertical-align: top; }
th { border-bottom: 2px solid #333; } .bad { color: #a00; font-weight: bold; } code { font-size: 12px; }
.sign td { border: 0; padding-top: 2em; }
</style></head><body>
<h1>Working paper: sample of golden values</h1>
<table>
<tr><th>snapshot</th><td><code>{{.Snapshot}}</code></td></tr>
<tr><th>program, configuration</th><td>{{.Program}}, <code>{{.Config}}</code></td></tr>
{{if .RowRoot}}<tr><th>row root</th><td><code>{{.RowRoot}}</code></td></tr>{{end}}
<tr><th>drawn</th><td>{{.Drawn}} of {{.Values}} golden values, seed {{.Seed}}</td></tr>
<tr><th>result</th><td{{if ne .Agree .Drawn}} class="bad"{{end}}>{{.Agree}} of {{.Drawn}} come out again from their source rows</td></tr>
</table>
<p>Each value was followed to its batch and row; the rules were run over that row again and what they gave was compared with what is published.
The row is proven where it is what was committed to when it was loaded, under a random key of its own.
To repeat: <code>clientbase trace --sample {{.Drawn}} --seed {{.Seed}} --at {{.Snapshot}}</code>. Values show as shapes and masks.</p>
<table>
<tr><th>no</th><th>client</th><th>attribute</th><th>value</th><th>source record</th><th>place</th><th>field</th><th>rules</th><th>chosen by</th><th>others</th><th>row</th><th>result</th></tr>
{{range .Lines}}<tr><td>{{.No}}</td><td><code>{{.ClientID}}</code></td><td>{{.Attr}}</td><td>{{.Shown}}</td><td>{{.Stream}} {{.Key}}</td>
<td>{{.Place}}{{if .Batch}}<br><code>{{.Batch}}</code>{{end}}</td><td>{{.Field}}</td><td>{{.Rules}}</td><td>{{.Decision}}</td><td>{{.Others}}</td><td>{{.Row}}</td>
<td{{if not .Agrees}} class="bad"{{end}}>{{if .Agrees}}agrees{{else}}{{.Finding}}{{end}}</td></tr>
{{end}}</table>
<table class="sign"><tr><td>Examined by ____________________</td><td>Date ____________________</td><td>Signature ____________________</td></tr></table>
</body></html>
`))
