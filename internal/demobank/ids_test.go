package demobank

import "testing"

// Expected numbers are published examples: order 515 of 08.09.1997 for the
// account key, the others are the standard examples of each algorithm.
func TestNumbersHaveRightCheckDigits(t *testing.T) {
	for _, c := range []struct{ what, got, want string }{
		{"INN of a person", innPerson(7603, 70732), "760307073214"},
		{"INN of a company", innOrg(7707, 8389), "7707083893"},
		{"SNILS", snils(112233445), "11223344595"},
		{"OGRN", ogrn(2002, 78, 1240086), "1027812400868"},
		{"OGRNIP", ogrnip(2007, 76, 32410001), "307760324100018"},
		{"EDRPOU", edrpou(3285596), "32855961"},
		{"EDRPOU, second pass", edrpou(13195), "00131954"},
		{"PAN", pan("510510", 510510510), "5105105105105100"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
}

func TestRNOKPPTellsDayAndSex(t *testing.T) {
	// 1759013776: born 28.02.1948, a man
	born := dayOf(1948, 2, 28)
	found := false
	for serial := range 5000 {
		n := rnokpp(born, serial, 'm')
		if n[:5] != "17590" || (n[8]-'0')%2 != 1 {
			t.Fatal("a number does not tell the day or the sex")
		}
		found = found || n == "1759013776"
	}
	if !found {
		t.Error("the published number is not among the day's numbers")
	}
	if rnokpp(born, 0, 'f')[8]%2 != 0 {
		t.Error("a woman has an odd ninth digit")
	}
}

func TestAccountKeyAndIBANHold(t *testing.T) {
	for serial := range uint64(50) {
		full := bik[6:] + accountRU("40817", "810", serial*7919)
		sum := 0
		for i := range len(full) {
			sum += int(full[i]-'0') * [3]int{7, 1, 3}[i%3] % 10
		}
		if len(full) != 23 || sum%10 != 0 {
			t.Fatal("an account key does not hold")
		}
		iban := ibanUA(serial * 104729)
		rest := 0
		for _, r := range iban[4:] + "3010" + iban[2:4] {
			rest = (rest*10 + int(r-'0')) % 97
		}
		if len(iban) != 29 || rest != 1 {
			t.Fatal("an IBAN does not hold")
		}
	}
}

func TestPermuteIsABijection(t *testing.T) {
	for _, size := range []uint64{1, 2, 7, 1000, 4097} {
		seen := map[uint64]bool{}
		for x := range size {
			y := permute(9, 1, x, size)
			if y >= size || seen[y] {
				t.Fatalf("size %d: %d goes to %d", size, x, y)
			}
			seen[y] = true
		}
	}
}
