package filematch

import (
	"fmt"
	"html/template"
	"io"
)

// WriteReportHTML writes the evaluation as one page of tables that needs
// nothing else: no script, no style, font or picture from elsewhere.
func (res *Result) WriteReportHTML(w io.Writer) error {
	page, err := template.New("evaluation").Funcs(template.FuncMap{
		"share": func(v float64) string { return fmt.Sprintf("%.4f", v) },
		"bits":  func(v float64) string { return fmt.Sprintf("%g", v) },
		"rate":  func(v float64) string { return fmt.Sprintf("%.1f", v) },
	}).Parse(evaluationPage)
	if err != nil {
		return err
	}
	return page.Execute(w, res.evaluation())
}

const evaluationPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Evaluation of dedupe</title>
<style>
body { font: 15px/1.45 sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222 }
table { border-collapse: collapse; margin: .5em 0 1.5em }
th, td { border: 1px solid #ccc; padding: .2em .6em; text-align: right }
th { background: #f2f2f2 }
td:first-child, th:first-child, ul { text-align: left }
tr.mark td { background: #fff6d6 }
p { max-width: 48em }
</style>
</head>
<body>
<h1>Evaluation of dedupe</h1>
<p>{{.Records}} records, {{.Pairs}} pairs compared, {{.Edges}} edges kept, {{.Asks}} questions in the ask zone. Counts and shares only: no record is named and no value shown.</p>

<h2>Partitions against the truth</h2>
<table>
<tr><th></th><th>pair precision</th><th>pair recall</th><th>pair F1</th><th>B-cubed precision</th><th>B-cubed recall</th><th>B-cubed F1</th><th>clusters</th><th>largest</th></tr>
{{with .Likely}}<tr><td>most probable</td><td>{{share .Precision}}</td><td>{{share .Recall}}</td><td>{{share .F1}}</td><td>{{share .B3Precision}}</td><td>{{share .B3Recall}}</td><td>{{share .B3F1}}</td><td>{{.Clusters}}</td><td>{{.Largest}}</td></tr>{{end}}
{{with .Sure}}<tr><td>confident merges only</td><td>{{share .Precision}}</td><td>{{share .Recall}}</td><td>{{share .F1}}</td><td>{{share .B3Precision}}</td><td>{{share .B3Recall}}</td><td>{{share .B3F1}}</td><td>{{.Clusters}}</td><td>{{.Largest}}</td></tr>
<tr><td>truth</td><td></td><td></td><td></td><td></td><td></td><td></td><td>{{.TrueClusters}}</td><td>{{.TrueLargest}}</td></tr>{{end}}
</table>
<table>
<tr><th>pairs in one cluster</th><th>found</th><th>right</th><th>true</th></tr>
{{with .Likely}}<tr><td>most probable</td><td>{{.FoundPairs}}</td><td>{{.RightPairs}}</td><td>{{.TruePairs}}</td></tr>{{end}}
{{with .Sure}}<tr><td>confident merges only</td><td>{{.FoundPairs}}</td><td>{{.RightPairs}}</td><td>{{.TruePairs}}</td></tr>{{end}}
</table>

<h2>False merges per 100 000 clusters</h2>
<table>
<tr><th>partition</th><th>merges from bits</th><th>expected, without the truth</th><th>true</th></tr>
{{range .Risk}}<tr><td>{{.Partition}}</td><td>{{bits .From}}</td><td>{{rate .Expected}}</td><td>{{rate .True}}</td></tr>
{{end}}</table>

<h2>Recall of the blocking rules</h2>
<table>
<tr><th></th><th>share of true pairs that met in a block</th></tr>
<tr><td>true ({{.Blocking.Seen}} of {{.Blocking.Met.Pairs}} true pairs looked at)</td><td>{{share .Blocking.Share}}</td></tr>
{{if .Blocking.Ways}}<tr><td>estimated without the truth ({{.Blocking.Recall.Pairs}} likely pairs, {{.Blocking.Ways}} ways to part the attributes)</td><td>{{share .Blocking.Estimate}} ({{share .Blocking.Low}}–{{share .Blocking.High}})</td></tr>{{else}}<tr><td>estimated without the truth</td><td>too few likely pairs</td></tr>{{end}}
</table>

<h2>Calibration of the edges</h2>
<p>Expected calibration error {{share .Calibration.Error}} over {{.Calibration.Edges}} edges: the mean distance between the probability given and the share that is right.</p>
<table>
<tr><th>probability</th><th>edges</th><th>right</th><th>mean probability</th><th>share right</th></tr>
{{range .Calibration.Bands}}<tr><td>{{.From}}–{{.To}}</td><td>{{.Edges}}</td><td>{{.Right}}</td><td>{{share .Mean}}</td><td>{{share .Share}}</td></tr>
{{end}}</table>

<h2>Precision by score</h2>
<table>
<tr><th>bits</th><th>edges</th><th>right</th><th>mean probability</th><th>precision of the band</th><th>precision from here up</th><th>recall from here up</th></tr>
{{range .Bands}}<tr><td>{{bits .From}} to {{bits .To}}</td><td>{{.Edges}}</td><td>{{.Right}}</td><td>{{share .Mean}}</td><td>{{share .Share}}</td><td>{{share .Precision}}</td><td>{{share .Recall}}</td></tr>
{{end}}</table>

<h2>Thresholds</h2>
<p>The default of {{bits .Default}} bits was chosen without the truth; the best of those tried is {{bits .Best}}.</p>
<table>
<tr><th>merge from bits</th><th>pair precision</th><th>pair recall</th><th>pair F1</th><th>B-cubed F1</th><th>clusters</th><th>largest</th></tr>
{{$d := .Default}}{{range .Thresholds}}<tr{{if eq .Bits $d}} class="mark"{{end}}><td>{{bits .Bits}}</td><td>{{share .Precision}}</td><td>{{share .Recall}}</td><td>{{share .F1}}</td><td>{{share .B3F1}}</td><td>{{.Clusters}}</td><td>{{.Largest}}</td></tr>
{{end}}</table>

<h2>Clusters by size</h2>
<table>
<tr><th>records</th><th>most probable</th><th>confident</th><th>true</th></tr>
{{range .Sizes}}<tr><td>{{.Records}}</td><td>{{.Found}}</td><td>{{.Sure}}</td><td>{{.True}}</td></tr>
{{end}}</table>

<h2>Largest clusters of the most probable partition</h2>
<table>
<tr><th>records</th><th>true parties in it</th><th>records of the main party</th><th>clusters over which that party is spread</th></tr>
{{range .Largest}}<tr><td>{{.Records}}</td><td>{{.Parties}}</td><td>{{.Main}}</td><td>{{.Spread}}</td></tr>
{{end}}</table>

<h2>Columns</h2>
<ul>
{{range .Columns}}<li>{{.}}</li>
{{end}}</ul>
{{if .Notes}}<h2>Notes</h2>
<ul>
{{range .Notes}}<li>{{.}}</li>
{{end}}</ul>
{{end}}</body>
</html>
`
