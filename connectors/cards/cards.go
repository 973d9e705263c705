// Package cards reads what the card processing sends: Mastercard IPM clearing
// files and delimited files of cardholders. A card number leaves it only as first
// six and last four digits plus a keyed token; tracks and PIN blocks do not leave
// it at all, not even in the received bytes that are kept.
//
// The life of a clearing message: its bytes come out of the blocks, the bitmap
// says which elements follow, each is cut by the table of elements; DE2 becomes a
// masked number and a token in the cell and is masked at equal length in the bytes;
// the trailer's count is compared before the last batch is given. A power cut in
// between leaves the cursor where it was.
package cards

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/connectors/places"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

// IPMConfig is the `from:` node of a stream of IPM files; those of delimited
// files are formats.FileConfig.
type IPMConfig struct {
	Path    string `yaml:"path"`    // file, folder or pattern, relative to the project folder
	Format  string `yaml:"format"`  // ipm
	Charset string `yaml:"charset"` // auto | cp500 | cp037 | ascii
	Blocked string `yaml:"blocked"` // auto | yes | no: blocks of 1014 bytes
}

// Family is the card processing family.
func Family() connectors.Family {
	return connectors.Family{
		Kind: "cards",
		Doc:  "Mastercard IPM clearing files; cardholders as delimited files, JSON lines, workbooks or Parquet",
		Check: func(node *yaml.Node, s *schemas.Stream) []connectors.Fault {
			_, _, _, faults := decode(node, s)
			return faults
		},
		Open: open,
	}
}

// opener starts the reader over one file.
type opener func(in formats.Input) (formats.Reader, error)

// decode reads the node and gives every fault of it.
func decode(node *yaml.Node, s *schemas.Stream) (path string, start opener, container bool, faults []connectors.Fault) {
	var probe struct {
		Format string
	}
	if node != nil {
		_ = node.Decode(&probe) // a wrong node is reported below
	}
	if probe.Format != "ipm" {
		var c formats.FileConfig
		faults = append(connectors.Decode(node, &c), c.Check(node, "delimited", "ipm", "ndjson", "xlsx", "parquet")...)
		f, _ := formats.ByName(formats.List(), c.Format)
		return c.Path, c.Open, f.Container, faults
	}
	c := IPMConfig{Charset: "auto", Blocked: "auto"}
	faults = connectors.Decode(node, &c)
	bad := func(key, msg, hint string) { faults = append(faults, connectors.FaultAt(node, key, msg, hint)) }
	if c.Path == "" {
		bad("path", "path is missing", "path: in/clearing_*.ipm")
	}
	if known := []string{"auto", "cp500", "cp037", "ascii"}; !slices.Contains(known, c.Charset) {
		bad("charset", "unknown charset of IPM files", connectors.Suggest(c.Charset, known))
	}
	if known := []string{"auto", "yes", "no", "true", "false", "1014"}; !slices.Contains(known, c.Blocked) {
		bad("blocked", "blocked is auto, yes or no", connectors.Suggest(c.Blocked, known[:3]))
	}
	columns := formats.IPMColumns()
	for _, col := range s.Columns {
		if !slices.Contains(columns, col.Name) {
			f := connectors.FaultAt(node, "", "IPM files have no column "+col.Name, connectors.Suggest(col.Name, columns))
			f.Path = "columns." + col.Name
			faults = append(faults, f)
		}
	}
	return c.Path, func(in formats.Input) (formats.Reader, error) {
		return formats.OpenIPM(in, formats.Options{Charset: c.Charset}, c.Blocked)
	}, false, faults
}

func open(env connectors.Env, node *yaml.Node, s *schemas.Stream) (connectors.Source, error) {
	path, start, container, faults := decode(node, s)
	if len(faults) > 0 {
		var l errs.List
		for _, f := range faults {
			l.Add(errs.New(errs.Config, "open", fmt.Sprintf("%s line %d: %s", s.ID(), f.Line, f.Path), f.Msg, f.Hint))
		}
		return nil, l.Err()
	}
	var pan []string
	for _, c := range s.Columns {
		if c.PAN {
			pan = append(pan, c.Name)
		}
	}
	return places.Tables(env.Dir, path, func(info connectors.SliceInfo, place places.Place, before func() connectors.Cursor, done func(int64, [32]byte) connectors.Cursor) connectors.Slice {
		thing := s.ID() + " " + info.Name
		return formats.NewFileSlice(formats.FileSettings{Info: info, Thing: thing, Format: start, Container: container, PAN: pan, Card: env.Card, Before: before, Done: done,
			Place: formats.Placed(thing, info.Size, container, place)})
	}), nil
}
