package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cauce/engine/limits"
	"cauce/runtime"
	"cauce/runtime/store"
)

// schema is the part of an OpenAPI document that describes a value.
type schema struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Enum       []string          `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Additional *bool             `json:"additionalProperties"`
	Items      *schema           `json:"items"`
	Minimum    *int              `json:"minimum"`
	Maximum    *int              `json:"maximum"`
	Default    *int              `json:"default"`
	MinLength  *int              `json:"minLength"`
	MaxLength  *int              `json:"maxLength"`
}

type content map[string]struct{ Schema schema }

type response struct {
	Ref     string `json:"$ref"`
	Content content
}

type parameter struct {
	Ref    string `json:"$ref"`
	Name   string
	In     string
	Schema schema
}

type operation struct {
	Parameters  []parameter
	RequestBody *struct {
		Required bool
		Content  content
	}
	Responses map[string]response
}

type document struct {
	OpenAPI    string
	Paths      map[string]map[string]json.RawMessage
	Components struct {
		Schemas    map[string]schema
		Responses  map[string]response
		Parameters map[string]parameter
	}
}

func readDocument(t *testing.T) document {
	t.Helper()
	var d document
	if err := json.Unmarshal(openAPI, &d); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(d.OpenAPI, "3.1") {
		t.Errorf("version %q", d.OpenAPI)
	}
	return d
}

func (d document) resolve(t *testing.T, s schema) schema {
	t.Helper()
	if s.Ref == "" {
		return s
	}
	named, ok := d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	if !ok {
		t.Errorf("no schema is %s", s.Ref)
	}
	return named
}

// Every route is in the document, and everything in the document is a route:
// its path, method, query, and the fields of its body.
func TestTheDocumentTellsEveryRoute(t *testing.T) {
	d := readDocument(t)
	told := map[string]operation{}
	for path, item := range d.Paths {
		for key, raw := range item {
			if key == "parameters" {
				var shared []parameter
				if err := json.Unmarshal(raw, &shared); err != nil || len(shared) != 1 || shared[0].Ref != "#/components/parameters/Id" {
					t.Errorf("%s: %v %v", path, shared, err)
				}
				if !strings.Contains(path, "{id}") {
					t.Errorf("%s has no {id}", path)
				}
				continue
			}
			var op operation
			if err := json.Unmarshal(raw, &op); err != nil {
				t.Fatal(err)
			}
			told[strings.ToUpper(key)+" "+path] = op
		}
		if _, ok := item["parameters"]; strings.Contains(path, "{id}") && !ok {
			t.Errorf("%s does not say what {id} is", path)
		}
	}
	for _, r := range routes {
		name := r.method + " /" + r.path
		op, ok := told[name]
		if !ok {
			t.Errorf("the document does not tell %s", name)
			continue
		}
		delete(told, name)
		var query []string
		for _, p := range op.Parameters {
			if p.In == "query" {
				query = append(query, p.Name)
			}
		}
		if !slices.Equal(query, r.query) {
			t.Errorf("%s takes %v, and is told to take %v", name, r.query, query)
		}
		if (op.RequestBody != nil) != (len(r.fields) > 0) {
			t.Errorf("%s: a body, or none?", name)
		}
		codes := []string{"400", "401"}
		if op.RequestBody != nil {
			s := d.resolve(t, op.RequestBody.Content["application/json"].Schema)
			var fields []string
			for _, f := range r.fields {
				fields = append(fields, string(f))
			}
			slices.Sort(fields)
			if got := slices.Sorted(maps.Keys(s.Properties)); !slices.Equal(got, fields) || !slices.Equal(slices.Sorted(slices.Values(s.Required)), fields) {
				t.Errorf("%s takes %v, and is told to take %v, of which %v are needed", name, fields, got, s.Required)
			}
			if s.Additional == nil || *s.Additional {
				t.Errorf("%s is told to take anything", name)
			}
			codes = append(codes, "404", "409", "413", "415")
		}
		for _, code := range codes {
			got, ok := op.Responses[code]
			if named, there := d.Components.Responses[strings.TrimPrefix(got.Ref, "#/components/responses/")]; got.Ref != "" {
				got, ok = named, ok && there
			}
			if !ok || got.Content["application/json"].Schema.Ref != "#/components/schemas/Failure" {
				t.Errorf("%s is not told to answer %s with a failure", name, code)
			}
		}
	}
	for name := range told {
		t.Errorf("the document tells %s, which there is not", name)
	}
}

// Every field of every answer is in the document, with its type, and every
// field in the document is one that is answered.
func TestTheDocumentTellsEveryField(t *testing.T) {
	d := readDocument(t)
	answers := map[string]any{
		"Page": page{}, "Handover": handover{}, "Told": store.Told{}, "Message": message{}, "Standing": standing{}, "Failure": failure{},
	}
	for name, value := range answers {
		compare(t, d, name, reflect.TypeOf(value), d.Components.Schemas[name])
	}
	for name := range d.Components.Schemas {
		if _, ok := answers[name]; !ok && !slices.Contains([]string{"Claim", "Reply", "Release"}, name) {
			t.Errorf("nothing is answered or taken as %s", name)
		}
	}
	// All that is named is used: a schema nobody refers to describes nothing.
	for name := range d.Components.Schemas {
		if !bytes.Contains(openAPI, []byte(`"#/components/schemas/`+name+`"`)) {
			t.Errorf("nothing refers to the schema %s", name)
		}
	}
}

func compare(t *testing.T, d document, at string, typ reflect.Type, s schema) {
	t.Helper()
	s = d.resolve(t, s)
	kinds := map[reflect.Kind]string{
		reflect.String: "string", reflect.Int: "integer", reflect.Bool: "boolean", reflect.Slice: "array", reflect.Struct: "object",
	}
	want := kinds[typ.Kind()]
	if typ.String() == "time.Time" {
		want = "string"
	}
	if s.Type != want && !(want == "string" && len(s.Enum) > 0) {
		t.Errorf("%s is %s, and is told to be %q", at, want, s.Type)
	}
	switch want {
	case "array":
		if s.Items == nil {
			t.Fatalf("%s: of what?", at)
		}
		compare(t, d, at+"[]", typ.Elem(), *s.Items)
	case "object":
		if s.Additional == nil || *s.Additional {
			t.Errorf("%s is told to hold anything", at)
		}
		left := maps.Clone(s.Properties)
		var required []string
		for f := range typ.Fields() {
			if !f.IsExported() {
				continue
			}
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			p, ok := s.Properties[name]
			if !ok {
				t.Errorf("%s.%s is not told", at, name)
				continue
			}
			delete(left, name)
			if options != "omitempty" {
				required = append(required, name)
			}
			compare(t, d, at+"."+name, f.Type, p)
		}
		for name := range left {
			t.Errorf("%s.%s is told, and never answered", at, name)
		}
		if got := slices.Clone(s.Required); !slices.Equal(got, required) {
			t.Errorf("%s: %v are always there, and %v are told to be", at, required, got)
		}
	}
}

// The bounds that are told are those that hold.
func TestTheDocumentTellsTheBounds(t *testing.T) {
	d := readDocument(t)
	var list operation
	if err := json.Unmarshal(d.Paths["/handovers"]["get"], &list); err != nil {
		t.Fatal(err)
	}
	limit := list.Parameters[slices.IndexFunc(list.Parameters, func(p parameter) bool { return p.Name == "limit" })].Schema
	got := fmt.Sprint(*limit.Minimum, *limit.Maximum, *limit.Default, *d.Components.Schemas["Reply"].Properties["text"].MaxLength)
	want := fmt.Sprint(1, runtime.PageMax, runtime.PageDefault, limits.TextBody.Max())
	for _, name := range []string{"Claim", "Reply", "Release"} {
		o := d.Components.Schemas[name].Properties["operator"]
		got, want = got+fmt.Sprint(" ", *o.MinLength, *o.MaxLength), want+fmt.Sprint(" ", 1, runtime.MaxOperator)
	}
	if got != want {
		t.Errorf("told %s, want %s", got, want)
	}
	states := fmt.Sprint(d.Components.Schemas["Handover"].Properties["state"].Enum, d.Components.Schemas["Standing"].Properties["state"].Enum,
		d.Components.Schemas["Message"].Properties["from"].Enum)
	if want := fmt.Sprint([]string{waiting, with}, []string{with, over}, []runtime.Speaker{runtime.ThePerson, runtime.AnOperator, runtime.TheServices}); states != want {
		t.Errorf("told %s, want %s", states, want)
	}
	if !bytes.Contains(openAPI, []byte(fmt.Sprintf("the last %d\"", runtime.LinesMax))) || !bytes.Contains(openAPI, []byte(fmt.Sprintf("%d KiB", MaxBody>>10))) {
		t.Error("how many messages there are at most, or how large a body may be, is told wrongly")
	}
}

// What is served is the document, and it names the place where it is served.
func TestTheDocumentIsServed(t *testing.T) {
	token := strings.Repeat("t", MinToken)
	h, err := New(Options{Token: token})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", Prefix+"openapi.json", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	if rec.Code != 200 || !bytes.Equal(rec.Body.Bytes(), openAPI) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if place := fmt.Sprintf(`"servers": [{ "url": %q }]`, strings.TrimSuffix(Prefix, "/")); !bytes.Contains(openAPI, []byte(place)) {
		t.Errorf("it does not say %s", place)
	}
}
