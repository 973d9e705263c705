package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"syscall"

	"github.com/duckdb/duckdb-go/v2"

	"clientbase/internal/errs"
)

// wrap hides err, which may quote data, behind the operation and the thing,
// and classifies it. nil stays nil; an *errs.Error passes through.
func wrap(op, thing string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errs.Of(err); ok {
		return e
	}
	kind, msg, hint := classify(err)
	return errs.Hidden(kind, op, thing, msg, err, hint)
}

func classify(err error) (errs.Kind, string, string) {
	var de *duckdb.Error
	isDuck := errors.As(err, &de)
	switch {
	case errors.Is(err, context.Canceled):
		return errs.Interrupted, "interrupted", "run the same command again"
	case errors.Is(err, context.DeadlineExceeded):
		return errs.Retry, "took longer than allowed", "narrow the question or raise the time limit"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT),
		isDuck && (strings.Contains(de.Msg, "No space left on device") || strings.Contains(de.Msg, "Disk quota exceeded")):
		return errs.Retry, "the disk is full", "free space in the data folder and run again; nothing was published"
	case errors.Is(err, os.ErrPermission):
		return errs.Input, "permission denied", "check the owner and rights of the data folder"
	case errors.Is(err, os.ErrNotExist):
		return errs.Input, "a file is missing", "restore the data folder from a backup"
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return errs.Retry, pe.Op + ": " + pe.Err.Error(), "check the disk and run again"
	}
	if !isDuck {
		return errs.Bug, "unexpected failure", "report it"
	}
	switch de.Type {
	case duckdb.ErrorTypeOutOfMemory:
		return errs.Retry, "more memory needed than allowed", "raise the memory limit or narrow the question"
	case duckdb.ErrorTypeInterrupt:
		return errs.Interrupted, "interrupted", "run the same command again"
	case duckdb.ErrorTypeIO:
		if strings.Contains(de.Msg, "Conflicting lock") || strings.Contains(de.Msg, "Could not set lock") {
			return errs.Retry, "the file is in use by another process", "wait until it ends and run again"
		}
		return errs.Retry, "reading or writing a file failed", "check the disk and run again"
	case duckdb.ErrorTypeConversion, duckdb.ErrorTypeOutOfRange, duckdb.ErrorTypeMismatchType, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeInvalid:
		return errs.Bug, "a value does not fit its column's type", "report the column types"
	case duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax:
		return errs.Bug, plain(de.Msg), "report it"
	}
	return errs.Bug, "the database engine failed", "report it"
}

var (
	inSingle = regexp.MustCompile(`'[^']*'?`)
	inDouble = regexp.MustCompile(`"[^"]*"?`)
	word     = regexp.MustCompile(`^"[A-Za-z_][A-Za-z_0-9]{0,39}"$`)
	digits   = regexp.MustCompile(`[0-9]{4,}`)
	nonASCII = regexp.MustCompile(`[^\x00-\x7f]+`)
)

// plain makes the first line of an engine message about names and grammar
// printable: quoted text stays only when it is a plain identifier, literals,
// long numbers and non-ASCII text go.
func plain(msg string) string {
	line, _, _ := strings.Cut(msg, "\n")
	if len(line) > 300 {
		line = line[:300]
	}
	line = inSingle.ReplaceAllString(line, "'…'")
	line = inDouble.ReplaceAllStringFunc(line, func(s string) string {
		if word.MatchString(s) {
			return s
		}
		return `"…"`
	})
	line = digits.ReplaceAllString(line, "…")
	return nonASCII.ReplaceAllString(line, "…")
}
