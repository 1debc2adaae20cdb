// Package sensitive says whether a text carries, or asks for, a card number, a
// bank account or an identity number.
//
// Find reads what people write. It returns where in the text such numbers
// stand, so that Redact can take them out before anything is stored or logged:
//
//	Find("my card is 4242 4242 4242 4242")   card, rule card-luhn
//	Find("mi cédula es 1020304050")          national_id, rule cedula
//	Find("llámame al 300 123 4567")          nothing: a phone
//	Find("card ending 4242")                 nothing: four digits are fine
//
// Asks reads what authors write, for WhatsApp's policy forbids asking for
// full-length identifiers:
//
//	Asks("Send us your card number", "en")           card
//	Asks("Never send your card number", "en")        nothing
//	Asks("The last four digits of your card?", "en") nothing
//
// How Find decides (LANGUAGE says what follows from it): it splits the text into
// words, codes and numbers with their separators (scan.go), marks the words that
// tell what a number is (context.go), and lets these claim, in order, never
// looking twice at what one has claimed:
//
//  1. IBANs: country, length, structure, mod 97 (iban.go);
//  2. numbers within about four words of a word that says what they are, unless
//     a word nearer says phone, order, price … (numbers.go, classes.tsv,
//     words.tsv);
//  3. cards: issuer's range and Luhn (card.go);
//  4. identity and account numbers whose shape and check digits are enough by
//     themselves (layouts.tsv, codes.go).
//
// Everything is pure, linear in the length of the text whatever it holds, and
// safe for concurrent use. The vocabulary was not reviewed by native speakers.
package sensitive

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// A Kind is what a number is, or what a prompt asks for.
type Kind uint8

const (
	None        Kind = iota
	Card             // a payment card's number; in a prompt its expiry or CVV, too
	IBAN             // an international bank account number
	NationalID       // a number a state gave a person: identity, tax, passport
	BankAccount      // a national bank account number
	Secret           // a PIN, a password, a one-time code; only Asks returns it
)

// String returns "none", "card", "iban", "national_id", "bank_account" or
// "secret".
func (k Kind) String() string {
	switch k {
	case Card:
		return "card"
	case IBAN:
		return "iban"
	case NationalID:
		return "national_id"
	case BankAccount:
		return "bank_account"
	case Secret:
		return "secret"
	}
	return "none"
}

// kindNamed is String's inverse for the tables of this package.
func kindNamed(s string) Kind {
	for k := Card; k <= Secret; k++ {
		if k.String() == s {
			return k
		}
	}
	return None
}

// A Span is one sensitive number in a text.
type Span struct {
	Kind Kind

	// From and To are the byte offsets of the number in the text as it was
	// given: text[From:To], never splitting a character.
	From, To int

	// Last4 are the last four letters or digits, as ASCII capitals. A kind and
	// these are all that may be kept.
	Last4 string

	// Rule names what decided: an entry of classes.tsv, layouts.tsv or
	// codes.go, "iban", "card-luhn".
	Rule string

	// Word is the word of the text that told, normalised; empty where the number
	// told by itself.
	Word string
}

// An Expected is what the open question asks for.
type Expected uint8

const (
	Anything Expected = iota
	Phone             // a phone number
	Date              // a date
)

// Options is what is known besides the text. The zero value is fine.
type Options struct {
	// Country is the flow's country (ISO 3166, two capitals), if it has one: a
	// number that is a phone there needs a word right beside it to be an
	// identity number.
	Country string

	// Expects is what the open question asks for. A number that can be one is no
	// identity or account number unless a word right beside it says so; a card or
	// IBAN whose checksum holds still is.
	Expects Expected
}

// fewestDigits is how many digits the shortest number that is told of has;
// a code may have fewer.
const (
	fewestDigits  = 6
	fewestInCodes = 4
)

// Find returns the sensitive numbers of text in their order; none overlap.
func Find(text string, o Options) []Span {
	if !hasDigits(text, fewestInCodes) {
		return nil
	}
	f := &finder{text: text, options: o}
	f.atoms = scan(text)
	f.hits = findWords(f)
	f.claimed = make([]bool, len(f.atoms))
	f.claimIBANs()
	runs := f.runs()
	for _, r := range runs {
		f.claimTold(r)
	}
	f.claimToldCodes()
	for _, r := range runs {
		f.claimCards(r)
	}
	for _, r := range runs {
		f.claimLayouts(r)
	}
	f.claimCodes()
	slices.SortFunc(f.found, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	return f.found
}

// A finder is one call of Find.
type finder struct {
	text    string
	options Options
	atoms   []atom
	hits    hits
	claimed []bool // atoms that a span holds
	found   []Span
}

// claim records atoms i to j (j not included) as one number.
func (f *finder) claim(i, j int, s Span) {
	s.From, s.To = f.atoms[i].from, f.atoms[j-1].to
	s.Last4 = f.lastFour(i, j)
	for k := i; k < j; k++ {
		f.claimed[k] = true
	}
	f.found = append(f.found, s)
}

// free reports whether nobody has claimed an atom from i to j.
func (f *finder) free(i, j int) bool {
	return !slices.Contains(f.claimed[i:j], true)
}

func (f *finder) lastFour(i, j int) string {
	var last []byte
	for k := j - 1; k >= i && len(last) < 4; k-- {
		c := f.atoms[k].code
		for n := len(c) - 1; n >= 0 && len(last) < 4; n-- {
			last = append(last, c[n])
		}
	}
	slices.Reverse(last)
	return string(last)
}

// hasDigits reports whether text has at least n decimal digits of any script.
// It is the way out for nearly every message.
func hasDigits(text string, n int) bool {
	for i := 0; i < len(text); {
		if b := text[i]; b < utf8.RuneSelf {
			if '0' <= b && b <= '9' {
				n--
			}
			i++
		} else {
			r, size := utf8.DecodeRuneInString(text[i:])
			if _, ok := digitOf(r); ok {
				n--
			}
			i += size
		}
		if n <= 0 {
			return true
		}
	}
	return false
}
