package pipeline

import (
	"context"
	"slices"
	"time"

	"clientbase/internal/access"
	"clientbase/internal/journal"
)

// FileRecalls finds the results of queries that left as files with a client in
// them, by asking each query again while its snapshot is kept. unsaid are the
// files of which it cannot be told any more.
func FileRecalls(ctx context.Context, p *Project, client string, again AskAgain) (found []journal.Recall, unsaid []FileLine, err error) {
	files, err := Files(p)
	if err != nil || len(files) == 0 {
		return nil, nil, err
	}
	log, err := AccessLog(p.Data)
	if err != nil || log == nil {
		return nil, files, err
	}
	reads, err := log.Reads()
	if err != nil {
		return nil, nil, err
	}
	ids, err := idsOf(ctx, p, client)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		i := slices.IndexFunc(reads, func(r access.Read) bool { return f.Read != 0 && r.Seq == f.Read })
		if i < 0 {
			unsaid = append(unsaid, f)
			continue
		}
		w, err := returned(ctx, p, &reads[i], ids, again)
		if err != nil {
			return nil, nil, err
		}
		r := journal.Recall{List: f.Name, Recipient: f.Recipient, At: f.At.UTC().Format(time.DateOnly)}
		switch w.Answer {
		case "yes":
			r.Contact = w.Client
			found = append(found, r)
		case "maybe":
			found = append(found, r)
		case "expired":
			unsaid = append(unsaid, f)
		}
	}
	return found, unsaid, nil
}
