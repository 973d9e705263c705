package outbound

import (
	"context"

	"clientbase/internal/errs"
	"clientbase/internal/segment"
)

// WhyGates tells of one client whether a list would hold it: segment.Gates for
// the verb `segment why`. Consents are read once, at its making.
type WhyGates struct {
	d       *Door
	rows    []Row
	channel string
	today   string
}

// NewWhyGates reads the consents. channel "" judges every channel, one gate
// line for each; a named channel is told gate by gate. today is an ISO day.
func NewWhyGates(ctx context.Context, d *Door, channel, today string) (*WhyGates, error) {
	rows, _, err := d.Consents(ctx)
	if err != nil {
		return nil, err
	}
	return &WhyGates{d, rows, channel, today}, nil
}

// gateWords say in the positive what each gate asks.
var gateWords = map[Gate]string{
	Objection:      "nobody objected",
	NoConsent:      "a grant is in force",
	NoPoint:        "the grant covers a contact point of the client",
	PointObjection: "no person who objected has the contact point",
	BadPoint:       "the contact point is certain and of the right kind",
	SharedPoint:    "nobody else holds the contact point",
}

// Judge implements segment.Gates.
func (w *WhyGates) Judge(_ context.Context, s *segment.Segment, clientID string, asOf segment.Day) ([]segment.Gate, error) {
	no, ok := w.d.ClientNo(clientID)
	if !ok {
		return nil, errs.New(errs.Input, "judge", "client", "no client has or had this id", "`clientbase find TEXT` gives ids")
	}
	ask := func(channel string) Verdict {
		return NewJudge(w.d.Base, w.rows, Question{Purpose: s.Purpose, Channel: channel, AsOf: asOf.String(), Today: w.today, MaxHolders: 1}).Client(no)
	}
	var out []segment.Gate
	if w.channel == "" {
		for _, c := range Channels() {
			v := ask(c)
			g := segment.Gate{Name: c, Passed: v.Gate == "", Detail: v.Why}
			if g.Passed {
				g.Detail = "may be contacted for " + s.Purpose
			} else {
				g.Detail = string(v.Gate) + ": " + v.Why
			}
			out = append(out, g)
		}
		return out, nil
	}
	v := ask(w.channel)
	for _, g := range Gates() {
		if g == SamePoint {
			break
		}
		if g == v.Gate {
			return append(out, segment.Gate{Name: string(g), Detail: v.Why}), nil
		}
		out = append(out, segment.Gate{Name: string(g), Passed: true, Detail: gateWords[g]})
	}
	return out, nil
}
