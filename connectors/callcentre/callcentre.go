// Package callcentre reads call centres: Asterisk call records (Master.csv, 16 or
// 18 columns and clid taken apart into clid_name and clid_number), and notes and
// other events as JSON lines or delimited files.
//
// Call records hold local time without zone: the stream's contract names it. A
// note is delivered as text; phones and opt-outs in it are found by a transform,
// with spans, and card numbers are masked here.
package callcentre

import (
	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

// Family makes call-centre sources.
func Family() connectors.Family {
	return connectors.Family{
		Kind:  "callcentre",
		Doc:   "call centre: Asterisk call records, notes as JSON lines, delimited files",
		Check: func(node *yaml.Node, s *schemas.Stream) []connectors.Fault { _, faults := decode(node); return faults },
		Open: func(env connectors.Env, node *yaml.Node, s *schemas.Stream) (connectors.Source, error) {
			c, faults := decode(node)
			if len(faults) > 0 {
				return nil, errs.New(errs.Config, "open", s.ID(), faults[0].Path+": "+faults[0].Msg, "run validate to see every fault")
			}
			return openFiles(env, c, s), nil
		},
	}
}

func decode(node *yaml.Node) (formats.FileConfig, []connectors.Fault) {
	var c formats.FileConfig
	faults := connectors.Decode(node, &c)
	if c.Format == "" && len(faults) == 0 {
		faults = append(faults, connectors.FaultAt(node, "format", "format is missing", "format: asterisk_cdr, ndjson, delimited, xlsx or parquet"))
	}
	return c, append(faults, c.Check(node, "asterisk_cdr", "ndjson", "delimited", "xlsx", "parquet")...)
}
