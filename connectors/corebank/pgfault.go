package corebank

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"clientbase/internal/errs"
)

// fault classifies what the driver said and hides its words: they may quote
// rows, parameters and the DSN. Only the SQLSTATE is shown.
func (d *database) fault(op string, err error) error {
	if _, ok := errs.Of(err); ok {
		return err
	}
	thing := d.s.ID() + " " + d.name()
	if errors.Is(err, context.Canceled) {
		return errs.Hidden(errs.Interrupted, op, thing, "interrupted", err, "start the run again: nothing of it was loaded")
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return errs.Hidden(errs.Retry, op, thing, "the database does not answer", err, "check host, port and network in the secret "+d.c.DSNSecret+", then run again")
	}
	code := "SQLSTATE " + pg.Code
	class := pg.Code
	if len(class) > 2 {
		class = class[:2]
	}
	switch {
	case class == "28", pg.Code == "3D000":
		return errs.Hidden(errs.Config, op, thing, "the database refuses the login ("+code+")", err, "check user, password and database in the secret "+d.c.DSNSecret)
	case pg.Code == "42501":
		return errs.Hidden(errs.Config, op, thing, "no right to read ("+code+")", err, "grant SELECT to the database user")
	case class == "42":
		return errs.Hidden(errs.Config, op, thing, "the query is refused ("+code+")", err, "try the query in psql as the same user")
	case pg.Code == "57014":
		return errs.Hidden(errs.Retry, op, thing, "the database took longer than the timeout ("+code+")", err, "raise timeout, lower page, or read a stand-by")
	case class == "08", class == "53", class == "57", class == "40", class == "55":
		return errs.Hidden(errs.Retry, op, thing, "the database cannot serve now ("+code+")", err, "run again later")
	}
	return errs.Hidden(errs.Input, op, thing, "the database reports an error ("+code+")", err, "try the query in psql as the same user")
}
