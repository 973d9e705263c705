package filematch

import (
	"strconv"
	"strings"

	"clientbase/dedupe"
	"clientbase/internal/errs"
)

// Pair gives the explanation that was asked for, with the records called as in
// the file; nil when none was.
func (res *Result) Pair() *dedupe.Standing { return res.pair }

// pairOf finds the two rows of ID1,ID2; when two files are linked 1:ID is a
// record of the first file and 2:ID one of the second. An id may hold a comma.
func (res *Result) pairOf(text string) (*[2]uint32, error) {
	if text == "" {
		return nil, nil
	}
	rows := map[string][]int{}
	for i := range res.unique {
		name := res.name(i)
		rows[name] = append(rows[name], i)
		if res.link {
			full := strconv.Itoa(int(res.t.file[i])+1) + ":" + name
			rows[full] = append(rows[full], i)
		}
	}
	const hint = "--explain ID1,ID2 with two ids as --id names them, else numbers of data rows; with --link 1:ID,2:ID"
	fault := "the file does not hold both records"
	for at, c := range text {
		if c != ',' {
			continue
		}
		a, b := rows[strings.TrimSpace(text[:at])], rows[strings.TrimSpace(text[at+1:])]
		if len(a) == 0 || len(b) == 0 {
			continue
		}
		x, y := a[0], b[len(b)-1] // of two files the first record is meant in the first, the second in the second
		if x == y {
			fault = "a record is compared with another, not with itself"
			continue
		}
		return &[2]uint32{uint32(x), uint32(y)}, nil
	}
	return nil, errs.New(errs.Config, "dedupe", "--explain", fault, hint)
}

// callByName puts the names of the file in the place of the matcher's, which
// begin with the number of the file, and the probabilities of the other outputs.
func (res *Result) callByName(st *dedupe.Standing) {
	names := map[string]string{}
	for i, full := range res.unique {
		names[full] = res.name(i)
		if res.link {
			names[full] = strconv.Itoa(int(res.t.file[i])+1) + ":" + res.name(i)
		}
	}
	st.A, st.B = names[st.A], names[st.B]
	st.Probability = res.scale.Probability(st.Bits)
	for i := range st.Path {
		st.Path[i].Probability = res.scale.Probability(st.Path[i].Bits)
		st.Path[i].A, st.Path[i].B = names[st.Path[i].A], names[st.Path[i].B]
	}
	for i := range st.Holds {
		st.Holds[i].Record = names[st.Holds[i].Record]
	}
}
