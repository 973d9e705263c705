package realinput

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A mixed file of the demo bank: nothing is configured, a card row with a Latin
// name finds its client, and probabilities and the recall estimate hold what
// they say.
func TestDedupeMixedFile(t *testing.T) {
	q := dedupe(t, mixedFile(t, "6000"), "--id", "id", "--truth", "person")
	if q.Truth.F1 < 0.96 || q.Truth.B3F1 < 0.98 || q.Sure.Precision < 0.998 {
		t.Errorf("most probable %+v, confident %+v", q.Truth, q.Sure)
	}
	q.holds(t)
}

// holds checks what the result says of itself: the targets for the calibration
// error and for the recall estimate.
func (q quality) holds(t *testing.T) {
	t.Helper()
	j := q.Judgement
	t.Logf("calibration error %.4f, blocking recall %.4f estimated %.4f, false merges per 100 000 %+v", j.Calibration.Error, j.Blocking.True, j.Blocking.Estimate, j.FalseMerges)
	if j.Calibration.Error > 0.03 {
		t.Errorf("calibration error %.4f, want at most 0.03: %+v", j.Calibration.Error, j.Calibration.Bands)
	}
	if math.Abs(j.Blocking.True-j.Blocking.Estimate) > 0.05 {
		t.Errorf("blocking recall %.4f, estimated %.4f", j.Blocking.True, j.Blocking.Estimate)
	}
}

// The judgement as JSON and as one page, the ask zone, and the short form on
// standard error. No file holds a value of a client; the reports name no record.
func TestDedupeReports(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	path := mixedFile(t, "1500")
	r := s.want(0, "dedupe", path, "--id", "id", "--truth", "person", "--confident", "--ask", "ask.csv", "--report", "eval.html", "--report", "eval.json", "--out", "clients.csv")
	for _, want := range []string{`blocking recall estimate [01]\.\d+ \(range [01]\.\d+-[01]\.\d+\), true [01]\.\d+`, `calibration error 0\.\d+ over`,
		`merged from \d+(\.\d)? bits: \d+\.\d false merges expected per 100 000 clients; \d+ questions? for a person`, `default threshold 0 bits: pair F1 0\.\d+; best of those tried`} {
		if !regexp.MustCompile(want).MatchString(r.err) {
			t.Errorf("standard error lacks %s:\n%s", want, r.err)
		}
	}
	if r.out != "" {
		t.Errorf("standard output: %q", tail(r.out))
	}
	page, object, asked := slurp(t, filepath.Join(s.dir, "eval.html")), slurp(t, filepath.Join(s.dir, "eval.json")), slurp(t, filepath.Join(s.dir, "ask.csv"))
	for _, bad := range []string{"<script", "http:", "https:", "<link", "<img", "@import", "url("} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	for _, want := range []string{"<!doctype html>", "B-cubed", "Calibration", "Recall of the blocking rules", "Largest clusters", "Precision by score", "Thresholds", "</html>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	var e struct {
		Records       int
		MostProbable  figures `json:"most_probable"`
		Calibration   struct{ Bands []map[string]float64 }
		Blocking      map[string]float64
		ScoreBands    []map[string]float64 `json:"score_bands"`
		Thresholds    []map[string]float64
		LargestFound  []map[string]float64 `json:"largest_clusters"`
		ClustersSizes []map[string]float64 `json:"cluster_sizes"`
	}
	if err := json.Unmarshal([]byte(object), &e); err != nil {
		t.Fatal(err)
	}
	if e.Records == 0 || e.MostProbable.F1 == 0 || len(e.Calibration.Bands) == 0 || e.Blocking["true"] == 0 || e.Blocking["estimate"] == 0 || len(e.ScoreBands) == 0 ||
		len(e.Thresholds) == 0 || len(e.LargestFound) == 0 || len(e.ClustersSizes) == 0 {
		t.Errorf("%+v", e)
	}
	rows, err := csv.NewReader(strings.NewReader(slurp(t, path))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		for i, v := range row {
			if i == 5 || len([]rune(v)) < 6 { // sex, and what may stand anywhere
				continue
			}
			if strings.Contains(page, v) || strings.Contains(object, v) {
				t.Fatalf("a report holds a value of column %s", rows[0][i])
			}
			if i > 0 && strings.Contains(asked, v) {
				t.Fatalf("the ask zone holds a value of column %s", rows[0][i])
			}
		}
	}
	asks, err := csv.NewReader(strings.NewReader(asked)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	client := map[string]string{}
	clients, err := csv.NewReader(strings.NewReader(slurp(t, filepath.Join(s.dir, "clients.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range clients {
		client[c[0]] = c[1]
	}
	if strings.Join(asks[0], ",") != "id_l,id_r,bits,p,why" || len(asks) < 10 {
		t.Fatalf("%d questions under %v", len(asks)-1, asks[0])
	}
	for _, a := range asks[1:] {
		if client[a[0]] == "" || client[a[1]] == "" || client[a[0]] == client[a[1]] || !strings.Contains(a[4], "prior") {
			t.Errorf("question %v: clients %q and %q", a, client[a[0]], client[a[1]])
		}
	}
}

// Why two records are one client, and why two are not: in the terminal and as JSON.
func TestDedupeExplains(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.csv")
	write(t, path, people)
	s := shell{t: t, dir: t.TempDir()}
	merge := s.want(0, "dedupe", path, "--id", "id", "--explain", "a1,a2")
	for _, want := range []string{"a1 and a2: one client", "before comparing", "birth_date", "exact", "brought together by", "the path that holds the two", "would split the pair"} {
		if !strings.Contains(merge.out, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, merge.out)
		}
	}
	apart := s.want(0, "dedupe", path, "--id", "id", "--explain", "a1, b1")
	for _, want := range []string{"a1 and b1: two clients", "differ", "short", "the pair"} {
		if !strings.Contains(apart.out, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, apart.out)
		}
	}
	secretStays(t, merge, "Пробнев", "1961-02-11", "9160001122")
	var st struct {
		A, B     string
		Bits     float64
		Together bool
		Parts    []struct {
			Field, Level string
			Bits, Share  float64
		}
		Rules []string
		Path  []struct{ A, B string }
	}
	r := s.want(0, "dedupe", path, "--id", "id", "--explain", "a2,a1", "--json", "--out", "c.csv")
	if err := json.Unmarshal([]byte(r.out), &st); err != nil {
		t.Fatalf("%v: %s", err, r.out)
	}
	if st.A != "a1" || st.B != "a2" || !st.Together || len(st.Parts) == 0 || len(st.Rules) == 0 || len(st.Path) == 0 {
		t.Errorf("%+v", st)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "c.csv")); err != nil {
		t.Error("--out beside --explain writes the clients")
	}
	for _, bad := range []string{"a1", "a1,zz", "a1,a1", ","} {
		if r := s.want(1, "dedupe", path, "--id", "id", "--explain", bad); !strings.Contains(r.err, "--explain") {
			t.Errorf("--explain %s: %s", bad, r.err)
		}
	}
	for _, args := range [][]string{{"--report", "x.html"}, {"--truth", "id", "--report", "x.txt"}, {"--ask", "no/such/folder/x.csv"}} {
		s.want(1, append([]string{"dedupe", path}, args...)...)
	}
	links := s.want(0, "dedupe", path, "--link", path, "--id", "id", "--explain", "1:a1,2:a1")
	if !strings.Contains(links.out, "1:a1 and 2:a1: one client") {
		t.Errorf("%s", links.out)
	}
}

const people = `id,фамилия,имя,отчество,дата рождения,телефон,город
a1,Пробнев,Егор,Тестович,1961-02-11,+79160001122,Тверь
a2,Пробнев,Егор,Тестович,1961-02-11,,Тверь
a3,Пробнев,Егр,Тестович,1961-02-11,+79160001122,
b1,Образцова,Анна,Тестовна,1974-07-03,+79160003344,Псков
b2,Образцова,Анна,,1974-07-03,+79160003344,Псков
c1,Третьяк,Олег,Тестович,1980-12-24,+79160005566,Омск
c2,Третьяк,Олег,Тестович,1980-12-24,+79160005566,Омск
d1,Шаблонов,Пётр,Примерович,1955-05-19,+79160007788,Тула
e1,Примерова,Ирина,Шаблоновна,1990-01-30,+79160009900,Орёл
e2,Примерова,Ирина,Шаблоновна,1990-01-30,,Орёл
f1,Макетова,Вера,Образцовна,1948-09-14,+79160002211,Курск
g1,Тестов,Глеб,Пробович,1969-10-08,+79160004433,Пермь
`
