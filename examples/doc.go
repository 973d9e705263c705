// Package examples holds project folders: starter is what `clientbase init`
// writes, berka maps the bank tables of the PKDD'99 challenge. Nothing here is
// code but the embedding of starter.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed all:starter
var starter embed.FS

// Starter gives the files of the project that `clientbase init` writes.
func Starter() (fs.FS, error) { return fs.Sub(starter, "starter") }
