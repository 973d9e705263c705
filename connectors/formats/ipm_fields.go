package formats

// The data elements of Mastercard IPM messages, as data.
//
// The layout is restated from adelosa/cardutil (src/cardutil/config.py):
//
//	MIT License
//
//	Copyright (c) 2019-2025 Anthony Delosa
//
//	Permission is hereby granted, free of charge, to any person obtaining a copy
//	of this software and associated documentation files (the "Software"), to deal
//	in the Software without restriction, including without limitation the rights
//	to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
//	copies of the Software, and to permit persons to whom the Software is
//	furnished to do so, subject to the following conditions:
//
//	The above copyright notice and this permission notice shall be included in all
//	copies or substantial portions of the Software.
//
//	THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
//	IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
//	FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
//	AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
//	LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
//	OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
//	SOFTWARE.
//
// DE 35, 36, 45 and 52 are not part of that layout. Their lengths are those of
// ISO 8583:1987; they are known here only so that they can be refused: a track
// or a PIN block is blanked and never delivered.

// ipmKind says how long an element is.
type ipmKind uint8

const (
	ipmNone   ipmKind = iota // the element is not in the table: its length is unknown
	ipmFixed                 // length bytes
	ipmLL                    // two digits of length, then the value
	ipmLLL                   // three digits of length, then the value
	ipmBitmap                // second half of the bitmap: no bytes among the elements
)

// ipmUse says what the reader does with an element beside delivering it.
type ipmUse uint8

const (
	ipmText    ipmUse = iota // text; card numbers are looked for and masked
	ipmDigits                // must be digits; holds no card number
	ipmCode                  // codes and identifiers that hold no card number
	ipmPAN                   // the card number
	ipmPlace                 // DE43
	ipmPDS                   // carrier of PDS
	ipmICC                   // DE55, raw binary
	ipmRefused               // blanked, not delivered
)

// ipmElement is one row of the table.
type ipmElement struct {
	de     int
	kind   ipmKind
	length int // of a fixed element; the longest allowed value of a variable one, 0 = as its prefix says
	use    ipmUse
	column string // where it goes; "" = handled by its use
	title  string
}

var ipmElements = [...]ipmElement{
	{1, ipmBitmap, 8, ipmCode, "", "Bitmap, secondary"},
	{2, ipmLL, 19, ipmPAN, "pan", "PAN"},
	{3, ipmFixed, 6, ipmDigits, "processing_code", "Processing code"},
	{4, ipmFixed, 12, ipmDigits, "amount", "Amount, transaction"},
	{5, ipmFixed, 12, ipmDigits, "reconciliation_amount", "Amount, reconciliation"},
	{6, ipmFixed, 12, ipmDigits, "billing_amount", "Amount, cardholder billing"},
	{9, ipmFixed, 8, ipmDigits, "reconciliation_rate", "Conversion rate, reconciliation"},
	{10, ipmFixed, 8, ipmDigits, "billing_rate", "Conversion rate, cardholder billing"},
	{12, ipmFixed, 12, ipmDigits, "local_time", "Date/time, local transaction (YYMMDDhhmmss, no zone)"},
	{14, ipmFixed, 4, ipmCode, "expiry", "Expiration date (YYMM)"},
	{22, ipmFixed, 12, ipmCode, "pos_data_code", "Point of service data code"},
	{23, ipmFixed, 3, ipmCode, "card_sequence", "Card sequence number"},
	{24, ipmFixed, 3, ipmDigits, "function_code", "Function code"},
	{25, ipmFixed, 4, ipmCode, "reason_code", "Message reason code"},
	{26, ipmFixed, 4, ipmCode, "mcc", "Card acceptor business code"},
	{30, ipmFixed, 24, ipmCode, "original_amounts", "Amounts, original"},
	{31, ipmLL, 23, ipmCode, "arn", "Acquirer reference data"},
	{32, ipmLL, 0, ipmCode, "acquirer_id", "Acquiring institution id code"},
	{33, ipmLL, 0, ipmCode, "forwarder_id", "Forwarding institution id code"},
	{35, ipmLL, 37, ipmRefused, "", "Track 2 data"},
	{36, ipmLLL, 104, ipmRefused, "", "Track 3 data"},
	{37, ipmFixed, 12, ipmCode, "rrn", "Retrieval reference number"},
	{38, ipmFixed, 6, ipmCode, "approval_code", "Approval code"},
	{40, ipmFixed, 3, ipmCode, "service_code", "Service code"},
	{41, ipmFixed, 8, ipmCode, "terminal_id", "Card acceptor terminal id"},
	{42, ipmFixed, 15, ipmCode, "merchant_id", "Card acceptor id"},
	{43, ipmLL, 0, ipmPlace, "", "Card acceptor name/location"},
	{45, ipmLL, 76, ipmRefused, "", "Track 1 data"},
	{48, ipmLLL, 0, ipmPDS, "", "Additional data"},
	{49, ipmFixed, 3, ipmCode, "currency", "Currency code, transaction"},
	{50, ipmFixed, 3, ipmCode, "reconciliation_currency", "Currency code, reconciliation"},
	{51, ipmFixed, 3, ipmCode, "billing_currency", "Currency code, cardholder billing"},
	{52, ipmFixed, 8, ipmRefused, "", "PIN data"},
	{54, ipmLLL, 0, ipmCode, "additional_amounts", "Amounts, additional"},
	{55, ipmLLL, 255, ipmICC, "icc_data", "ICC system related data (hexadecimal)"},
	{62, ipmLLL, 0, ipmPDS, "", "Additional data 2"},
	{63, ipmLLL, 16, ipmCode, "lifecycle_id", "Transaction lifecycle id"},
	{71, ipmFixed, 8, ipmDigits, "message_number", "Message number"},
	{72, ipmLLL, 0, ipmText, "data_record", "Data record"},
	{73, ipmFixed, 6, ipmDigits, "action_date", "Date, action (YYMMDD)"},
	{93, ipmLL, 0, ipmCode, "destination_id", "Transaction destination institution id"},
	{94, ipmLL, 0, ipmCode, "originator_id", "Transaction originator institution id"},
	{95, ipmLL, 10, ipmCode, "issuer_reference", "Card issuer reference data"},
	{100, ipmLL, 11, ipmCode, "receiver_id", "Receiving institution id"},
	{105, ipmLLL, 0, ipmText, "multi_use_id", "Multi-use transaction identification data"},
	{111, ipmLLL, 0, ipmText, "currency_assignment", "Amount, currency conversion assignment"},
	{123, ipmLLL, 0, ipmPDS, "", "Additional data 3"},
	{124, ipmLLL, 0, ipmPDS, "", "Additional data 4"},
	{125, ipmLLL, 0, ipmPDS, "", "Additional data 5"},
	{127, ipmLLL, 0, ipmText, "network_data", "Network data"},
}

// ipmTable is ipmElements by element number.
var ipmTable = func() (t [129]ipmElement) {
	for _, e := range ipmElements {
		t[e.de] = e
	}
	return t
}()

// IPMColumns are the columns of an IPM row, in order, the same for every
// file. The builder adds "pan#token".
func IPMColumns() []string {
	out := []string{"mti", "function_code", "pan"}
	seen := map[string]bool{}
	for _, c := range out {
		seen[c] = true
	}
	for _, e := range ipmElements {
		switch {
		case e.de == 43:
			out = append(out, "merchant_name", "merchant_address", "merchant_city", "merchant_postcode", "merchant_state", "merchant_country")
		case e.column != "" && !seen[e.column]:
			out = append(out, e.column)
			seen[e.column] = true
		}
		if e.de == 4 {
			out = append(out, "amount_exponent", "signed_amount")
		}
	}
	return append(out, "reversal", "pds", "file_id")
}
