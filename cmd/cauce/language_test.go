package main

import "testing"

func TestLocale(t *testing.T) {
	for _, c := range []struct {
		all, messages, lang string
		want                string
	}{
		{"", "", "", "en"},
		{"", "", "es_CO.UTF-8", "es"},
		{"", "", "es", "es"},
		{"", "", "es.UTF-8", "es"},
		{"", "", "es@euro", "es"},
		{"", "", "ES-mx", "es"},
		{"", "", "est_EE.UTF-8", "en"},
		{"", "", "fr_FR.UTF-8", "en"},
		{"", "", "C", "en"},
		{"", "", "POSIX", "en"},
		{"", "es_MX", "en_US", "es"},
		{"", "en_US", "es_CO", "en"},
		{"C", "es_CO", "es_CO", "en"},
		{"C.UTF-8", "", "es_CO", "en"},
		{"es_PE", "en_US", "en_US", "es"},
		{"fr_FR", "es_CO", "es_CO", "en"},
	} {
		env := map[string]string{"LC_ALL": c.all, "LC_MESSAGES": c.messages, "LANG": c.lang, "LANGUAGE": "es"}
		if got := locale(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("%v: %s, not %s", c, got, c.want)
		}
	}
}
