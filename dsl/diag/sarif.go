package diag

import (
	"io"
	"net/url"
	"slices"
	"strings"
)

// writeSARIF writes all of l as a SARIF 2.1.0 log of one run: what code hosts
// and editors read to show problems beside the lines they are about.
//
// SARIF has no place for the next move, so the help ends the message, and
// stands by itself among the properties; a note without a place stands in the
// message too. Columns count code points, as ours do.
func writeSARIF(w io.Writer, l List, o Options) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "Cauce", Version: o.Version, Rules: []sarifRule{}}
	var codes []Code
	for _, d := range l {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	for _, c := range codes {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: string(c)})
	}
	for _, d := range l {
		index, _ := slices.BinarySearch(codes, d.Code)
		run.Results = append(run.Results, sarifOf(d, index, o.Language))
	}
	return writeDocument(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

func sarifOf(d Diagnostic, rule int, lang string) sarifResult {
	r := sarifResult{RuleID: string(d.Code), RuleIndex: rule, Level: d.Severity.String()}
	say := func(p Phrase) string { return p.In(lang) }
	text := []string{say(d.Message)}
	if d.At.File != "" {
		r.Locations = []sarifLocation{{Physical: sarifPlace(d.At)}}
	}
	for _, n := range d.Notes {
		if n.At.File == "" {
			text = append(text, say("note")+": "+say(n.Message))
			continue
		}
		r.Related = append(r.Related, sarifLocation{
			ID: len(r.Related) + 1, Physical: sarifPlace(n.At), Message: &sarifMessage{say(n.Message)},
		})
	}
	if d.Help != "" {
		text = append(text, say("help")+": "+say(d.Help))
		r.Properties = &sarifProperties{Help: say(d.Help)}
	}
	r.Message.Text = strings.Join(text, "\n")
	return r
}

// sarifPlace is a span; that of a whole file or folder has no region.
func sarifPlace(s Span) sarifPhysical {
	p := sarifPhysical{Artifact: sarifArtifact{uri(s.File)}}
	if !s.Whole() {
		p.Region = &sarifRegion{
			StartLine: s.Start.Line, StartColumn: s.Start.Column, EndLine: s.End.Line, EndColumn: s.End.Column,
			ByteOffset: s.Start.Offset, ByteLength: s.End.Offset - s.Start.Offset,
		}
	}
	return p
}

// uri is a file's name as the format wants it: relative names stay so.
func uri(file string) string {
	u := url.URL{Path: file}
	if strings.HasPrefix(file, "/") {
		u.Scheme = "file"
	}
	return u.String()
}

// The parts of the format that we have something to say in.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID string `json:"id"`
}

type sarifResult struct {
	RuleID     string           `json:"ruleId"`
	RuleIndex  int              `json:"ruleIndex"`
	Level      string           `json:"level"`
	Message    sarifMessage     `json:"message"`
	Locations  []sarifLocation  `json:"locations,omitempty"`
	Related    []sarifLocation  `json:"relatedLocations,omitempty"`
	Properties *sarifProperties `json:"properties,omitempty"`
}

type sarifProperties struct {
	Help string `json:"help"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifLocation struct {
	ID       int           `json:"id,omitempty"`
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifMessage `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
	ByteOffset  int `json:"byteOffset"`
	ByteLength  int `json:"byteLength"`
}
