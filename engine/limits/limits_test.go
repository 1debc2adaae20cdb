package limits_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"

	"cauce/engine/limits"
)

// The numbers once more, from the published table and not from the code.
func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		limit  limits.Limit
		max    int
		source limits.Source
	}{
		{limits.TextBody, 4096, 'M'},
		{limits.DirectSendBody, 1024, 'M'},
		{limits.ButtonBody, 1024, 'M'},
		{limits.LinkBody, 1024, 'M'},
		{limits.ListBody, 4096, 'M'},
		{limits.RequestBody, 1024, 'S'},
		{limits.Header, 60, 'M'},
		{limits.Footer, 60, 'M'},
		{limits.ButtonTitle, 20, 'M'},
		{limits.ButtonID, 256, 'M'},
		{limits.ListButton, 20, 'M'},
		{limits.SectionTitle, 24, 'M'},
		{limits.RowTitle, 24, 'M'},
		{limits.RowDescription, 72, 'M'},
		{limits.RowID, 200, 'M'},
		{limits.LinkTitle, 20, 'M'},
		{limits.FlowTitle, 30, '?'},
		{limits.Caption, 1024, 'S'},
		{limits.CardBody, 160, 'S'},
		{limits.CallbackData, 512, 'S'},
		{limits.TemplateName, 512, 'M'},
		{limits.TemplateHeader, 60, 'M'},
		{limits.TemplateBody, 1024, 'M'},
		{limits.MarketingBody, 550, '?'},
		{limits.TemplateFooter, 60, 'M'},
		{limits.TemplateButton, 25, 'M'},
		{limits.TemplateURL, 2000, 'M'},
		{limits.TemplatePhone, 20, 'M'},
		{limits.TemplateCode, 15, 'M'},
		{limits.QuickReplyPayload, 256, '?'},
	} {
		if c.limit.Max() != c.max || c.limit.Source() != c.source {
			t.Errorf("%s: %d [%c], want %d [%c]", c.limit, c.limit.Max(), c.limit.Source(), c.max, c.source)
		}
	}
	for what, c := range map[string][2]int{
		"reply buttons": {limits.ReplyButtons, 3}, "list sections": {limits.ListSections, 10}, "list rows": {limits.ListRows, 10},
		"contacts": {limits.Contacts, 257}, "carousel cards": {limits.CarouselCards, 10},
		"template buttons": {limits.TemplateButtons, 10}, "links": {limits.TemplateURLButtons, 2}, "phones": {limits.TemplatePhoneButtons, 1},
		"templates": {limits.Templates, 250}, "templates of the verified": {limits.VerifiedTemplates, 6000},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %d, want %d", what, c[0], c[1])
		}
	}
}

func TestTableIsWhole(t *testing.T) {
	if _, err := time.Parse(time.DateOnly, limits.Dated); err != nil {
		t.Errorf("Dated is no day: %v", err)
	}
	names := map[string]limits.Limit{}
	for _, l := range limits.All() {
		if l.Max() < 1 || l.String() == "" || !strings.ContainsRune("MS?", rune(l.Source())) {
			t.Errorf("limit %d: %q, %d, %q", l, l, l.Max(), l.Source())
		}
		if other, taken := names[l.String()]; taken {
			t.Errorf("limits %d and %d are both %q", other, l, l)
		}
		names[l.String()] = l
	}
	if n := len(limits.All()); n != 30 {
		t.Errorf("%d limits, want 30", n)
	}
	for _, none := range []limits.Limit{0, 200} {
		if none.Max() != 0 || none.Over("a") == limits.Fits || none.Over("") != limits.Fits {
			t.Errorf("limit %d is none, and has %d", none, none.Max())
		}
	}
}

func TestOver(t *testing.T) {
	for _, c := range []struct {
		limit limits.Limit
		text  string
		want  limits.Excess
	}{
		{limits.ButtonTitle, "", limits.Fits},
		{limits.ButtonTitle, strings.Repeat("a", 20), limits.Fits},
		{limits.ButtonTitle, strings.Repeat("a", 21), limits.TooLong},
		{limits.ButtonTitle, strings.Repeat("ñ", 20), limits.Fits}, // 40 bytes
		{limits.ButtonTitle, strings.Repeat("ñ", 21), limits.TooLong},
		{limits.ButtonTitle, strings.Repeat("🤰", 10), limits.Fits},
		{limits.ButtonTitle, strings.Repeat("🤰", 11), limits.Doubtful}, // 11 or 22
		{limits.ButtonTitle, strings.Repeat("🤰", 20), limits.Doubtful},
		{limits.ButtonTitle, strings.Repeat("🤰", 21), limits.TooLong},
		{limits.ButtonTitle, strings.Repeat("करें", 5), limits.Fits},
		{limits.ButtonTitle, strings.Repeat("करें", 5) + "।", limits.TooLong},
		{limits.TextBody, strings.Repeat("a", 4096), limits.Fits},
		{limits.TextBody, strings.Repeat("a", 4097), limits.TooLong},
		{limits.QuickReplyPayload, strings.Repeat("a", 256), limits.Fits},
		{limits.QuickReplyPayload, strings.Repeat("a", 257), limits.Doubtful}, // [?] never fails
		{limits.MarketingBody, strings.Repeat("a", 9999), limits.Doubtful},
	} {
		if got := c.limit.Over(c.text); got != c.want {
			t.Errorf("%s, %d bytes of %.4q: %s, want %s", c.limit, len(c.text), c.text, got, c.want)
		}
	}
	for want, e := range map[string]limits.Excess{"fits": limits.Fits, "doubtful": limits.Doubtful, "too long": limits.TooLong} {
		if e.String() != want {
			t.Errorf("%d is %q, want %q", e, e, want)
		}
	}
}

func TestLength(t *testing.T) {
	for text, want := range map[string][2]int{
		"": {0, 0}, "hola": {4, 4}, "ñandú": {5, 5}, "👍": {1, 2}, "👍🏽": {2, 4}, "🇨🇴": {2, 4}, "बंद": {3, 3}, "a\xffb": {3, 3}, "\xf0\x9f\x91": {3, 3},
	} {
		if c, u := limits.Length(text); c != want[0] || u != want[1] {
			t.Errorf("Length(%q) = %d, %d, want %v", text, c, u, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		c, u := limits.Length(s)
		if wantC, wantU := len([]rune(s)), len(utf16.Encode([]rune(s))); c != wantC || u != wantU {
			t.Fatalf("Length(%q) = %d, %d, want %d, %d", s, c, u, wantC, wantU)
		}
		l := rapid.SampledFrom(limits.All()).Draw(t, "limit")
		if l.Over(s) != l.OverLengths(c, u) {
			t.Fatalf("%s: Over(%q) is %s, by its lengths %s", l, s, l.Over(s), l.OverLengths(c, u))
		}
	})
}
