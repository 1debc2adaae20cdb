package whatsapp

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/runtime"
	"cauce/runtime/store"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// bodies is where recorded and composed bodies of the wire lie; its README
// says where they come from.
const bodies = "../../testdata/cloudapi"

// received is later than every body.
var received = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func load(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(bodies, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// webhooks are the names of the bodies WhatsApp would post.
func webhooks(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(bodies, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range all {
		if name := filepath.Base(f); !strings.HasPrefix(name, "api-") && !strings.HasPrefix(name, "send-") {
			names = append(names, name)
		}
	}
	if len(names) < 100 {
		t.Fatalf("only %d webhook bodies in %s", len(names), bodies)
	}
	return names
}

// numberOf is the phone number id a body is for: the first it names.
func numberOf(t testing.TB, body []byte) string {
	t.Helper()
	var b struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Metadata struct {
						ID string `json:"phone_number_id"`
					}
				}
			}
		}
	}
	if err := json.Unmarshal(body, &b); err != nil {
		t.Fatal(err)
	}
	if id := b.Entry[0].Changes[0].Value.Metadata.ID; id != "" {
		return id
	}
	return "106540352242922"
}

// summary tells a delivery in lines a person can check against its body.
func summary(d runtime.Delivery) string {
	var b strings.Builder
	for _, m := range d.Messages {
		fmt.Fprintf(&b, "  %s %s from %s %q\n", m.Message.Kind, m.Message.Type, who(m.From), m.Message.Name)
		fmt.Fprintf(&b, "    key %s\n    id %s sent %s\n", m.Key, m.Message.ID, when(m.Message.Sent))
		if m.Message.Text != "" || m.Message.Tap != "" {
			fmt.Fprintf(&b, "    text %q tap %q\n", m.Message.Text, m.Message.Tap)
		}
	}
	for _, s := range d.Statuses {
		fmt.Fprintf(&b, "  status %s reason %q token %q at %s\n    key %s\n    message %s\n", s.State, s.Reason, s.Token, when(s.At), s.Key, s.MessageID)
	}
	for _, n := range d.Notices {
		fmt.Fprintf(&b, "  notice %s\n    key %s\n    %s\n", n.Field, n.Key, n.Shape())
	}
	return b.String()
}

func who(a store.Address) string {
	if !a.Known() {
		return "nobody"
	}
	return fmt.Sprintf("user %q phone %q", a.UserID, a.Phone)
}

func when(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.RFC3339)
}

// Every body, decoded, as a person has read it.
func TestEveryBodyDecodesAsExpected(t *testing.T) {
	var b strings.Builder
	for _, name := range webhooks(t) {
		body := load(t, name)
		fmt.Fprintf(&b, "%s\n%s\n", name, summary(Decode(body, numberOf(t, body), received)))
	}
	golden := filepath.Join("testdata", "decode.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range min(len(g), len(w)) {
			if g[i] != w[i] {
				t.Fatalf("%s:%d: got\n%s\nwant\n%s\n(-update rewrites it)", golden, i+1, g[i], w[i])
			}
		}
		t.Fatalf("%d lines, want %d", len(g), len(w))
	}
}

// A repeat is recognised by its keys, so a body decoded twice must have the
// same ones, each of them, and no two things in it the same one but those that
// WhatsApp itself repeats.
func TestKeysAreTheSameForARepeatAndNobodyElses(t *testing.T) {
	seen := map[string]string{}
	for _, name := range webhooks(t) {
		body := load(t, name)
		number := numberOf(t, body)
		first, again := Decode(body, number, received), Decode(body, number, received.Add(time.Hour))
		var spaced bytes.Buffer
		if err := json.Indent(&spaced, body, " ", "\t"); err != nil {
			t.Fatal(err)
		}
		other := Decode(spaced.Bytes(), number, received)
		if a, b, c := keys(first), keys(again), keys(other); !reflect.DeepEqual(a, b) || !reflect.DeepEqual(a, c) {
			t.Errorf("%s: keys differ between repeats:\n%v\n%v\n%v", name, a, b, c)
		}
		for _, k := range keys(first) {
			if k == "" {
				t.Errorf("%s: something has no key", name)
			}
			// That batch tells of an approval once more.
			if where := seen[k]; strings.Contains(k, "/notice/") && where != "" && where != name && where != "batch-mixed-entries-and-fields.json" {
				t.Errorf("%s and %s have a notice with the same key", name, where)
			}
			seen[k] = name
		}
	}
}

func keys(d runtime.Delivery) []string {
	var out []string
	for _, m := range d.Messages {
		out = append(out, m.Key)
	}
	for _, s := range d.Statuses {
		out = append(out, s.Key)
	}
	for _, n := range d.Notices {
		out = append(out, n.Key)
	}
	return out
}

// change makes a body of one change of the field messages for the number N.
func change(value string) []byte {
	return []byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{` +
		`"messaging_product":"whatsapp","metadata":{"phone_number_id":"N"},` + value + `}}]}]}`)
}

// one decodes the single message of a change.
func one(t *testing.T, value string) runtime.Incoming {
	t.Helper()
	d := Decode(change(value), "N", received)
	if len(d.Messages) != 1 || len(d.Statuses)+len(d.Notices) != 0 {
		t.Fatalf("want one message:\n%s", summary(d))
	}
	return d.Messages[0]
}

func TestOddTimestampsAreNoTime(t *testing.T) {
	day := int64(24 * 60 * 60)
	now := received.Unix()
	for stamp, want := range map[string]int64{
		`"1749416383"`:                 1749416383,
		`1749416383`:                   1749416383, // a number, as preferences have it
		`"1454119029"`:                 1454119029,
		fmt.Sprintf(`"%d"`, now+day):   now + day, // clocks differ
		fmt.Sprintf(`"%d"`, now+day+1): 0,
		`"1749416383000"`:              0, // milliseconds
		`1749416383000`:                0,
		`"-1749416383"`:                0,
		`-1`:                           0,
		`"0"`:                          0,
		`"5"`:                          0,
		`"1230767999"`:                 0, // before there was a WhatsApp
		`"asdf"`:                       0,
		`""`:                           0,
		`"1749416383.5"`:               0,
		`1749416383.5`:                 0,
		`1.749416383e9`:                0,
		`" 1749416383"`:                0,
		`"+1749416383"`:                0,
		`"99999999999999999999999"`:    0,
		`"١٧٤٩٤١٦٣٨٣"`:                 0,
		`null`:                         0,
		`true`:                         0,
		`["1749416383"]`:               0,
		`{"seconds":1749416383}`:       0,
	} {
		var w time.Time
		if want != 0 {
			w = time.Unix(want, 0).UTC()
		}
		m := one(t, `"messages":[{"from":"1","id":"a","type":"text","text":{"body":"hola"},"timestamp":`+stamp+`}]`)
		if m.Message.Sent != w || m.Message.Kind != engine.InText {
			t.Errorf("timestamp %s: %s at %v, want %v", stamp, m.Message.Kind, m.Message.Sent, w)
		}
		s := Decode(change(`"statuses":[{"id":"a","status":"sent","timestamp":`+stamp+`}]`), "N", received).Statuses
		if len(s) != 1 || s[0].At != w {
			t.Errorf("status with timestamp %s: %+v", stamp, s)
		}
	}
	if m := one(t, `"messages":[{"from":"1","id":"a","type":"text","text":{"body":"hola"}}]`); !m.Message.Sent.IsZero() {
		t.Errorf("without timestamp: %v", m.Message.Sent)
	}
}

func TestWhoAMessageIsFrom(t *testing.T) {
	for name, c := range map[string]struct {
		contacts, message string
		want              store.Address
		name              string
	}{
		"phone":                    {`[{"wa_id":"521555","profile":{"name":"Ana"}}]`, `"from":"521555"`, store.Address{Phone: "521555"}, "Ana"},
		"written with a plus":      {`[{"wa_id":"+52 1555","profile":{"name":"Ana"}}]`, `"from":"521555"`, store.Address{Phone: "521555"}, "Ana"},
		"punctuated":               {`[]`, `"from":"+52 (1) 5-5.5"`, store.Address{Phone: "521555"}, ""},
		"a number as a number":     {`[]`, `"from":521555`, store.Address{Phone: "521555"}, ""},
		"both ids":                 {`[]`, `"from":"1","from_user_id":"MX.9"`, store.Address{Phone: "1", UserID: "MX.9"}, ""},
		"linked by the contact":    {`[{"wa_id":"1","user_id":"MX.9","profile":{"name":"Ana"}}]`, `"from":"1"`, store.Address{Phone: "1", UserID: "MX.9"}, "Ana"},
		"linked the other way":     {`[{"wa_id":"1","user_id":"MX.9"}]`, `"from_user_id":"MX.9"`, store.Address{Phone: "1", UserID: "MX.9"}, ""},
		"user id only":             {`[{"user_id":"MX.9"}]`, `"from_user_id":"MX.9"`, store.Address{UserID: "MX.9"}, ""},
		"strayed user id":          {`[{"wa_id":"MX.9","profile":{"name":"Ana"}}]`, `"from":"MX.9"`, store.Address{UserID: "MX.9"}, "Ana"},
		"strayed, and another":     {`[]`, `"from":"MX.9","from_user_id":"MX.8"`, store.Address{UserID: "MX.8"}, ""},
		"odd number":               {`[{"wa_id":"bla","profile":{"name":"Ana"}}]`, `"from":"bla"`, store.Address{Phone: "bla"}, "Ana"},
		"odd user id":              {`[]`, `"from_user_id":"foo_bar"`, store.Address{UserID: "foo_bar"}, ""},
		"empty is absent":          {`[{"wa_id":"","user_id":"MX.9"}]`, `"from":"","from_user_id":"MX.9"`, store.Address{UserID: "MX.9"}, ""},
		"spaces are absent":        {`[]`, `"from":"  "`, store.Address{}, ""},
		"a plus alone is absent":   {`[]`, `"from":" + "`, store.Address{}, ""},
		"parent, for want of more": {`[]`, `"from_parent_user_id":"MX.ENT.7"`, store.Address{UserID: "MX.ENT.7"}, ""},
		"parent beside another":    {`[]`, `"from":"1","from_parent_user_id":"MX.ENT.7"`, store.Address{Phone: "1"}, ""},
		"only contact":             {`[{"wa_id":"1","profile":{"name":"Ana"}}]`, `"x":0`, store.Address{Phone: "1"}, "Ana"},
		"one of two contacts":      {`[{"wa_id":"1"},{"wa_id":"2"}]`, `"x":0`, store.Address{}, ""},
		"nobody at all":            {`[{"profile":{"name":"Ana"}}]`, `"x":0`, store.Address{}, "Ana"},

		"contacts in another order": {`[{"wa_id":"2","user_id":"MX.2","profile":{"name":"Eva"}},{"wa_id":"1","user_id":"MX.1","profile":{"name":"Ana"}}]`,
			`"from":"1"`, store.Address{Phone: "1", UserID: "MX.1"}, "Ana"},
		"found by user id among several": {`[{"wa_id":"2","user_id":"MX.2"},{"wa_id":"1","user_id":"MX.1","profile":{"name":"Ana"}}]`,
			`"from_user_id":"MX.1"`, store.Address{Phone: "1", UserID: "MX.1"}, "Ana"},
		// Two people must never become one because a body is sloppy.
		"somebody else's contact":  {`[{"wa_id":"2","user_id":"MX.2","profile":{"name":"Eva"}}]`, `"from":"1"`, store.Address{Phone: "1"}, ""},
		"no id in common":          {`[{"wa_id":"2","profile":{"name":"Eva"}}]`, `"from_user_id":"MX.1"`, store.Address{UserID: "MX.1"}, ""},
		"same phone, another user": {`[{"wa_id":"1","user_id":"MX.2","profile":{"name":"Eva"}}]`, `"from":"1","from_user_id":"MX.1"`, store.Address{Phone: "1", UserID: "MX.1"}, ""},
		"phone of one, user id of other": {`[{"wa_id":"1","user_id":"MX.1","profile":{"name":"Ana"}},{"wa_id":"2","user_id":"MX.2","profile":{"name":"Eva"}}]`,
			`"from":"1","from_user_id":"MX.2"`, store.Address{Phone: "1", UserID: "MX.2"}, ""},
		// Halves of surrogate pairs all decode to the same letter.
		"an id that is no text":  {`[]`, `"from":"\ud800"`, store.Address{}, ""},
		"an id of control bytes": {`[]`, `"from_user_id":"MX.\u00001"`, store.Address{}, ""},
		"an endless id":          {`[]`, `"from_user_id":"` + strings.Repeat("9", 300) + `"`, store.Address{}, ""},
		"wrong kinds":            {`{"wa_id":"1"}`, `"from":["1"],"from_user_id":{"id":"1"}`, store.Address{}, ""},
		"wrong kinds of contact": {`[null,7,"x",{"wa_id":{},"profile":"Ana","user_id":[]},{"wa_id":"1","profile":{"name":7}}]`, `"from":"1"`, store.Address{Phone: "1"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := one(t, `"messages":[{`+c.message+`,"id":"a","type":"text","text":{"body":"hola"},"timestamp":"1749416383"}],"contacts":`+c.contacts)
			if m.From != c.want || m.Message.Name != c.name {
				t.Errorf("from %s %q, want %s %q", who(m.From), m.Message.Name, who(c.want), c.name)
			}
		})
	}
}

func TestWhatAMessageIsMadeOf(t *testing.T) {
	for message, want := range map[string]engine.Inbound{
		`"type":"text","text":{"body":"hola"}`:                          {Kind: engine.InText, Type: "text", Text: "hola"},
		`"text":{"body":"hola"}`:                                        {Kind: engine.InText, Type: "text", Text: "hola"},
		`"type":null,"text":{"body":"hola"}`:                            {Kind: engine.InText, Type: "text", Text: "hola"},
		`"type":"text","text":{"body":"caf\u00e9 ☕\n"}`:                 {Kind: engine.InText, Type: "text", Text: "café ☕\n"},
		`"type":"text","text":{"body":"\ud83d\udc4d \ud83d"}`:           {Kind: engine.InText, Type: "text", Text: "👍 \ufffd"},
		`"type":"text","text":{"body":"one","body":"two"}`:              {Kind: engine.InText, Type: "text", Text: "two"},
		`"type":"text","text":{"body":""}`:                              {Kind: engine.InOther, Type: "text"},
		`"type":"text","text":{"body":7}`:                               {Kind: engine.InOther, Type: "text"},
		`"type":"text","text":"hola"`:                                   {Kind: engine.InOther, Type: "text"},
		`"type":"text","text":null`:                                     {Kind: engine.InOther, Type: "text"},
		`"type":"text"`:                                                 {Kind: engine.InOther, Type: "text"},
		`"type":"button","button":{"payload":"luna/2/1","text":"Leer"}`: {Kind: engine.InTap, Type: "button", Text: "Leer", Tap: "luna/2/1"},
		`"type":"button","button":{"text":"Salir"}`:                     {Kind: engine.InOther, Type: "button", Text: "Salir"},
		`"type":"button","button":null`:                                 {Kind: engine.InOther, Type: "button"},
		`"type":"interactive"`:                                          {Kind: engine.InOther, Type: "interactive"},
		`"type":"interactive","interactive":[1]`:                        {Kind: engine.InOther, Type: "interactive"},
		`"type":"interactive","interactive":{"type":"button_reply"}`:    {Kind: engine.InOther, Type: "interactive"},
		`"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"id":"x","body":"Sent"}}`: {Kind: engine.InOther, Type: "interactive"},

		`"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"a/1","title":"Sí"}}`:               {Kind: engine.InTap, Type: "interactive", Text: "Sí", Tap: "a/1"},
		`"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"a/1","title":"Sí","description":"x"}}`: {Kind: engine.InTap, Type: "interactive", Text: "Sí", Tap: "a/1"},
		`"type":"interactive","interactive":{"list_reply":{"id":"a/1","title":"Sí"}}`:                                       {Kind: engine.InTap, Type: "interactive", Text: "Sí", Tap: "a/1"},
		`"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":7,"title":"Sí"}}`:                       {Kind: engine.InOther, Type: "interactive", Text: "Sí"},
		`"type":"interactive","interactive":{"type":"nfm_reply","button_reply":{"id":"a/1","title":"Sí"}}`:                  {Kind: engine.InOther, Type: "interactive"},
		`"interactive":{"type":"button_reply","button_reply":{"id":"a/1","title":"Sí"}}`:                                    {Kind: engine.InTap, Type: "interactive", Text: "Sí", Tap: "a/1"},
		`"type":"image","image":{"id":"1","mime_type":"image/jpeg","caption":"mi panza"}`: {
			Kind: engine.InMedia, Type: "image", Text: "mi panza", Carries: engine.MediaOf("1", "image", "image/jpeg", "", "mi panza"),
		},
		`"type":"document","document":{"id":7,"filename":"a\u0000b.pdf"}`: {
			Kind: engine.InMedia, Type: "document", Carries: engine.MediaOf("7", "document", "", "a\x00b.pdf", ""),
		},
		`"type":"audio","audio":{"id":"2","mime_type":"audio/ogg; codecs=opus","voice":true}`: {
			Kind: engine.InMedia, Type: "audio", Carries: engine.MediaOf("2", "audio", "audio/ogg; codecs=opus", "", ""),
		},
		`"type":"voice","voice":{"id":"2"}`:                                {Kind: engine.InMedia, Type: "voice", Carries: engine.MediaOf("2", "voice", "", "", "")},
		`"type":"sticker","sticker":{"id":"3","mime_type":"image/webp"}`:   {Kind: engine.InMedia, Type: "sticker", Carries: engine.MediaOf("3", "sticker", "image/webp", "", "")},
		`"type":"image","image":{"caption":"sin foto"}`:                    {Kind: engine.InOther, Type: "image", Text: "sin foto"},
		`"type":"image","image":{"id":"\u0000"}`:                           {Kind: engine.InOther, Type: "image"},
		`"type":"contacts","contacts":[{"name":{"formatted_name":"Ana"}}]`: {Kind: engine.InMedia, Type: "contacts"},
		`"type":"contacts","contacts":[]`:                                  {Kind: engine.InOther, Type: "contacts"},
		`"type":"location","location":{"latitude":1}`:                      {Kind: engine.InOther, Type: "location"},
		`"type":"location","location":{"latitude":91,"longitude":2}`:       {Kind: engine.InOther, Type: "location"},
		`"type":"location","location":{"latitude":"NaN","longitude":2}`:    {Kind: engine.InOther, Type: "location"},
		`"type":"location","location":{"latitude":null,"longitude":2}`:     {Kind: engine.InOther, Type: "location"},
		`"type":"location","location":{"latitude":"0x1p3","longitude":2}`:  {Kind: engine.InOther, Type: "location"},
		`"type":"location","location":{"latitude":"inf","longitude":2}`:    {Kind: engine.InOther, Type: "location"},
		`"type":"location","location":{"latitude":-4.5,"longitude":"-74"}`: {Kind: engine.InMedia, Type: "location", Carries: engine.PlaceOf(-4.5, -74, "", "")},
		`"type":"location","location":{"latitude":"4.6","longitude":-74.1,"name":"Casa","address":"Calle 1"}`: {
			Kind: engine.InMedia, Type: "location", Carries: engine.PlaceOf(4.6, -74.1, "Casa", "Calle 1"),
		},
		`"type":"image","image":7`:                                               {Kind: engine.InOther, Type: "image"},
		`"type":"order","order":{"text":"y pan","product_items":[]}`:             {Kind: engine.InOther, Type: "order", Text: "y pan"},
		`"type":"location","location":{"latitude":1,"longitude":2}`:              {Kind: engine.InMedia, Type: "location", Carries: engine.PlaceOf(1, 2, "", "")},
		`"type":"request_welcome"`:                                               {Kind: engine.InOther, Type: "request_welcome"},
		`"type":"hologram","hologram":{"caption":"hola"}`:                        {Kind: engine.InOther, Type: "hologram", Text: "hola"},
		`"type":"unsupported","text":{"body":"hola"},"errors":[{"code":131051}]`: {Kind: engine.InOther, Type: "unsupported", Text: "hola"},
		`"type":"+52 1 55 1234"`:                                                 {Kind: engine.InOther, Type: "unknown"},
		`"type":{"a":1}`:                                                         {Kind: engine.InOther, Type: "unknown"},
		`"x":0`:                                                                  {Kind: engine.InOther, Type: "unknown"},
		`"type":"reaction","reaction":{"emoji":"👍"}`:                             {Kind: engine.InFact, Type: "reaction"},
		`"type":"edit","edit":{"message":{"type":"text","text":{"body":"x"}}}`:   {Kind: engine.InFact, Type: "edit"},
		`"type":"revoke"`:                                                        {Kind: engine.InFact, Type: "revoke"},
		`"type":"system","system":{"body":"Ana changed","wa_id":"2"}`:            {Kind: engine.InFact, Type: "system"},
	} {
		m := one(t, `"messages":[{"from":"1","id":"a","timestamp":"1749416383",`+message+`}]`)
		want.ID, want.Sent = "a", time.Unix(1749416383, 0).UTC()
		if m.Message != want {
			t.Errorf("%s:\n got %+v\nwant %+v", message, m.Message, want)
		}
		if m.From != (store.Address{Phone: "1"}) || m.Key != "N/message/a" {
			t.Errorf("%s: from %s key %s", message, who(m.From), m.Key)
		}
	}
}

// Something odd is lost to nobody: what stands beside it is read, and it is
// kept as a notice.
func TestOneOddPartHarmsNothingBesideIt(t *testing.T) {
	const good = `{"from":"1","id":"good","timestamp":"1749416383","type":"text","text":{"body":"hola"}}`
	nest := strings.Repeat("[", 400) + strings.Repeat("]", 400)
	for name, c := range map[string]struct {
		body    string
		notices []string
	}{
		"messages of other kinds": {string(change(`"messages":[null,7,"x",[],true,` + good + `]`)),
			[]string{"messages.messages", "messages.messages", "messages.messages", "messages.messages", "messages.messages"}},
		"messages is no list": {string(change(`"messages":{"id":"x"},"messages":[` + good + `]`)), []string{"messages.messages"}},
		"statuses is no list": {string(change(`"statuses":"sent","messages":[` + good + `]`)), []string{"messages.statuses"}},
		"statuses of other kinds": {string(change(`"statuses":[null,7,{}],"messages":[` + good + `]`)),
			[]string{"messages.statuses", "messages.statuses", "messages.statuses"}},
		"everything else null":     {string(change(`"contacts":null,"statuses":null,"errors":null,"user_actions":[],"messages":[` + good + `]`)), nil},
		"errors beside":            {string(change(`"errors":[{"code":131000}],"messages":[` + good + `]`)), []string{"messages.errors"}},
		"a key we never heard of":  {string(change(`"holograms":[1],"messages":[` + good + `]`)), []string{"messages.holograms"}},
		"nested four hundred deep": {string(change(`"holograms":` + nest + `,"messages":[{"x":` + nest + `,` + good[1:] + `]`)), []string{"messages.holograms"}},
		"entries of other kinds": {`{"object":"whatsapp_business_account","entry":[null,7,{"changes":5},` + string(change(`"messages":[` + good + `]`))[len(`{"object":"whatsapp_business_account","entry":[`):],
			[]string{"entry", "entry", "entry"}},
		"changes of other kinds": {`{"entry":[{"changes":[null,"x",{"field":7,"value":8},{"field":"messages","value":{"metadata":{"phone_number_id":"N"},"messages":[` + good + `]}}]}]}`,
			[]string{"unknown", "unknown", "unknown"}},
		"object missing":      {strings.Replace(string(change(`"messages":[`+good+`]`)), `"object":"whatsapp_business_account",`, ``, 1), nil},
		"object of no kind":   {strings.Replace(string(change(`"messages":[`+good+`]`)), `"whatsapp_business_account"`, `7`, 1), nil},
		"field missing":       {strings.Replace(string(change(`"messages":[`+good+`]`)), `"field":"messages",`, ``, 1), nil},
		"number as a number":  {strings.ReplaceAll(string(change(`"messages":[`+good+`]`)), `"N"`, `106540352242922`), nil},
		"spaces all over":     {"\r\n\t " + strings.ReplaceAll(string(change(`"messages" : [ `+good+` ] `)), ",", " , ") + " \n", nil},
		"escaped keys":        {strings.ReplaceAll(string(change(`"messages":[`+good+`]`)), `"messages":[`, `"m\u0065ssages":[`), nil},
		"entry twice":         {`{"entry":[],"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"N"},"messages":[` + good + `]}}]}]}`, nil},
		"statuses unknown":    {string(change(`"statuses":[{"id":"a","status":"in_orbit"},{"id":"a","status":7},{"status":"read"}],"messages":[` + good + `]`)), []string{"messages.statuses", "messages.statuses", "messages.statuses"}},
		"in a group":          {string(change(`"messages":[{"group_id":"G","from":"2","id":"g","type":"text","text":{"body":"x"}},` + good + `]`)), []string{"messages.group"}},
		"group_id that is no": {string(change(`"messages":[` + strings.Replace(good, "{", `{"group_id":null,`, 1) + `]`)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			number := "N"
			if strings.Contains(c.body, "106540352242922") {
				number = "106540352242922"
			}
			d := Decode([]byte(c.body), number, received)
			if len(d.Messages) != 1 || d.Messages[0].Message.ID != "good" || d.Messages[0].Message.Text != "hola" || d.Messages[0].From.Phone != "1" {
				t.Errorf("the good message is gone:\n%s", summary(d))
			}
			var got []string
			for _, n := range d.Notices {
				got = append(got, n.Field)
			}
			if !reflect.DeepEqual(got, c.notices) {
				t.Errorf("notices %q, want %q", got, c.notices)
			}
		})
	}
}

func TestWhatIsNoEnvelopeIsKept(t *testing.T) {
	for _, body := range []string{
		"", "   ", "hola", "{", `{"object":"whatsapp_business_account"`, "\x00\xff", "[]", "null", "7", `"x"`, "{}",
		`{"object":"page","entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"N"},"messages":[{"id":"a"}]}}]}]}`,
		`{"object":"whatsapp_business_account"}`, `{"object":"whatsapp_business_account","entry":{}}`,
		strings.Repeat("[", 20000) + strings.Repeat("]", 20000), // deeper than encoding/json goes
	} {
		d := Decode([]byte(body), "N", received)
		if len(d.Messages)+len(d.Statuses) != 0 || len(d.Notices) != 1 || d.Notices[0].Field != "body" {
			t.Errorf("%.80q:\n%s", body, summary(d))
		}
	}
}

func TestOnlyOurNumberIsRead(t *testing.T) {
	const other = `{"object":"whatsapp_business_account","entry":[{"id":"1","time":5,"changes":[{"field":"%s","value":{"metadata":%s,
		"messages":[{"from":"1","id":"a","type":"text","text":{"body":"hola"}}],"statuses":[{"id":"a","status":"read"}]}}]}]}`
	for _, c := range []struct {
		field, metadata, number string
		notice                  string
	}{
		{"messages", `{"phone_number_id":"M"}`, "N", ""},
		{"standby", `{"phone_number_id":"M"}`, "N", ""},
		{"smb_message_echoes", `{"phone_number_id":"M"}`, "N", ""},
		{"", `{"phone_number_id":"M"}`, "N", ""},
		{"standby", `{"phone_number_id":"N"}`, "N", "standby"},
		{"smb_message_echoes", `{"phone_number_id":"N"}`, "N", "smb_message_echoes"},
		{"user_preferences", `{"phone_number_id":"M"}`, "N", "user_preferences"}, // of the account
		{"messages", `{}`, "N", "messages"},                                      // whose it is nobody knows
		{"messages", `null`, "N", "messages"},
		{"messages", `{"phone_number_id":""}`, "", "messages"}, // a number we don't have is not everybody's
	} {
		d := Decode(fmt.Appendf(nil, other, c.field, c.metadata), c.number, received)
		if len(d.Messages)+len(d.Statuses) != 0 {
			t.Errorf("%s of %s was read by %q:\n%s", c.field, c.metadata, c.number, summary(d))
		}
		if got := len(d.Notices); c.notice == "" && got != 0 || c.notice != "" && (got != 1 || d.Notices[0].Field != c.notice) {
			t.Errorf("%s of %s for %q: want notice %q:\n%s", c.field, c.metadata, c.number, c.notice, summary(d))
		}
	}
}

func TestTheKeyOfWhatHasNoID(t *testing.T) {
	message := func(id, text string) string {
		return one(t, `"messages":[{`+id+`"from":"1","timestamp":"1749416383","type":"text","text":{"body":"`+text+`"}}]`).Key
	}
	a := message("", "hola")
	if a != message("", "hola") || a == message("", "adiós") || !strings.HasPrefix(a, "N/message/sha256:") {
		t.Errorf("keys of messages without id: %s %s %s", a, message("", "hola"), message("", "adiós"))
	}
	// Two ids that decode to the same text are not the same id.
	if x, y := message(`"id":"\ud800",`, "a"), message(`"id":"\ud801",`, "a"); x == y {
		t.Error("two messages share a key, so the second would pass for a repeat")
	}
	status := func(s string) store.Status {
		d := Decode(change(`"statuses":[`+s+`]`), "N", received)
		if len(d.Statuses) != 1 {
			t.Fatalf("%s:\n%s", s, summary(d))
		}
		return d.Statuses[0]
	}
	if s := status(`{"status":"sent","biz_opaque_callback_data":"T"}`); s.Token != "T" || !strings.HasPrefix(s.Key, "N/status/sha256:") {
		t.Errorf("a status that only names our token: %+v", s)
	}
	if s := status(`{"id":"a","status":"played"}`); s.Key != "N/status/a/played" || s.State != store.Read {
		t.Errorf("played: %+v", s)
	}
	for errors, want := range map[string]string{
		`[{"code":131047},{"code":131026}]`: "131047", `[{"code":"131047"}]`: "131047", `[{"title":"x"},{"code":131026}]`: "131026",
		`[{"code":0}]`: "0", `[]`: "", `null`: "", `{"code":131047}`: "", `[{"code":-1}]`: "", `[{"code":"+52155512345678901"}]`: "",
	} {
		if s := status(`{"id":"a","status":"failed","errors":` + errors + `}`); s.Reason != want || s.State != store.Failed {
			t.Errorf("failed with errors %s: %+v", errors, s)
		}
	}
	if s := status(`{"id":"a","status":"sent","errors":[{"code":131047}]}`); s.Reason != "" {
		t.Errorf("a status that is no failure has the reason %q", s.Reason)
	}
	// An account's word comes again at another time: another notice.
	account := func(time string) string {
		return Decode([]byte(`{"entry":[{"id":"1","time":`+time+`,"changes":[{"field":"account_update","value":{"event":"ACCOUNT_DELETED"}}]}]}`), "N", received).Notices[0].Key
	}
	if first, again := account("1"), account("1"); first != again || first == account("2") {
		t.Errorf("keys of notices: %s %s %s", account("1"), account("1"), account("2"))
	}
}

// thousand is a body of a thousand messages of people, of about size bytes.
func thousand(size int) []byte {
	var b strings.Builder
	pad := max(0, size/1000-330)
	for i := range 1000 {
		fmt.Fprintf(&b, `{"from":"1650555%04d","from_user_id":"US.1349120865530274%04d","id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0%04d=",`+
			`"timestamp":"1749416383","type":"text","text":{"body":"Does it come in another color?%s"}},`, i, i, i, strings.Repeat(" a word", pad/7))
	}
	var contacts strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&contacts, `{"profile":{"name":"Sheena Nelson"},"wa_id":"1650555%04d","user_id":"US.1349120865530274%04d"},`, 999-i, 999-i)
	}
	return change(`"contacts":[` + strings.TrimSuffix(contacts.String(), ",") + `],"messages":[` + strings.TrimSuffix(b.String(), ",") + `]`)
}

func TestAThousandUpdatesInOneBody(t *testing.T) {
	d := Decode(thousand(3<<20), "N", received)
	if len(d.Messages) != 1000 || len(d.Notices) != 0 {
		t.Fatalf("%d messages, %d notices", len(d.Messages), len(d.Notices))
	}
	for i, m := range d.Messages {
		if want := fmt.Sprintf("1650555%04d", i); m.From.Phone != want || m.Message.Name != "Sheena Nelson" {
			t.Fatalf("message %d is from %s %q", i, who(m.From), m.Message.Name)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct {
		name string
		body []byte
	}{
		{"one", change(`"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=","timestamp":"1749416383","type":"text","text":{"body":"Does it come in another color?"}}]`)},
		{"thousand", thousand(0)},
		{"thousand_in_3MiB", thousand(3 << 20)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.body)))
			for b.Loop() {
				Decode(c.body, "N", received)
			}
		})
	}
}

// Whatever comes, something comes of it, and the books can hold it.
func FuzzDecode(f *testing.F) {
	for _, name := range webhooks(f) {
		f.Add(load(f, name))
	}
	f.Add(change(`"messages":[{"id":"\ud800","from":null,"type":"text","text":{"body":"\ud800"}}],"statuses":[{}]`))
	f.Add([]byte(strings.Repeat(`{"entry":[`, 400)))
	f.Fuzz(func(t *testing.T, body []byte) {
		number := "106540352242922"
		before := bytes.Clone(body)
		d := Decode(body, number, received)
		if !bytes.Equal(before, body) {
			t.Fatal("the body was changed")
		}
		if !json.Valid(body) && len(d.Notices) != 1 {
			t.Fatalf("no JSON, and not one notice:\n%s", summary(d))
		}
		for _, k := range keys(d) {
			if !strings.HasPrefix(k, number+"/") {
				t.Fatalf("key %q", k)
			}
		}
		if again := Decode(bytes.Clone(body), number, received); !reflect.DeepEqual(keys(d), keys(again)) {
			t.Fatal("a repeat has other keys")
		}
		shapes := []func() []byte{}
		for _, m := range d.Messages {
			if m.Message.Kind == engine.InText && m.Message.Text == "" || m.Message.Kind == engine.InTap && m.Message.Tap == "" {
				t.Fatalf("%s holds nothing", m.Message.Kind)
			}
			if m.Message.Sent.After(received.Add(24 * time.Hour)) {
				t.Fatalf("sent at %v", m.Message.Sent)
			}
			shapes = append(shapes, m.Shape)
		}
		for _, n := range d.Notices {
			shapes = append(shapes, n.Shape)
		}
		for _, s := range shapes {
			if out := s(); !json.Valid(out) || len(out) > 2*maxShape {
				t.Fatalf("shape of %d bytes: %.200s", len(out), out)
			}
		}
	})
}

// What is kept of words beside a file ends before a number, not in it.
func TestCut(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"hola", "hola"},
		{"holas", "hola"},
		{"ñandú", "ñand"},
		{"a 4111", "a"},
		{"a-٤١١١", "a"},
		{"12345", ""},
	} {
		if got := cut(c.in, 4); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}
