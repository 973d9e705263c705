package transforms

import (
	"fmt"
	"strings"
	"testing"
)

// A note costs time in proportion to its length, whatever it consists of.
func BenchmarkNote(b *testing.B) {
	for _, c := range [][2]string{
		{"usual", "Клиент просил перезвонить 8 (912) 345-67-89 после 18:00, почта ivan@mail.ru. "},
		{"numbers", "12345678 "},
		{"at", "@"},
		{"mail", "a@b.ru "},
		{"letters@", "аааааааа@"},
		{"plus", "+("},
		{"optout", "не звонить, "},
		{"digits", "7"},
	} {
		for _, n := range []int{1, 64, 512} {
			text := strings.Repeat(c[1], n)
			b.Run(fmt.Sprintf("%s/%d", c[0], n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					Mask(text, Note(text, "RU"))
				}
			})
		}
	}
}
