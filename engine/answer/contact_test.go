package answer_test

import (
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"

	"cauce/engine/answer"
)

func TestPhone(t *testing.T) {
	for _, c := range []struct{ country, text, want string }{
		{"CO", "300 123 4567", "+573001234567"},
		{"CO", "3001234567", "+573001234567"},
		{"CO", "300-123-4567", "+573001234567"},
		{"CO", "(300) 123 45 67", "+573001234567"},
		{"CO", "300.123.4567", "+573001234567"},
		{"CO", "mi número es 300 123 4567", "+573001234567"},
		{"CO", "Mi número es el 300 123 4567, gracias.", "+573001234567"},
		{"CO", "Cel: 300 123 4567", "+573001234567"},
		{"CO", "*300 123 4567*", "+573001234567"},
		{"CO", "+57 300 123 4567", "+573001234567"},
		{"CO", "+57 (300) 123-4567", "+573001234567"},
		{"CO", "57 300 123 4567", "+573001234567"},
		{"CO", "0057 300 123 4567", "+573001234567"},
		{"CO", "٣٠٠ ١٢٣ ٤٥٦٧", "+573001234567"},
		{"CO", "300 123 4567, sí, 3001234567", "+573001234567"},
		{"CO", "300 123 4567\n+57 300 123 4567", "+573001234567"},
		{"CO", "601 555 0100", "+576015550100"},
		{"CO", "3️⃣0️⃣0️⃣ 123 4567", "+573001234567"},
		{"co", "300 123 4567", "+573001234567"},
		{"CO", "+34 612 34 56 78", "+34612345678"},
		{"", "+57 300 123 4567", "+573001234567"},
		{"", "0034 612 34 56 78", "+34612345678"},
		{"MX", "55 1234 5678", "+525512345678"},
		{"MX", "+52 1 55 1234 5678", "+525512345678"},
		{"AR", "11 2345-6789", "+541123456789"},
		{"BR", "(11) 91234-5678", "+5511912345678"},
		{"BR", "11912345678", "+5511912345678"},
		{"BR", "meu número é 11 91234 5678", "+5511912345678"},
		{"PT", "912 345 678", "+351912345678"},
		{"ES", "612 34 56 78", "+34612345678"},
		{"FR", "06 12 34 56 78", "+33612345678"},
		{"FR", "06.12.34.56.78", "+33612345678"},
		{"FR", "mon numéro est le 06-12-34-56-78", "+33612345678"},
		{"FR", "+33 (0)6 12 34 56 78", "+33612345678"},
		{"US", "(201) 555-0123", "+12015550123"},
		{"US", "my number is 201-555-0123", "+12015550123"},
		{"GB", "07400 123456", "+447400123456"},
		{"IN", "०८१२३४५६७८९", "+918123456789"},
		{"IN", "81234 56789", "+918123456789"},
		{"ZA", "071 123 4567", "+27711234567"},
		{"NG", "0802 123 4567", "+2348021234567"},
		{"KE", "0712 123456", "+254712123456"},

		{"CO", "", ""},
		{"CO", "no tengo", ""},
		{"CO", "300 123", ""},
		{"CO", "300 123 45", ""},
		{"CO", "300 123 4567 8", ""},
		{"CO", "3001234567 3107654321", ""},
		{"CO", "300 123 4567 o 310 765 4321", ""},
		{"CO", "300 123 4567 / 310 765 4321", ""},
		{"CO", "300 123 4567, ext 12", ""},
		{"CO", "300 123 4567, tengo 20 años", ""},
		{"CO", "no es el 300 123 4567", ""},
		{"CO", "antes era 300 123 4567", ""},
		{"CO", "x3001234567", ""},
		{"CO", "3001234567x", ""},
		{"CO", "ana3001234567@correo.co", ""},
		{"CO", "3001234567@correo.co", ""},
		{"CO", "12345", ""},
		{"CO", "123", ""},
		{"CO", "000 000 0000", ""},
		{"CO", "999 999 9999", ""},
		{"CO", "+999 300 123 4567", ""},
		{"CO", "2026-05-03", ""},
		{"CO", "20", ""},
		{"", "300 123 4567", ""},
		{"", "57 300 123 4567", ""},
		{"XX", "300 123 4567", ""},
		{"BR", "não é 11 91234-5678", ""},
		{"FR", "06 12 34 56", ""},
		{"US", "555-0123", ""},
		{"CO", strings.Repeat("3", 4096), ""},
		{"CO", strings.Repeat("300 123 4567 ", 300), ""},
	} {
		if got, ok := answer.Phone(c.text, c.country); got != c.want || ok != (c.want != "") {
			t.Errorf("[%s] %.50q: %q, %t; want %q", c.country, c.text, got, ok, c.want)
		}
	}
}

// A number of any country, as that country writes it, is read back.
func TestPhoneReadsWhatIsWritten(t *testing.T) {
	countries := []string{"CO", "MX", "BR", "PT", "ES", "FR", "US", "GB", "IN", "ZA", "NG", "KE", "PE", "CL", "EC", "GT", "SN", "CI", "MZ", "AO"}
	for _, country := range countries {
		n := phonenumbers.GetExampleNumberForType(country, phonenumbers.MOBILE)
		if n == nil {
			t.Fatalf("%s has no example", country)
		}
		want := phonenumbers.Format(n, phonenumbers.E164)
		for _, form := range []phonenumbers.PhoneNumberFormat{phonenumbers.NATIONAL, phonenumbers.INTERNATIONAL, phonenumbers.E164} {
			text := phonenumbers.Format(n, form)
			if got, ok := answer.Phone(text, country); !ok || got != want {
				t.Errorf("[%s] %q: %q, want %q", country, text, got, want)
			}
		}
	}
}

func TestEmail(t *testing.T) {
	for text, want := range map[string]string{
		"ana@correo.co":                          "ana@correo.co",
		"Ana@Correo.CO":                          "Ana@correo.co",
		" ana@correo.co ":                        "ana@correo.co",
		"ana@correo.co.":                         "ana@correo.co",
		"ana@correo.co!":                         "ana@correo.co",
		"ana@correo.co, gracias":                 "ana@correo.co",
		"(ana@correo.co)":                        "ana@correo.co",
		"<ana@correo.co>":                        "ana@correo.co",
		"\"ana@correo.co\"":                      "ana@correo.co",
		"“ana@correo.co”":                        "ana@correo.co",
		"*ana@correo.co*":                        "ana@correo.co",
		"_ana@correo.co_":                        "ana@correo.co",
		"`ana@correo.co`":                        "ana@correo.co",
		"~ana@correo.co~":                        "ana@correo.co",
		"_ana@correo.co":                         "_ana@correo.co",
		"ana@correo.co 😊":                        "ana@correo.co",
		"ana@correo.co😊":                         "ana@correo.co",
		"mi correo es ana@correo.co":             "ana@correo.co",
		"Mi correo: ana@correo.co":               "ana@correo.co",
		"correo:ana@correo.co":                   "ana@correo.co",
		"mailto:ana@correo.co":                   "ana@correo.co",
		"¿ana@correo.co?":                        "ana@correo.co",
		"ana@correo.co...":                       "ana@correo.co",
		"ana@correo.co ana@correo.co":            "ana@correo.co",
		"ana@correo.co, sí, ana@CORREO.co":       "ana@correo.co",
		"my email is ana@example.com":            "ana@example.com",
		"meu e-mail é ana@exemplo.com.br":        "ana@exemplo.com.br",
		"mon adresse est ana@exemple.fr":         "ana@exemple.fr",
		"ana.perez@correo.co":                    "ana.perez@correo.co",
		"ana+luna@correo.co":                     "ana+luna@correo.co",
		"ana_perez@correo.co":                    "ana_perez@correo.co",
		"ana-perez@correo.co":                    "ana-perez@correo.co",
		"ana%x@correo.co":                        "ana%x@correo.co",
		"ana1985@correo.co":                      "ana1985@correo.co",
		"1985@correo.co":                         "1985@correo.co",
		"a@b.co":                                 "a@b.co",
		"ana@mail.correo.com.co":                 "ana@mail.correo.com.co",
		"ana@mi-correo.org":                      "ana@mi-correo.org",
		"ana@correo.museum":                      "ana@correo.museum",
		"ana@163.com":                            "ana@163.com",
		"ana\u200b@correo.co":                    "ana@correo.co",
		strings.Repeat("a", 64) + "@correo.co":   strings.Repeat("a", 64) + "@correo.co",
		"":                                       "",
		"no tengo":                               "",
		"ana":                                    "",
		"@ana":                                   "",
		"@":                                      "",
		"ana@":                                   "",
		"ana@correo":                             "",
		"ana@localhost":                          "",
		"ana@.co":                                "",
		"ana@correo..co":                         "",
		"ana@-correo.co":                         "",
		"ana@correo-.co":                         "",
		"ana@correo.c":                           "",
		"ana@correo.123":                         "",
		"ana@192.168.0.1":                        "",
		"ana@gmail.con":                          "",
		"ana@hotmail.comm":                       "",
		".ana@correo.co":                         "",
		"ana..perez@correo.co":                   "",
		"ana.@correo.co":                         "",
		"ana@@correo.co":                         "",
		"ana@luna@correo.co":                     "",
		"ana perez@":                             "",
		"ana @ correo.co":                        "",
		"ana arroba correo punto co":             "",
		"ana@correo.co o ana@otro.co":            "",
		"ana@correo.co,ana@otro.co":              "",
		"Ana@correo.co ana@correo.co":            "",
		"ana@correo.co @luna":                    "",
		"maría@correo.co":                        "",
		"ana@correó.co":                          "",
		"ana#1@correo.co":                        "",
		strings.Repeat("a", 65) + "@correo.co":   "",
		"ana@" + strings.Repeat("a", 64) + ".co": "",
		"a@" + strings.Repeat("abc.", 70) + "co": "",
		strings.Repeat("@", 4096):                "",
		strings.Repeat("a@b.co ", 500):           "",
		strings.Repeat("*", 4000) + "@b.co":      "",
		"te escribo desde a@b.co" + strings.Repeat(" y", 20): "",
	} {
		if got, ok := answer.Email(text); got != want || ok != (want != "") {
			t.Errorf("%.60q: %q, %t; want %q", text, got, ok, want)
		}
	}
}

func TestEmailReadsWhatIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.StringMatching(`[a-z0-9][a-z0-9_]{0,8}([.+-][a-z0-9]{1,6}){0,2}`).Draw(t, "local") + "@" +
			rapid.StringMatching(`([a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?\.){1,3}(co|org|com|fr|br|online)`).Draw(t, "domain")
		around := rapid.SampledFrom([][2]string{{"", ""}, {"es ", "."}, {"(", ")"}, {"correo: ", " gracias"}, {"*", "*"}, {"", "!!"}}).Draw(t, "around")
		if got, ok := answer.Email(around[0] + want + around[1]); !ok || got != want {
			t.Fatalf("%q: %q, %t", around[0]+want+around[1], got, ok)
		}
	})
}

func TestCountry(t *testing.T) {
	for zone, want := range map[string]string{
		"America/Bogota": "CO", "America/Mexico_City": "MX", "America/Sao_Paulo": "BR", "Europe/Lisbon": "PT", "Europe/Madrid": "ES",
		"Europe/Paris": "FR", "America/New_York": "US", "Asia/Kolkata": "IN", "Africa/Johannesburg": "ZA", "Africa/Lagos": "NG",
		"America/Panama": "PA", "America/Manaus": "BR", "Asia/Tokyo": "JP", "Europe/Copenhagen": "DK", "Atlantic/Reykjavik": "IS",
		"Asia/Calcutta": "IN", "America/Buenos_Aires": "AR", "US/Eastern": "US", "Iceland": "IS", "Europe/Kiev": "UA",
		"UTC": "", "Etc/GMT+5": "", "": "", "CO": "", "america/bogota": "", "Nowhere/City": "",
	} {
		if got := answer.Country(zone); got != want {
			t.Errorf("Country(%q) = %q, want %q", zone, got, want)
		}
	}
	for tag, want := range map[string]string{
		"es-CO": "CO", "es_CO": "CO", "pt-BR": "BR", "zh-Hant-TW": "TW", "en-gb": "GB", "es": "", "es-419": "", "zh-Hant": "", "": "",
		"ar-u-nu-latn": "", "ar-EG-u-nu-latn": "EG", "x-co": "", "CO": "", "en-12": "",
	} {
		if got := answer.CountryOf(tag); got != want {
			t.Errorf("CountryOf(%q) = %q, want %q", tag, got, want)
		}
	}
}
