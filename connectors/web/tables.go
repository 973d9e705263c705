package web

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/connectors/places"
	"clientbase/schemas"
)

// tableFormats are the formats in which visits and forms may also come.
func tableFormats() []string { return []string{"delimited", "xlsx", "parquet"} }

// asTable decodes a node that names one of tableFormats; ok is false for the others.
func asTable(node *yaml.Node) (c formats.FileConfig, faults []connectors.Fault, ok bool) {
	var probe struct{ Format string }
	if node == nil || node.Decode(&probe) != nil || !slices.Contains(tableFormats(), probe.Format) {
		return c, nil, false
	}
	faults = connectors.Decode(node, &c)
	return c, append(faults, c.Check(node, tableFormats()...)...), true
}

// tables is the source over table files.
func tables(env connectors.Env, c formats.FileConfig, s *schemas.Stream) connectors.Source {
	return places.Tables(env.Dir, c.Path, func(info connectors.SliceInfo, place places.Place, before func() connectors.Cursor, done func(int64, [32]byte) connectors.Cursor) connectors.Slice {
		return c.Slice(env, s, info, place, before, done)
	})
}
