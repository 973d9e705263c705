package pipeline

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/store"
)

// TraceFact is where one fact came from and whose it is.
type TraceFact struct {
	FactID     string   `json:"fact_id"`
	Table      string   `json:"table"`
	ClientID   string   `json:"client_id,omitempty"`
	Resolution string   `json:"resolution"`
	Stream     string   `json:"stream"`
	Batch      string   `json:"batch,omitempty"`
	Place      string   `json:"place"`
	By         []string `json:"by,omitempty"` // references that it bears, in the order in which they are tried
	Fields     []string `json:"fields"`       // columns that have a value
}

var factForm = regexp.MustCompile(`^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$`)

// TraceFactOf explains one fact by its id.
func TraceFactOf(ctx context.Context, p *Project, s *store.Snapshot, id string) (*TraceFact, error) {
	id = strings.ToLower(strings.TrimSpace(id))
	if !factForm.MatchString(id) {
		return nil, errs.New(errs.Input, "trace", "fact", "a fact id has 32 hex digits", "the column fact_id of `clientbase query \"SELECT fact_id FROM transactions LIMIT 5\"`")
	}
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	for _, k := range s.Info().Manifest.Kinds {
		view := store.ViewName(k)
		cols, err := t.texts("SELECT column_name FROM (DESCRIBE SELECT * FROM " + view + ")")
		if err != nil {
			return nil, err
		}
		f, err := t.fact(view, cols, id)
		if err != nil {
			return nil, err
		}
		if f != nil {
			f.By = k.Refs
			return f, nil
		}
	}
	return nil, errs.New(errs.Input, "trace", "fact", "no fact of the snapshot has this id", "ids are those of the column fact_id; --at asks an earlier snapshot")
}

// fact reads one fact of a view, nil when it is not there.
func (t *tracer) fact(view string, cols []string, id string) (*TraceFact, error) {
	full := make([]string, 0, len(cols))
	for _, c := range cols {
		switch c {
		case "client_id", "resolution", "fact_id", "stream", "batch_no", "row_no":
		default:
			full = append(full, fmt.Sprintf(`CASE WHEN "%s" IS NULL THEN '' ELSE '%s ' END`, c, c))
		}
	}
	rows, err := t.r.Query(t.ctx, "SELECT coalesce(client_id, ''), resolution, stream, coalesce(batch_no, 0), row_no, concat("+strings.Join(full, ", ")+") FROM "+view+" WHERE fact_id = ?::UUID", id)
	if err != nil {
		return nil, err
	}
	f := &TraceFact{FactID: id, Table: view}
	var batch int32
	var row int64
	var fields string
	found := rows.Next()
	if found {
		err = rows.Scan(&f.ClientID, &f.Resolution, &f.Stream, &batch, &row, &fields)
	}
	if err = errors.Join(err, rows.Close()); err != nil || !found {
		return nil, err
	}
	f.Fields = strings.Fields(fields)
	f.Place, err = t.factPlace(f.Stream, batch, row, &f.Batch)
	return f, err
}

// factPlace says where a fact stands: a row of a batch, or an entry of the journal.
func (t *tracer) factPlace(stream string, batch int32, row int64, id *string) (string, error) {
	if stream == ActConsents || stream == ActOverrides {
		return fmt.Sprintf("journal entry %d", row), nil
	}
	return t.rowPlace(stream, batch, row, id)
}
