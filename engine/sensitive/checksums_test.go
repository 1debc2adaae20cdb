package sensitive

import (
	"strings"
	"testing"

	"cauce/engine/words"
)

// Examples that their authorities or banks publish, and others computed apart
// from this package.
func TestChecksums(t *testing.T) {
	for _, c := range []struct {
		name  string
		holds func(string) bool
		good  string
		bad   string
	}{
		{"luhn", luhn, "4111111111111111 378282246310005 6011111111111117 30569309025904 79927398713", "4111111111111112 79927398710"},
		{"verhoeff", verhoeff, "2363 234123412346 456123789011", "2364 234123412364"},
		{"aadhaar", isAadhaar, "234123412346 456123789011", "134123412346 234123412347 222222222222"},
		{"cpf", isCPF, "52998224725 11144477735 22233366638", "52998224726 11111111111 52998224752"},
		{"cnpj", isCNPJ, "11222333000181", "11222333000182 00000000000000"},
		{"cuit", isCUIT, "20123456786 27123456780", "20123456785 28123456786"},
		{"cbu", isCBU, "2850590940090418135201", "2850590940090418135202 2850590840090418135201"},
		{"clabe", isCLABE, "032180000118359719 072180001234567897", "032180000118359718 999180000118359719"},
		{"aba", isABA, "021000021 011401533 091000019", "021000022 991000021 000000000"},
		{"ssn", isSSN, "123456789 001010001", "000456789 666456789 900456789 123006789 123450000"},
		{"rut", isRUT, "123456785 76543216 10000013K", "123456784 111111111"},
		{"nit", isNIT, "2131234321 8600029644 9001234568", "2131234322"},
		{"dni", isDNI, "12345678Z X1234567L Y0000000Z", "12345678A X1234567M A1234567L"},
		{"za", isZA, "8001015009087 7503305044089 7802215432081", "8001015009088 8013015009087 8001325009087"},
		{"nik", isNIK, "3171011708450001 3171015708450001", "9971011708450001 3171013208450001 3171011713450001 3171011708450000"},
		{"tckn", isTCKN, "10000000146", "10000000147 00000000146"},
		{"cedula-ec", isCedulaEC, "1714307103", "1714307104 2514307103 1774307103"},
		{"cnic", isCNIC, "3420108912318", "8420108912318 0420108912318"},
		{"egyptian", isEgyptian, "29001012101234", "19001012101234 29013012101234 29001019901234"},
		{"chinese", isChinese, "11010519491231002X", "110105194912310021"},
		{"nida", isNIDA, "19900101123450000123", "19901301123450000123"},
		{"nir", isNIR, "255081416802538 180126955222380", "255081416802539 355081416802538"},
		{"snils", isSNILS, "11223344595", "11223344596"},
		{"inn", isINN, "7707083893 500100732259", "7707083894 500100732258"},
		{"korean", isKorean, "9001011234567", "9013011234567 9001019234567"},
		{"malaysian", isMalaysian, "900101145678", "901301145678 900101005678"},
		{"thai", isThai, "1101700230708", "1101700230709"},
		{"emirati", isEmirati, "784198400000000", "784198400000001 785198400000000"},
		{"luhn-cedula", isLuhnCedula, "00113918205", "00113918206"},
		{"curp", isCURP, "HEGG560427MVZRRL04", "HEGG560427MVZRRL05 HEGG561327MVZRRL04"},
		{"rfc", isRFC, "GODE561231GR8 ABC680524P76", "GODE561331GR8"},
		{"fiscal", isFiscal, "RSSMRA85T10A562S", "RSSMRA85T10A562T"},
		{"nino", isNINO, "AB123456C JG103759A", "QQ123456C GB123456C AO123456C AB123456E"},
		{"pan", isPAN, "ABCPE1234F", "ABCDE1234F"},
		{"iban", isIBAN, "GB82WEST12345698765432 DE89370400440532013000 NO9386011117947 MT84MALT011000012345MTLCAST001S BR1800360305000010009795493C1 IL620108000000099999999 TL380080012345678910157", "GB82WEST12345698765433 DE8937040044053201300 ZZ89370400440532013000 DEX9370400440532013000 GB821EST12345698765432"},
	} {
		for n := range strings.FieldsSeq(c.good) {
			if !c.holds(n) {
				t.Errorf("%s: %s holds", c.name, n)
			}
		}
		for n := range strings.FieldsSeq(c.bad) {
			if c.holds(n) {
				t.Errorf("%s: %s does not hold", c.name, n)
			}
		}
	}
}

// Luhn and Verhoeff catch every single slip; Verhoeff every swap of neighbours,
// too.
func TestSlips(t *testing.T) {
	for _, c := range []struct {
		holds func(string) bool
		good  string
		swaps bool
	}{{luhn, "4111111111111111", false}, {verhoeff, "234123412346", true}} {
		for i := range len(c.good) {
			for d := byte('0'); d <= '9'; d++ {
				b := []byte(c.good)
				if b[i] == d {
					continue
				}
				if b[i] = d; c.holds(string(b)) {
					t.Errorf("%s holds like %s", b, c.good)
				}
			}
			if b := []byte(c.good); c.swaps && i > 0 && b[i] != b[i-1] {
				if b[i], b[i-1] = b[i-1], b[i]; c.holds(string(b)) {
					t.Errorf("%s holds like %s", b, c.good)
				}
			}
		}
	}
}

// Every table reads, and every rule that it names exists: reading them panics
// where one does not.
func TestTables(t *testing.T) {
	if n := len(known().classes); n < 40 {
		t.Errorf("%d classes", n)
	}
	if n := len(layouts()); n < 30 {
		t.Errorf("%d layouts", n)
	}
	if n := len(structures()); n < 90 {
		t.Errorf("%d countries have IBANs", n)
	}
	for country, s := range structures() {
		if len(country) != 2 || len(s)+4 > longestIBAN || len(s) < 11 {
			t.Errorf("%s: %d characters", country, len(s)+4)
		}
	}
	if n := len(planList()); n < 50 {
		t.Errorf("%d countries have phones", n)
	}
	tags := map[string]map[role]bool{}
	for _, row := range rows(asksTSV, 3) {
		if tags[row[0]] == nil {
			tags[row[0]] = map[role]bool{}
		}
		tags[row[0]][roleNamed[row[1]]] = true
	}
	if len(tags) != 29 {
		t.Errorf("prompts are known in %d languages", len(tags)-1)
	}
	for tag, roles := range tags {
		for _, r := range []role{asks, negates, numbers, photos, lasts} {
			if tag != "*" && !roles[r] && !tags["*"][r] {
				t.Errorf("%s lacks a role: %b", tag, r)
			}
		}
	}
}

// digitOf agrees with engine/words on every character.
func TestDigitOf(t *testing.T) {
	for r := rune(0); r <= 0x1FFFF; r++ {
		d, ok := digitOf(r)
		if w := wordDigit(r); ok != (w != 0) || ok && d != w {
			t.Fatalf("%U is %c, not %c", r, d, w)
		}
	}
}

// wordDigit is what engine/words takes r for, or 0.
func wordDigit(r rune) byte {
	if r == '🔟' {
		return 0
	}
	s := words.Digits(string(r))
	if len(s) == 1 && '0' <= s[0] && s[0] <= '9' {
		return s[0]
	}
	return 0
}
