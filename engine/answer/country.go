package answer

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed zones.tsv
var zonesTSV string

// countries parses zones.tsv once, when first needed.
var countries = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(zonesTSV) {
		country, zones, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(country, "#") {
			continue
		}
		for zone := range strings.FieldsSeq(zones) {
			m[zone] = country
		}
	}
	return m
})

// Country returns the ISO 3166 country of an IANA time zone ("America/Bogota" is
// "CO"), and "" for a zone of no country ("UTC") or that nobody knows.
func Country(timezone string) string { return countries()[timezone] }

// CountryOf returns the ISO 3166 country that a BCP-47 tag names ("es-CO" is
// "CO"), and "" for a tag that names none ("es", "es-419").
func CountryOf(tag string) string {
	_, country := subtags(tag)
	return strings.ToUpper(country)
}
