package demobank

// Personal and company numbers with right check digits. Rules: the published
// algorithms of the tax and pension services, order 515 of 08.09.1997 for
// account keys, ISO 7064 MOD 97-10 for IBAN, ISO/IEC 7812 for card numbers.

func digits(n uint64, width int) []byte {
	b := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

func weighedSum(b []byte, weights ...int) int {
	s := 0
	for i, w := range weights {
		s += int(b[i]-'0') * w
	}
	return s
}

// innPerson makes a 12-digit INN: tax office (4 digits), serial (6 digits).
func innPerson(office, serial uint64) string {
	b := append(digits(office%10000, 4), digits(serial%1000000, 6)...)
	b = append(b, byte('0'+weighedSum(b, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10))
	b = append(b, byte('0'+weighedSum(b, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10))
	return string(b)
}

// innOrg makes a 10-digit INN.
func innOrg(office, serial uint64) string {
	b := append(digits(office%10000, 4), digits(serial%100000, 5)...)
	return string(append(b, byte('0'+weighedSum(b, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10)))
}

// snils makes 11 digits from a number of nine; plain digits without hyphens.
func snils(n uint64) string {
	b := digits(n, 9)
	s := weighedSum(b, 9, 8, 7, 6, 5, 4, 3, 2, 1)
	if s > 101 {
		s %= 101
	}
	if s >= 100 {
		s = 0
	}
	return string(two(b, s))
}

// ogrn makes a 13-digit OGRN: sign 1, year, region, serial.
func ogrn(year, region int, serial uint64) string {
	n := 1e11 + uint64(year%100)*1e9 + uint64(region%100)*1e7 + serial%1e7
	return string(append(digits(n, 12), byte('0'+n%11%10)))
}

// ogrnip makes a 15-digit OGRNIP.
func ogrnip(year, region int, serial uint64) string {
	n := 3e13 + uint64(year%100)*1e11 + uint64(region%100)*1e9 + serial%1e9
	return string(append(digits(n, 14), byte('0'+n%13%10)))
}

// rnokppSerials is how many numbers one birth day has for each sex.
const rnokppSerials = 5000

// rnokpp makes a Ukrainian personal tax number: birth day, three digits of a
// serial, sex in the ninth digit, check digit.
func rnokpp(born day, serial int, sex byte) string {
	n := uint64(int(born) - int(dayOf(1899, 12, 31)))
	b := append(digits(n, 5), digits(uint64(serial%1000), 3)...)
	odd := serial / 1000 % 5 * 2
	if sex == 'm' {
		odd++
	}
	b = append(b, byte('0'+odd))
	s := weighedSum(b, -1, 5, 7, 9, 4, 6, 10, 5, 7)
	return string(append(b, byte('0'+(s%11+11)%11%10)))
}

// edrpou makes a Ukrainian company number from seven digits.
func edrpou(n uint64) string {
	b := digits(n, 7)
	w := []int{1, 2, 3, 4, 5, 6, 7}
	if n >= 3000000 && n < 6000000 {
		w = []int{7, 1, 2, 3, 4, 5, 6}
	}
	c := weighedSum(b, w...) % 11
	if c == 10 {
		for i := range w {
			w[i] += 2
		}
		c = weighedSum(b, w...) % 11 % 10
	}
	return string(append(b, byte('0'+c)))
}

// unzr makes the Ukrainian register number YYYYMMDD-NNNNC with the MRZ check digit.
func unzr(born day, serial int) string {
	b := append([]byte(born.compact()), digits(uint64(serial%10000), 4)...)
	s := 0
	for i, d := range b {
		s += int(d-'0') * [3]int{7, 3, 1}[i%3]
	}
	return string(b[:8]) + "-" + string(b[8:]) + string(rune('0'+s%10))
}

// bik of the synthetic bank's branches. The third group 525 is the region.
const bik = "044525974"

// accountRU makes a 20-digit account with a right key for the bank's BIK.
// balance is the five-digit balance account, currency the three-digit code.
func accountRU(balance, currency string, serial uint64) string {
	b := append([]byte(balance+currency+"0"), digits(serial, 11)...)
	full := append([]byte(bik[6:]), b...)
	s := 0
	for i, d := range full {
		s += int(d-'0') * [3]int{7, 1, 3}[i%3] % 10
	}
	b[8] = byte('0' + s%10*3%10)
	return string(b)
}

// mfo is the Ukrainian branch's bank code.
const mfo = "399711"

// ibanUA makes a Ukrainian IBAN: UAkk, MFO, the account padded to 19 digits.
func ibanUA(serial uint64) string {
	bban := mfo + string(digits(26200000000000+serial, 19))
	rest := 0
	for _, d := range bban + "301000" { // U=30, A=10, key 00
		rest = (rest*10 + int(d-'0')) % 97
	}
	k := 98 - rest
	return "UA" + string(digits(uint64(k), 2)) + bban
}

// pan makes a card number of 16 digits with a right Luhn digit.
func pan(bin string, serial uint64) string {
	b := append([]byte(bin), digits(serial, 15-len(bin))...)
	return string(append(b, luhn(b)))
}

// luhn gives the check digit of b.
func luhn(b []byte) byte {
	s := 0
	for i := range b {
		d := int(b[len(b)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		s += d
	}
	return byte('0' + (10-s%10)%10)
}
