package callcentre

import (
	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/connectors/places"
	"clientbase/schemas"
)

// openFiles gives the source over the files that the configuration names.
func openFiles(env connectors.Env, c formats.FileConfig, s *schemas.Stream) connectors.Source {
	return places.Tables(env.Dir, c.Path, func(info connectors.SliceInfo, place places.Place, before func() connectors.Cursor, done func(int64, [32]byte) connectors.Cursor) connectors.Slice {
		return c.Slice(env, s, info, place, before, done)
	})
}
