package sensitive

// The functions here take ASCII digits of the right number (their callers see
// to that) and compute what the authority that gives the numbers out publishes.

// luhn: ISO/IEC 7812-1, annex B.
func luhn(d string) bool {
	sum, double := 0, false
	for i := len(d) - 1; i >= 0; i-- {
		n := int(d[i] - '0')
		if double {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
		double = !double
	}
	return sum%10 == 0
}

// mod97 is the rest of s by 97, where A is 10 … Z is 35 (ISO 7064).
func mod97(s string) int {
	rest := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest
}

// weighted is the sum of digits by weights.
func weighted(d string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += int(d[i]-'0') * w
	}
	return sum
}

// alike reports whether all characters are the same one.
func alike(d string) bool {
	for i := 1; i < len(d); i++ {
		if d[i] != d[0] {
			return false
		}
	}
	return true
}

func digit(d string, i int) int { return int(d[i] - '0') }

// two is the number of the two digits at i.
func two(d string, i int) int { return digit(d, i)*10 + digit(d, i+1) }

// isDay reports whether there is such a day in some year.
func isDay(month, day int) bool {
	switch month {
	case 2:
		return 1 <= day && day <= 29
	case 4, 6, 9, 11:
		return 1 <= day && day <= 30
	}
	return 1 <= month && month <= 12 && 1 <= day && day <= 31
}

// Verhoeff's tables: multiplication in the dihedral group D5, and the powers of
// his permutation.
var (
	verhoeffTimes = [10]string{"0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"}
	verhoeffTurn  = [8]string{"0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"}
)

func verhoeff(d string) bool {
	c := 0
	for i := range len(d) {
		turned := verhoeffTurn[i%8][digit(d, len(d)-1-i)]
		c = digit(verhoeffTimes[c], int(turned-'0'))
	}
	return c == 0
}

// isAadhaar: UIDAI; 12 digits, the first 2 to 9, no palindrome.
func isAadhaar(d string) bool {
	palindrome := true
	for i := range 6 {
		palindrome = palindrome && d[i] == d[11-i]
	}
	return d[0] >= '2' && !palindrome && verhoeff(d)
}

// isCPF: Receita Federal; two digits mod 11.
func isCPF(d string) bool {
	return !alike(d) && digit(d, 9) == weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10 &&
		digit(d, 10) == weighted(d, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10
}

func isCNPJ(d string) bool {
	return !alike(d) && digit(d, 12) == weighted(d, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10 &&
		digit(d, 13) == weighted(d, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10
}

// isCUIT: AFIP; a prefix for people or companies, then mod 11.
func isCUIT(d string) bool {
	switch two(d, 0) {
	case 20, 23, 24, 25, 26, 27, 30, 33, 34:
	default:
		return false
	}
	check := 11 - weighted(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11
	return check%11 == digit(d, 10)
}

// isCBU: BCRA; a digit for bank and branch, one for the account.
func isCBU(d string) bool {
	return !alike(d) && (weighted(d, 7, 1, 3, 9, 7, 1, 3)+digit(d, 7))%10 == 0 &&
		(weighted(d[8:], 3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3)+digit(d, 21))%10 == 0
}

// isCLABE: Banxico; weights 3 7 1, each product mod 10 (the sum mod 10 is the
// same), and a bank's code in front.
func isCLABE(d string) bool {
	bank := digit(d, 0)*100 + two(d, 1)
	if !(2 <= bank && bank <= 168 || 600 <= bank && bank <= 729 || 901 <= bank && bank <= 903) {
		return false
	}
	sum := weighted(d, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7)
	return (sum+digit(d, 17))%10 == 0
}

// isABA: American Bankers Association; weights 3 7 1, a Federal Reserve prefix.
func isABA(d string) bool {
	p := two(d, 0)
	return (p <= 12 && !alike(d) || 21 <= p && p <= 32 || 61 <= p && p <= 72 || p == 80) &&
		weighted(d, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0
}

// isSSN: Social Security Administration; no check digit, numbers never given.
func isSSN(d string) bool {
	return d[:3] != "000" && d[:3] != "666" && d[0] != '9' && d[3:5] != "00" && d[5:] != "0000"
}

// rutDigit is the character that ends a Chilean RUT: mod 11, ten is K.
func rutDigit(d string) byte {
	sum, w := 0, 2
	for i := len(d) - 1; i >= 0; i-- {
		sum += digit(d, i) * w
		if w++; w > 7 {
			w = 2
		}
	}
	return "0K987654321"[sum%11]
}

func isRUT(s string) bool {
	n := len(s) - 1
	return !alike(s[:n]) && rutDigit(s[:n]) == s[n]
}

// isNIT: DIAN; nine digits (ten for people) and one more, mod 11.
func isNIT(d string) bool {
	primes := [...]int{3, 7, 13, 17, 19, 23, 29, 37, 41, 43}
	n := len(d) - 1
	sum := 0
	for i := range n {
		sum += digit(d, n-1-i) * primes[i]
	}
	rest := sum % 11
	if rest > 1 {
		rest = 11 - rest
	}
	return !alike(d) && digit(d, n) == rest
}

// isDNI: Spain's letter, the number mod 23. A foreigner's X Y Z count 0 1 2.
func isDNI(s string) bool {
	n := 0
	for i := range 8 {
		c := s[i]
		if i == 0 && 'X' <= c && c <= 'Z' {
			c -= 'X' - '0'
		}
		if c < '0' || c > '9' {
			return false
		}
		n = n*10 + int(c-'0')
	}
	return s[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[n%23]
}

// isZA: South Africa's Department of Home Affairs; a day of birth, citizenship 0
// to 2, an 8 or a 9, Luhn.
func isZA(d string) bool {
	return isDay(two(d, 2), two(d, 4)) && d[10] <= '2' && d[11] >= '8' && luhn(d)
}

// isNIK: Indonesia's Dukcapil; province, regency and district, the day of birth
// (women's plus 40), and a serial number.
func isNIK(d string) bool {
	switch p := two(d, 0); {
	case 11 <= p && p <= 21, 31 <= p && p <= 36, 51 <= p && p <= 53, 61 <= p && p <= 65,
		71 <= p && p <= 76, p == 81, p == 82, 91 <= p && p <= 97:
	default:
		return false
	}
	regency, day := two(d, 2), two(d, 6)
	if day > 40 {
		day -= 40
	}
	return (1 <= regency && regency <= 31 || 71 <= regency && regency <= 79) && two(d, 4) > 0 &&
		isDay(two(d, 8), day) && d[12:] != "0000"
}

// isBareNIK is isNIK for a number that no word announces: serials are counted
// each day anew in each district, and are low.
func isBareNIK(d string) bool { return isNIK(d) && d[12] == '0' }

// isTCKN: Türkiye's Nüfus; two check digits.
func isTCKN(d string) bool {
	odd := digit(d, 0) + digit(d, 2) + digit(d, 4) + digit(d, 6) + digit(d, 8)
	even := digit(d, 1) + digit(d, 3) + digit(d, 5) + digit(d, 7)
	return d[0] != '0' && ((odd*7-even)%10+10)%10 == digit(d, 9) && (odd+even+digit(d, 9))%10 == digit(d, 10)
}

// isCedulaEC: Ecuador's Registro Civil; province, Luhn over the first nine.
func isCedulaEC(d string) bool {
	p := two(d, 0)
	return (1 <= p && p <= 24 || p == 30) && d[2] < '6' && luhn(d)
}

// isCNIC: Pakistan's NADRA; no check digit, a province 1 to 7 in front.
func isCNIC(d string) bool { return '1' <= d[0] && d[0] <= '7' && !alike(d[:12]) }

// isEgyptian: a century, a day of birth, a governorate.
func isEgyptian(d string) bool {
	g := two(d, 7)
	return (d[0] == '2' || d[0] == '3') && isDay(two(d, 3), two(d, 5)) &&
		(1 <= g && g <= 4 || 11 <= g && g <= 19 || 21 <= g && g <= 29 || 31 <= g && g <= 35 || g == 88)
}

// isChinese: GB 11643; region, day of birth, ISO 7064 mod 11-2, ten is X.
func isChinese(s string) bool {
	sum := 0
	for i := range 17 {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += digit(s, i) * (1 << (17 - i) % 11)
	}
	return s[0] != '0' && (s[6:8] == "19" || s[6:8] == "20") && isDay(two(s, 10), two(s, 12)) &&
		s[17] == "10X98765432"[sum%11]
}

// isNIDA: Tanzania; a day of birth, a ward, a serial number.
func isNIDA(d string) bool {
	return (d[:2] == "19" || d[:2] == "20") && isDay(two(d, 4), two(d, 6))
}

// isNIR: France's INSEE; sex, year, month (or a code above), and 97 minus the
// rest by 97.
func isNIR(d string) bool {
	month := two(d, 3)
	return (d[0] == '1' || d[0] == '2') && (1 <= month && month <= 12 || 20 <= month && month <= 42) &&
		97-mod97(d[:13]) == two(d, 13)
}

// isSNILS: Russia's pension fund; weights 9 to 1, mod 101.
func isSNILS(d string) bool {
	return !alike(d) && weighted(d, 9, 8, 7, 6, 5, 4, 3, 2, 1)%101%100 == two(d, 9)
}

// isINN: Russia's tax number; ten digits for companies, twelve for people.
func isINN(d string) bool {
	if len(d) == 10 {
		return weighted(d, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == digit(d, 9)
	}
	return weighted(d, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == digit(d, 10) &&
		weighted(d, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == digit(d, 11)
}

// isKorean and isMalaysian begin with a day of birth.
func isKorean(d string) bool {
	return isDay(two(d, 2), two(d, 4)) && '1' <= d[6] && d[6] <= '8'
}
func isMalaysian(d string) bool { return isDay(two(d, 2), two(d, 4)) && d[6:8] != "00" }

// isThai: mod 11 over the first twelve.
func isThai(d string) bool {
	sum := weighted(d, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)
	return d[0] != '0' && (11-sum%11)%10 == digit(d, 12)
}

// isEmirati: ISO 3166's number of the country, the year of birth, Luhn.
func isEmirati(d string) bool {
	return d[:3] == "784" && (d[3:5] == "19" || d[3:5] == "20") && luhn(d)
}

// isLuhnCedula is the Dominican cédula: Luhn.
func isLuhnCedula(d string) bool { return !alike(d) && luhn(d) }

// isCURP: Mexico's RENAPO; the last digit weighs the seventeen before it.
func isCURP(s string) bool {
	sum := 0
	for i := range 17 {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			if v = int(s[i]-'A') + 10; s[i] > 'N' {
				v++ // Ñ stands between
			}
		}
		sum += v * (18 - i)
	}
	return isDay(two(s, 6), two(s, 8)) && (10-sum%10)%10 == int(s[17]-'0')
}

// isRFC: Mexico's SAT; only the day is looked at, for its check digit fails for
// one real number in seventy.
func isRFC(s string) bool {
	n := len(s) - 9
	return isDay(two(s, n+2), two(s, n+4))
}

// isFiscal: Italy's Agenzia delle Entrate; odd places are looked up, even ones
// count, mod 26.
func isFiscal(s string) bool {
	const odd = "\x01\x00\x05\x07\x09\x0d\x0f\x11\x13\x15\x02\x04\x12\x14\x0b\x03\x06\x08\x0c\x0e\x10\x0a\x16\x19\x18\x17"
	sum := 0
	for i := range 15 {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i] - 'A')
		}
		if i%2 == 0 {
			v = int(odd[v])
		}
		sum += v
	}
	return s[15] == byte('A'+sum%26)
}

// isNINO: HMRC; prefixes never given.
func isNINO(s string) bool {
	switch s[:2] {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	for i, c := range []byte(s[:2]) {
		switch c {
		case 'D', 'F', 'I', 'Q', 'U', 'V':
			return false
		case 'O':
			if i == 1 {
				return false
			}
		}
	}
	return 'A' <= s[8] && s[8] <= 'D'
}

// isPAN: India's income tax department; the fourth letter is the holder's kind.
func isPAN(s string) bool {
	switch s[3] {
	case 'A', 'B', 'C', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'P', 'T':
		return true
	}
	return false
}
