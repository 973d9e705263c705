package cleanse

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"clientbase/internal/errs"
	"clientbase/schemas"
	"clientbase/transforms"
)

// Kinds lists the words of `clean --as`.
func Kinds() []string { return transforms.KindWords() }

// cleanLine is one line of `clean`'s output. Fields that are lists when a cell
// holds several values are text when it holds one.
type cleanLine struct {
	Line   int64  `json:"line"`
	Out    any    `json:"out"`
	Status any    `json:"status"`
	Reason any    `json:"reason,omitempty"`
	Rule   string `json:"rule,omitempty"`
	Ext    any    `json:"ext,omitempty"`
	Class  any    `json:"class,omitempty"`
	Parts  any    `json:"parts,omitempty"`
}

// parts writes details as one object, in their order.
type parts []transforms.Detail

// MarshalJSON implements json.Marshaler.
func (p parts) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, d := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		v := any(d.Value)
		if d.List != nil {
			v = d.List
		}
		if err := enc.Encode(d.Name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := enc.Encode(v); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Values cleanses in, one value per line, as values of a kind and region,
// and writes one JSON object per line to w, in order. A line over 1 MiB is
// judged by its first MiB as what it is: no value.
func Values(ctx context.Context, name string, in io.Reader, w io.Writer, kind, region string) error {
	if err := CheckKind(name, kind, region); err != nil {
		return err
	}
	c, _ := transforms.CleanKind(kind, region)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	var line int64
	var writeErr error
	emit := func(res []transforms.Result) {
		line++
		if writeErr == nil {
			writeErr = enc.Encode(asLine(line, res))
		}
	}
	err := Lines(ctx, name, in, func(text string) error {
		if c.Add(text, emit); writeErr != nil {
			return errs.Wrap(errs.Retry, "write", "output", writeErr, "check the free space")
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.Close(emit)
	if writeErr != nil {
		return errs.Wrap(errs.Retry, "write", "output", writeErr, "check the free space")
	}
	return nil
}

// CheckKind refuses words of --as and --region that mean nothing.
func CheckKind(name, kind, region string) error {
	if _, ok := transforms.CleanKind(kind, region); !ok {
		return errs.New(errs.Config, "clean", name, "no kind "+kind, "one of "+strings.Join(Kinds(), " "))
	}
	if region != "" && !transforms.KnownRegion(region) {
		return errs.New(errs.Config, "clean", name, "no country "+strconv.Quote(region), "--region RU, UA, KZ, BY or another ISO 3166 code")
	}
	return nil
}

func asLine(n int64, res []transforms.Result) cleanLine {
	if len(res) == 0 {
		return cleanLine{Line: n, Out: nil, Status: schemas.Empty.String()}
	}
	if len(res) == 1 {
		x := res[0]
		l := cleanLine{Line: n, Status: x.Status.String(), Rule: x.Rule}
		if x.Out != "" {
			l.Out = x.Out
		}
		if x.Reason != schemas.NoReason {
			l.Reason = x.Reason.String()
		}
		if x.Ext != "" {
			l.Ext = x.Ext
		}
		if x.Class != "" {
			l.Class = x.Class
		}
		if len(x.Details) > 0 {
			l.Parts = parts(x.Details)
		}
		return l
	}
	outs, states, reasons, exts, classes := []any{}, []string{}, []string{}, []string{}, []string{}
	anyExt, anyClass := false, false
	anyParts, details := false, []parts{}
	for _, x := range res {
		if x.Out == "" {
			outs = append(outs, nil)
		} else {
			outs = append(outs, x.Out)
		}
		states, reasons = append(states, x.Status.String()), append(reasons, x.Reason.String())
		exts, classes = append(exts, x.Ext), append(classes, x.Class)
		details, anyParts = append(details, parts(x.Details)), anyParts || len(x.Details) > 0
		anyExt, anyClass = anyExt || x.Ext != "", anyClass || x.Class != ""
	}
	l := cleanLine{Line: n, Out: outs, Status: states, Reason: reasons, Rule: res[0].Rule}
	if same(states) {
		l.Status = states[0]
	}
	if same(reasons) {
		l.Reason = reasons[0]
	}
	if anyExt {
		l.Ext = exts
	}
	if anyClass {
		l.Class = classes
	}
	if anyParts {
		l.Parts = details
	}
	return l
}

func same(list []string) bool {
	for _, s := range list {
		if s != list[0] {
			return false
		}
	}
	return true
}

// Passes gives a test whether one cell is a valid value of a kind ("inn",
// "snils", …): its form and check digits hold.
func Passes(kind string) func(cell string) bool {
	return func(cell string) bool {
		c, ok := transforms.CleanKind(kind, "RU")
		if !ok {
			return false
		}
		good := false
		emit := func(res []transforms.Result) {
			good = len(res) == 1 && (res[0].Status == schemas.OK || res[0].Status == schemas.Corrected)
		}
		c.Add(cell, emit)
		c.Close(emit)
		return good
	}
}
