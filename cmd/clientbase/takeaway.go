package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"clientbase/internal/config"
	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
	"clientbase/internal/sheet"
	"clientbase/internal/store"
)

// takeaway says how the result of a query leaves: in which form, to which file,
// for whom, and under which key.
type takeaway struct {
	format, out, recipient, keyFile string
}

// takeAway writes a result to a file. The order is that of lists: the bytes
// are whole and synced under another name, the act is in the journal, then the
// file gets its name. So no file is there that nobody recorded.
func (a *app) takeAway(ctx context.Context, cfg *config.Project, p *pipeline.Project, s *store.Snapshot, rows *store.Rows, t takeaway) (n int64, err error) {
	who, err := a.who(cfg)
	if err != nil {
		return 0, err
	}
	if t.recipient == "" {
		t.recipient = who.User
	}
	key, err := t.key()
	if err != nil {
		return 0, err
	}
	about := sheet.About{File: "file-" + hash12(s.Info().ID, t.out, fmt.Sprint(a.now().UnixNano())), Format: t.format, Snapshot: s.Info().ID, Acts: s.Overlay().Position,
		Made: a.now().UTC().Format("2006-01-02T15:04:05Z"), By: who.User + " (" + who.Role + ")", Purpose: who.Purpose, Recipient: t.recipient}
	for _, c := range rows.Columns {
		about.Columns = append(about.Columns, c.Name)
	}
	part := t.out + ".taken"
	if err := disk.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, errs.Wrap(errs.Retry, "write", t.out, err, "check the folder and its rights")
	}
	defer func() {
		if err != nil {
			_ = disk.Remove(part)
		}
	}()
	if n, err = t.write(p.Data, part, rows, &about, key); err != nil {
		return n, err
	}
	about.Rows = n
	if about.SHA256, err = sumOf(part); err != nil {
		return n, errs.Wrap(errs.Retry, "write", t.out, err, "check the disk")
	}
	e := journal.Entry{At: a.now(), Actor: who, Kind: journal.KindFile, Subject: about.File}
	f := journal.File{Format: t.format, Encrypted: key != nil, Recipient: t.recipient, Rows: n, Columns: about.Columns, Snapshot: about.Snapshot, Position: about.Acts, SHA256: about.SHA256}
	if a.read != nil {
		f.Read, a.read.end.File = a.read.begun.Seq, about.File
	}
	if err := pipeline.RecordFile(ctx, p, e, f); err != nil {
		return n, err
	}
	return n, t.deliver(part, about)
}

// key reads the key that a Parquet file is encrypted with.
func (t takeaway) key() ([]byte, error) {
	if t.keyFile == "" {
		return nil, nil
	}
	const hint = "a key is 16, 24 or 32 characters on one line, for example: head -c 24 /dev/urandom | base64 > key; chmod 600 key"
	if t.format != "parquet" {
		return nil, errs.New(errs.Config, "write", t.format, "only Parquet files are encrypted", "add --format parquet")
	}
	info, err := os.Stat(t.keyFile)
	if err != nil {
		return nil, errs.Wrap(errs.Config, "read key", t.keyFile, err, hint)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, errs.New(errs.Config, "read key", t.keyFile, "other users can read it", "chmod 600 "+t.keyFile)
	}
	text, err := os.ReadFile(t.keyFile)
	if err != nil {
		return nil, errs.Wrap(errs.Config, "read key", t.keyFile, err, hint)
	}
	key := strings.TrimRight(string(text), "\r\n")
	if len(key) != 16 && len(key) != 24 && len(key) != 32 {
		return nil, errs.New(errs.Config, "read key", t.keyFile, "it has not 16, 24 or 32 characters", hint)
	}
	return []byte(key), nil
}

// write writes the rows under a passing name and forces them to disk.
func (t takeaway) write(data, part string, rows *store.Rows, about *sheet.About, key []byte) (n int64, err error) {
	words := [][2]string{{"clientbase.file", about.File}, {"clientbase.snapshot", about.Snapshot}, {"clientbase.acts", fmt.Sprint(about.Acts)}, {"clientbase.made", about.Made}, {"clientbase.by", about.By},
		{"clientbase.purpose", about.Purpose}, {"clientbase.recipient", about.Recipient}}
	if t.format == "parquet" {
		return store.WriteParquetFile(part, rows, store.ParquetOptions{Words: words, Key: key})
	}
	f, err := disk.CreateNew(part)
	if err != nil {
		return 0, errs.Wrap(errs.Input, "write", t.out, err, "check the folder and its rights")
	}
	b := bufio.NewWriterSize(f, 1<<16)
	defer func() {
		ferr := errors.Join(b.Flush(), f.Sync(), f.Close())
		if err == nil {
			err = outputError(t.out, ferr)
		}
	}()
	switch t.format {
	case "table":
		return store.WriteTable(b, rows)
	case "csv":
		return store.WriteCSV(b, rows)
	case "json":
		return store.WriteJSON(b, rows)
	case "sheet":
		about.Encoding, about.Separator, about.Escape = "utf-8-bom", ";", sheet.Words
		return store.WriteSheetCSV(b, rows)
	case "xlsx":
		return t.workbook(data, b, rows, about, words)
	}
	return 0, noFormat(t.format)
}

// workbook writes an XLSX; what does not fit into memory passes through the
// data folder's own tmp.
func (t takeaway) workbook(data string, w io.Writer, rows *store.Rows, about *sheet.About, words [][2]string) (n int64, err error) {
	tmp := filepath.Join(data, "tmp", about.File)
	if err := disk.MkdirAll(tmp); err != nil {
		return 0, errs.Wrap(errs.Retry, "write", t.out, err, "check the rights of the data folder")
	}
	defer func() { _ = disk.RemoveAll(tmp) }()
	b, err := sheet.NewWorkbook(w, tmp)
	if err != nil {
		return 0, errs.Wrap(errs.Retry, "write", t.out, err, "check the free space")
	}
	var lines []string
	for _, x := range words {
		lines = append(lines, strings.TrimPrefix(x[0], "clientbase.")+": "+x[1])
	}
	if n, err = store.WriteWorkbook(b, rows); err == nil {
		err = outputError(t.out, errors.Join(b.Describe(about.File, strings.Join(lines, "\n")), b.Close()))
	}
	return n, err
}

// deliver gives the file its name, after what must stand beside it. Parquet
// files and workbooks carry it within.
func (t takeaway) deliver(part string, about sheet.About) error {
	_ = disk.Remove(t.out + sheet.Suffix) // of an earlier file of this name
	if t.format != "parquet" && t.format != "xlsx" {
		text, err := about.Text()
		if err == nil {
			err = disk.WriteBytes(t.out+sheet.Suffix, text)
		}
		if err != nil {
			return errs.Wrap(errs.Retry, "write", t.out+sheet.Suffix, err, "check the free space")
		}
	}
	if err := errors.Join(disk.Rename(part, t.out), disk.SyncDir(filepath.Dir(t.out))); err != nil {
		return errs.Wrap(errs.Retry, "write", t.out, err, "check the folder and its rights")
	}
	return nil
}

func noFormat(name string) error {
	return errs.New(errs.Config, "write", name, "no such format", "one of table, csv, json, sheet, xlsx, parquet")
}

func hash12(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:6])
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
