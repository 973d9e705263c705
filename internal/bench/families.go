package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// familyFiles measures `dedupe` on single files: "1000000,10000000@4GB".
func familyFiles(c config) error {
	if c.families == "" || c.families == "0" {
		return nil
	}
	fmt.Println("## one file of families, `clientbase dedupe`")
	fmt.Println("\n| records | --memory | pairs | seconds | processor time | peak memory |\n|---:|---|---:|---:|---:|---:|")
	for _, one := range strings.Split(c.families, ",") {
		size, memory, _ := strings.Cut(strings.TrimSpace(one), "@")
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("-families: %q is not a number", size)
		}
		if err := familyFile(c, n, memory); err != nil {
			return err
		}
	}
	fmt.Println()
	return nil
}

// familyFile measures `dedupe` on one file of so many records of families, with
// --memory unless it is "".
func familyFile(c config, records int, memory string) error {
	path := filepath.Join(c.work, fmt.Sprintf("families-%d.csv", records))
	n, err := writeFamilies(path, records)
	if err != nil {
		return err
	}
	args := []string{"dedupe", path, "--map", "truth=ignore", "--out", path + ".clients"}
	if memory != "" {
		args = append(args, "--memory", memory)
	}
	cmd := exec.Command(c.bin, args...)
	var said strings.Builder
	cmd.Stderr = &said
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("dedupe: %w: %s", err, said.String())
	}
	took := time.Since(start)
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	peak := 0.0
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = float64(u.Maxrss) / (1 << 20)
	}
	pairs := pairsSaid.FindString(said.String())
	fmt.Printf("| %d | %s | %s | %.1f s | %.1f s | %.2f GB |\n", n, memory, strings.TrimSuffix(pairs, " pairs compared"), took.Seconds(), used.Seconds(), peak)
	return os.Remove(path)
}

var pairsSaid = regexp.MustCompile(`[\d ]+ pairs compared`)

// families makes records of invented people: spouses and children share
// surname, street, house, city and often the phone, some are twins, some sons
// have their father's name; every person has one to three records with typing
// errors, gaps and moves, the truth in the last column.
type families struct {
	r                                *rand.Rand
	w                                *bufio.Writer
	surnames, given, streets, cities []string
	records, people                  int
}

func writeFamilies(path string, records int) (int, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	n, err := makeFamilies(f, records)
	if err != nil {
		return n, err
	}
	return n, f.Close()
}

func makeFamilies(to io.Writer, records int) (int, error) {
	g := &families{r: rand.New(rand.NewPCG(11, 7)), w: bufio.NewWriterSize(to, 1<<20)}
	homes := records * 3000 / 16600
	g.surnames, g.given, g.streets, g.cities = g.list(max(200, homes/3), 3), g.list(250, 2), g.list(max(100, homes/10), 3), g.list(60, 3)
	if _, err := g.w.WriteString("given,surname,birth_date,phone,street,house,city,truth\n"); err != nil {
		return 0, err
	}
	for range homes {
		g.family()
	}
	return g.records, g.w.Flush()
}

func (g *families) list(n, syllables int) []string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		for range syllables + g.r.IntN(2) {
			b.WriteByte(consonants[g.r.IntN(len(consonants))])
			b.WriteByte(vowels[g.r.IntN(len(vowels))])
		}
		out[i] = b.String()
	}
	return out
}

// pick takes the first ones of a list more often.
func (g *families) pick(list []string) string {
	x := g.r.Float64()
	return list[int(float64(len(list))*x*x*x)]
}

func (g *families) day(from, to int) string {
	return fmt.Sprintf("%04d-%02d-%02d", from+g.r.IntN(to-from), 1+g.r.IntN(12), 1+g.r.IntN(28))
}

func (g *families) phone() string { return fmt.Sprintf("+7%010d", 9e9+g.r.Int64N(1e9)) }

func (g *families) family() {
	home := [7]string{"", g.pick(g.surnames), "", g.phone(), g.pick(g.streets), fmt.Sprint(1 + g.r.IntN(90)), g.pick(g.cities)}
	person := func(name, born string) {
		p := home
		p[0], p[2] = name, born
		if g.r.Float64() < 0.5 {
			p[3] = g.phone()
		}
		g.person(p)
	}
	father := g.pick(g.given)
	person(father, g.day(1950, 1975))
	if g.r.Float64() < 0.7 {
		person(g.pick(g.given), g.day(1952, 1978))
	}
	for range g.r.IntN(3) {
		name, born := g.pick(g.given), g.day(1980, 2005)
		if g.r.Float64() < 0.1 {
			name = father
		}
		person(name, born)
		if g.r.Float64() < 0.08 { // a twin
			twin := g.pick(g.given)
			if twin == name { // no family names two children born on one day alike
				twin = g.given[(slices.Index(g.given, name)+1)%len(g.given)]
			}
			person(twin, born)
		}
	}
}

// dirt is about the share of cells that are wrong, missing or of another home.
const dirt = 0.08

func (g *families) person(p [7]string) {
	for range 1 + g.r.IntN(3) {
		q := p
		for i := range q {
			switch x := g.r.Float64(); {
			case x < dirt*0.5:
				q[i] = ""
			case x < dirt*1.3:
				q[i] = g.typo(q[i])
			}
		}
		if g.r.Float64() < dirt*0.3 {
			q[0], q[1] = q[1], q[0]
		}
		if g.r.Float64() < dirt {
			q[4], q[5], q[6] = g.pick(g.streets), fmt.Sprint(1+g.r.IntN(90)), g.pick(g.cities)
		}
		_, _ = fmt.Fprintf(g.w, "%s,%d\n", strings.Join(q[:], ","), g.people) // Flush tells
		g.records++
	}
	g.people++
}

func (g *families) typo(s string) string {
	if len(s) < 3 {
		return s
	}
	b := []byte(s)
	i := 1 + g.r.IntN(len(b)-2)
	switch g.r.IntN(4) {
	case 0:
		b[i] = "abcdefghiklmnoprst"[g.r.IntN(18)]
	case 1:
		b = append(b[:i], b[i+1:]...)
	case 2:
		b[i], b[i+1] = b[i+1], b[i]
	default:
		b = append(b[:i+1], b[i:]...)
	}
	return string(b)
}
