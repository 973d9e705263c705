package pipeline

import (
	"context"
	"slices"

	"clientbase/internal/access"
)

// DossierRead is a read in which the person was shown to somebody of the bank.
// What was asked is left out: a question may name other people.
type DossierRead struct {
	Read     int64  `json:"read"` // number in the access log
	At       string `json:"at"`   // RFC 3339, UTC
	By       string `json:"by"`
	Role     string `json:"role"`
	Purpose  string `json:"purpose,omitempty"`
	Verb     string `json:"verb"`
	Snapshot string `json:"snapshot"`
}

// withReads adds the reads that name the client, or an id that was merged into
// it, oldest first, and counts those of which the access log does not know
// whom they showed.
func (d *Dossier) withReads(ctx context.Context, p *Project) error {
	log, err := AccessLog(p.Data)
	if err != nil || log == nil {
		return err
	}
	list, err := log.Reads()
	if err != nil {
		return err
	}
	ids, err := idsOf(ctx, p, d.Client)
	if err != nil {
		return err
	}
	d.Reads, d.Unnamed = readsOf(list, ids)
	return nil
}

// readsOf gives the reads that showed a client under one of its ids, and the
// number of those that may have: a query, a long list, a read that was cut.
func readsOf(list []access.Read, ids []string) (reads []DossierRead, unnamed int) {
	for _, r := range list {
		switch {
		case slices.ContainsFunc(r.Clients, func(id string) bool { return slices.Contains(ids, id) }):
			reads = append(reads, DossierRead{Read: r.Seq, At: stamp(r.At), By: r.User, Role: r.Role, Purpose: r.Purpose, Verb: r.Verb, Snapshot: r.Snapshot})
		case len(r.Clients) > 0 || r.Outcome == access.Refused || r.Ended && r.Rows == 0:
		case !r.Ended && r.Verb == "subject dossier": // this one, and those that wrote no file
		default:
			unnamed++
		}
	}
	return reads, unnamed
}
