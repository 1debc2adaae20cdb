package main

import (
	"bytes"
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
	"cauce/dsl/script"
	"cauce/engine"
)

// failuresShown is how many failures of one script are printed: what follows
// the first few is mostly their consequence.
const failuresShown = 3

func testCommand() *cobra.Command {
	var only, format, lang string
	var update bool
	cmd := &cobra.Command{
		Use:   "test DIR...",
		Short: "Play a service's conversations",
		Long: `Test plays the conversations in tests/*.chat and says where the service does
otherwise. It exits 1 when one fails, when a service has errors, and when there
was nothing to play.

With --update the scripts are rewritten with what the service said; read the
difference before it becomes the test.`,
		Example: `  cauce test flows/luna
  cauce test --run silencio flows/luna
  cauce test --update flows/luna`,
		Args:              someFolders,
		ValidArgsFunction: folders,
		RunE: func(cmd *cobra.Command, dirs []string) error {
			if format != "pretty" {
				return misuse(cmd, "no format is named %q; this version prints pretty", format)
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
			t := tester{out: out, lang: lang, match: match, update: update, paint: colored(out)}
			for _, dir := range dirs {
				f, err := openFolder(cmd, dir)
				if err != nil {
					return err
				}
				if err := t.folder(f); err != nil {
					return err
				}
			}
			return t.sum(only)
		},
	}
	cmd.Flags().StringVar(&only, "run", "", "play only the scripts whose name matches this regular expression")
	cmd.Flags().BoolVar(&update, "update", false, "rewrite what the service says in the scripts")
	cmd.Flags().StringVar(&format, "format", "pretty", "how results are printed: pretty")
	langFlag(cmd, &lang)
	return cmd
}

// tester plays scripts and prints how they went.
type tester struct {
	out            io.Writer
	lang           string // of whoever reads it
	match          *regexp.Regexp
	update, paint  bool
	passed, failed int
	broken         bool // a service has errors, or a folder has no scripts
}

// say prints a sentence on a line of its own.
func (t *tester) say(format diag.Phrase, values ...any) {
	fmt.Fprintln(t.out, diag.Say(format, values...).In(t.lang))
}

func (t *tester) folder(f *folder) error {
	names, err := fs.Glob(f.files, "tests/*.chat")
	if err != nil {
		return fmt.Errorf("list the scripts of %s: %w", f.dir, err)
	}
	if len(names) == 0 {
		t.say("%s: no conversation to play; write one as %s/tests/NAME.chat", f.dir, f.dir)
		t.broken = true
	}
	if f.service == nil {
		if err := f.print(t.out, t.lang); err != nil {
			return err
		}
		t.broken = true
	}
	for _, name := range names {
		name = path.Join(f.dir, name)
		if !t.match.MatchString(strings.TrimSuffix(path.Base(name), ".chat")) {
			continue
		}
		if f.service == nil {
			t.verdict(false, name)
			t.say("  %s", diag.Phrase("not played: the service has errors"))
			continue
		}
		if err := t.script(f.service, name); err != nil {
			return err
		}
	}
	return nil
}

// script plays one script, after rewriting it if that is asked for.
func (t *tester) script(svc *engine.Service, name string) error {
	src, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return fmt.Errorf("read a script: %w", err)
	}
	s, list := script.Parse(name, src)
	if s == nil {
		t.verdict(false, name)
		return printList(t.out, list, diag.Sources{name: src}, t.lang)
	}
	if t.update {
		if s, err = t.rewrite(s, svc, name, src); err != nil {
			return err
		}
	}
	r := s.Play(svc)
	t.verdict(r.Passed(), name)
	t.failures(r)
	return nil
}

func (t *tester) rewrite(s *script.Script, svc *engine.Service, name string, src []byte) (*script.Script, error) {
	written := s.Rewrite(svc)
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
	t.say("updated %s", name)
	return again, nil
}

func (t *tester) verdict(passed bool, name string) {
	word, color := "ok  ", "\x1b[32m"
	if passed {
		t.passed++
	} else {
		t.failed++
		word, color = "FAIL", "\x1b[31m"
	}
	if t.paint {
		word = color + word + "\x1b[0m"
	}
	fmt.Fprintf(t.out, "%s %s\n", word, name)
}

// failures prints what went otherwise, each at its line, and once for each line
// of the person or the clock what was behind it.
func (t *tester) failures(r script.Report) {
	n := 0
	for _, step := range r.Steps {
		shown := n < failuresShown && len(step.Failures) > 0
		for _, f := range step.Failures {
			if n++; n > failuresShown {
				continue
			}
			fmt.Fprintf(t.out, "  %s:%d:%d: %s\n", f.At.File, max(f.At.Start.Line, 1), max(f.At.Start.Column, 1), f.Problem.In(t.lang))
			t.field("expected", diag.Say("%s", f.Expected))
			t.field("came", f.Came)
		}
		if shown {
			t.field("after", diag.Say("%s", step.Source))
			t.field("walked", diag.Say("%s", walked(step.Walked)))
			t.field("now", step.Stands)
		}
	}
	if n > failuresShown {
		t.say("  %s", diag.Say("and %d more", n-failuresShown))
	}
}

// field prints a name and a text of any number of lines; nothing for none.
func (t *tester) field(name, text diag.Phrase) {
	words := text.In(t.lang)
	if words == "" {
		return
	}
	for i, line := range strings.Split(words, "\n") {
		if i > 0 {
			name = ""
		}
		fmt.Fprintln(t.out, strings.TrimRight(fmt.Sprintf("    %-9s %s", name.In(t.lang), line), " "))
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
func (t *tester) sum(only string) error {
	if only != "" && t.passed+t.failed == 0 {
		t.say("no script matches %q", only)
		t.broken = true
	}
	t.say("%d passed, %d failed", t.passed, t.failed)
	if t.failed > 0 || t.broken {
		return errProblems
	}
	return nil
}
