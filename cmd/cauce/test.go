package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"cauce/dsl/diag"
	"cauce/dsl/everywhere"
	"cauce/dsl/script"
	"cauce/engine"
)

// failuresShown is how many failures of one script are printed: what follows
// the first few is mostly their consequence.
const failuresShown = 3

func testCommand() *cobra.Command {
	var only, format, lang string
	var update, cover bool
	cmd := &cobra.Command{
		Use:   "test DIR...",
		Short: "Play a service's conversations",
		Long: `Test plays the conversations in tests/*.chat and says where the service does
otherwise. Then it tries, at every state that they reach and at those it finds by
itself, in every language, that the words that stop do stop and those for a
person reach one, and what tests/everywhere.toml says besides. It exits 1 when
something fails, when a service has errors, and when there was nothing to play.

With --cover it prints how much of each flow the conversations walked, and what
they did not. With --update the scripts are rewritten with what the service said;
read the difference before it becomes the test. With --format tap or junit the
results are for other programs.`,
		Example: `  cauce test flows/luna
  cauce test --run silencio flows/luna
  cauce test --cover flows/luna
  cauce test --format junit flows/luna > luna.xml
  cauce test --update flows/luna`,
		Args:              someFolders,
		ValidArgsFunction: folders,
		RunE: func(cmd *cobra.Command, dirs []string) error {
			written := formats[format]
			if written == nil {
				return misuse(cmd, "no format is named %q; there are pretty, tap and junit", format)
			}
			match, err := regexp.Compile(only)
			if err != nil {
				return misuse(cmd, "--run is a regular expression, and %q is none: %v", only, err)
			}
			lang, err := reader(cmd, lang)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			t := tester{results: written(out), speech: speech(lang), match: match, only: only, update: update, cover: cover}
			t.paint = format == "pretty" && colored(out)
			for _, dir := range dirs {
				f, err := openFolder(cmd, dir)
				if err != nil {
					return err
				}
				if err := t.folder(f); err != nil {
					return err
				}
			}
			return t.sum()
		},
	}
	cmd.Flags().StringVar(&only, "run", "", "play only the scripts whose name matches this regular expression")
	cmd.Flags().BoolVar(&update, "update", false, "rewrite what the service says in the scripts")
	cmd.Flags().BoolVar(&cover, "cover", false, "say how much of each flow was walked, and what was not")
	cmd.Flags().StringVar(&format, "format", "pretty", "how results are printed: pretty, tap or junit")
	langFlag(cmd, &lang)
	return cmd
}

// tester plays scripts, tries what holds everywhere, and tells results.
type tester struct {
	results
	speech
	match          *regexp.Regexp
	only           string
	update, cover  bool
	paint          bool
	passed, failed int
	broken         bool // a service has errors, or a folder has no scripts
}

// everywhereName is what --run knows the rules by that hold everywhere.
const everywhereName = "everywhere"

func (t *tester) folder(f *folder) error {
	names, err := fs.Glob(f.files, "tests/*.chat")
	if err != nil {
		return fmt.Errorf("list the scripts of %s: %w", f.dir, err)
	}
	if len(names) == 0 {
		t.trouble(f.dir, t.line("%s: no conversation to play; write one as %s/tests/NAME.chat", f.dir, f.dir))
		t.broken = true
	}
	if f.service == nil {
		text, err := t.told(f.list, f.sources)
		if err != nil {
			return err
		}
		t.trouble(f.dir, text)
		t.broken = true
	}
	var scripts []*script.Script
	var cover *script.Coverage
	if f.service != nil {
		cover = script.NewCoverage(f.service.Table(), f.service.Languages())
	}
	for _, name := range names {
		name = path.Join(f.dir, name)
		if !t.match.MatchString(strings.TrimSuffix(path.Base(name), ".chat")) {
			continue
		}
		if f.service == nil {
			t.verdict(outcome{suite: f.dir, name: name, text: t.line("  %s", diag.Phrase("not played: the service has errors"))})
			continue
		}
		s, err := t.script(f, name, cover)
		if err != nil {
			return err
		}
		if s != nil {
			scripts = append(scripts, s)
		}
	}
	if f.service == nil {
		return nil
	}
	return t.everywhere(f, scripts, cover)
}

// told is a list of diagnostics as it is printed.
func (t *tester) told(list diag.List, sources diag.Sources) (string, error) {
	var b strings.Builder
	if err := diag.Write(&b, list, sources, diag.Options{Color: t.paint, Language: string(t.speech)}); err != nil {
		return "", fmt.Errorf("write the diagnostics: %w", err)
	}
	return b.String(), nil
}

// script plays one script, after rewriting it if that is asked for, and returns
// it; nil if it can't be read.
func (t *tester) script(f *folder, name string, cover *script.Coverage) (*script.Script, error) {
	src, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return nil, fmt.Errorf("read a script: %w", err)
	}
	s, list := script.Parse(name, src)
	if s == nil {
		text, err := t.told(list, diag.Sources{name: src})
		t.verdict(outcome{suite: f.dir, name: name, text: text})
		return nil, err
	}
	if t.update {
		if s, err = t.rewrite(f, s, name, src); err != nil {
			return nil, err
		}
	}
	r := s.Play(f.service)
	cover.Add(r)
	t.verdict(outcome{suite: f.dir, name: name, passed: r.Passed(), text: t.failures(r)})
	return s, nil
}

func (t *tester) rewrite(f *folder, s *script.Script, name string, src []byte) (*script.Script, error) {
	written := s.Rewrite(f.service)
	if bytes.Equal(written, src) {
		return s, nil
	}
	again, list := script.Parse(name, written)
	if again == nil {
		return nil, fmt.Errorf("%s was not rewritten, because Cauce could not read the result: %s (this is a fault of Cauce)", name, list[0].Message)
	}
	// The file is there: its mode stays.
	if err := os.WriteFile(filepath.FromSlash(name), written, 0o644); err != nil {
		return nil, fmt.Errorf("rewrite a script: %w", err)
	}
	t.note(f.dir, t.line("updated %s", name))
	return again, nil
}

// verdict tells how a script went, and counts it.
func (t *tester) verdict(o outcome) {
	if o.passed {
		t.passed++
	} else {
		t.failed++
	}
	t.add(o)
}

// besides tells how something went that is no script: the summary counts
// conversations, and whatever failed.
func (t *tester) besides(o outcome) {
	if !o.passed {
		t.failed++
	}
	t.add(o)
}

// everywhere tries what holds at every state, prints the coverage, and holds it
// against what the service wants.
func (t *tester) everywhere(f *folder, scripts []*script.Script, cover *script.Coverage) error {
	rules, text, err := t.rules(f)
	if err != nil {
		return err
	}
	all := t.match.MatchString(everywhereName)
	switch {
	case text != "":
		t.besides(outcome{suite: f.dir, name: path.Join(f.dir, everywhere.File), text: text})
	case all:
		var states []everywhere.State
		for _, s := range scripts {
			states = append(states, everywhere.Of(s, f.service)...)
		}
		r := everywhere.Try(f.service, rules, states, cover)
		t.besides(outcome{suite: f.dir, name: t.say("%s: everywhere", f.dir), note: t.tried(r), passed: len(r.Faults) == 0, text: t.faults(r)})
	}
	if t.cover {
		t.note(f.dir, t.covered(f.dir, cover, all && text == ""))
	}
	if t.only == "" && rules != nil && len(rules.Wants) > 0 {
		text := t.wanted(rules.Wants, cover.All())
		t.besides(outcome{suite: f.dir, name: t.say("%s: coverage", f.dir), passed: text == "", text: text})
	}
	return nil
}

// rules reads what the service says of every state, if it says anything. text
// tells what is wrong with it.
func (t *tester) rules(f *folder) (rules *everywhere.Rules, text string, err error) {
	src, err := fs.ReadFile(f.files, everywhere.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", nil
	case err != nil:
		return nil, "", fmt.Errorf("read the rules of %s: %w", f.dir, err)
	}
	name := path.Join(f.dir, everywhere.File)
	rules, list := everywhere.Parse(name, src, f.service)
	if rules == nil {
		text, err = t.told(list, diag.Sources{name: src})
	}
	return rules, text, err
}

// speech is the language of whoever reads what is printed.
type speech string

// say is a sentence in it.
func (l speech) say(format diag.Phrase, values ...any) string {
	return diag.Say(format, values...).In(string(l))
}

// line is a sentence on a line of its own.
func (l speech) line(format diag.Phrase, values ...any) string {
	return l.say(format, values...) + "\n"
}

// failures says what went otherwise, each at its line, and once for each line
// of the person or the clock what was behind it.
func (l speech) failures(r script.Report) string {
	var b strings.Builder
	n := 0
	for _, step := range r.Steps {
		shown := n < failuresShown && len(step.Failures) > 0
		for _, f := range step.Failures {
			if n++; n > failuresShown {
				continue
			}
			fmt.Fprintf(&b, "  %s: %s\n", placed(f.At), f.Problem.In(string(l)))
			l.field(&b, "expected", diag.Say("%s", f.Expected))
			l.field(&b, "came", f.Came)
		}
		if shown {
			l.field(&b, "after", diag.Say("%s", step.Source))
			l.field(&b, "walked", diag.Say("%s", walked(step.Walked)))
			l.field(&b, "now", step.Stands)
		}
	}
	if n > failuresShown {
		b.WriteString(l.line("  %s", diag.Say("and %d more", n-failuresShown)))
	}
	return b.String()
}

// placed is a place in a file as editors know it.
func placed(s diag.Span) string {
	return fmt.Sprintf("%s:%d:%d", s.File, max(s.Start.Line, 1), max(s.Start.Column, 1))
}

// field writes a name and a text of any number of lines; nothing for none.
func (l speech) field(w io.Writer, name, text diag.Phrase) {
	words := text.In(string(l))
	if words == "" {
		return
	}
	for i, line := range strings.Split(words, "\n") {
		if i > 0 {
			name = ""
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("    %-9s %s", name.In(string(l)), line), " "))
	}
}

// walked writes hops as a way: bienvenida: hola → menu → @end.
func walked(hops []engine.Hop) string {
	var b strings.Builder
	for i, h := range hops {
		if i == 0 || hops[i-1].Flow != h.Flow || hops[i-1].To != string(h.From) {
			if i > 0 {
				b.WriteString("; ")
			}
			fmt.Fprintf(&b, "%s: %s", h.Flow, h.From)
		}
		b.WriteString(" → " + h.To)
	}
	return b.String()
}

// sum prints the summary line.
func (t *tester) sum() error {
	if t.only != "" && t.passed+t.failed == 0 && !t.match.MatchString(everywhereName) {
		t.trouble("--run", t.line("no script matches %q", t.only))
		t.broken = true
	}
	if err := t.end(t.say("%d passed, %d failed", t.passed, t.failed)); err != nil {
		return err
	}
	if t.failed > 0 || t.broken {
		return errProblems
	}
	return nil
}
