package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"cauce/engine/intent"
	"cauce/engine/sensitive"
)

func recognizeCommand() *cobra.Command {
	var numbers, why bool
	cmd := &cobra.Command{
		Use:   "recognize",
		Short: "Say what messages ask for, or whether they carry sensitive numbers",
		Long: `Recognize reads messages from its input, one a line, and says of each what a
service would take it for.

A line is a language, a tab and the text; the service then speaks that language
and, as always, English. What is printed is the label (stop, human, start or
none), the tier (act, ask or -) and the word that was recognised, parted by tabs.

With --sensitive a line is all text. What is printed is the kind of the first
sensitive number (card, iban, national_id or bank_account) and where it stands, in
bytes from 0, its end not included; or none and -.

With --why two more columns say which rule decided and which words made it. It
exits 1 when a line can't be read; the other lines are answered.`,
		Example: `  cauce recognize < messages.tsv
  printf 'es\tya no me escriban\n' | cauce recognize --why
  cauce recognize --sensitive < texts.txt`,
		Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			answer := newRecognizers().answer
			if numbers {
				answer = answerSensitive
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			problems, err := answerLines(cmd.InOrStdin(), out, cmd.ErrOrStderr(), func(line string) (string, error) {
				return answer(line, why)
			})
			if flushed := out.Flush(); err == nil {
				err = flushed
			}
			if err == nil && problems > 0 {
				return errProblems
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&numbers, "sensitive", false, "look for card, account and identity numbers instead")
	cmd.Flags().BoolVar(&why, "why", false, "add the rule that decided and the words that made it")
	return cmd
}

// longestLine is how many bytes a line may have without its break.
const longestLine = 1 << 20

var errLongLine = errors.New("the line is longer than 1 MiB")

// answerLines answers every line of in on out, and says on errs which it could
// not read and why.
func answerLines(in io.Reader, out, errs io.Writer, answer func(string) (string, error)) (problems int, err error) {
	lines := bufio.NewReaderSize(in, 64<<10)
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if err == io.EOF {
			return problems, nil
		}
		if err != nil && !errors.Is(err, errLongLine) {
			return problems, fmt.Errorf("read line %d: %w", n, err)
		}
		var result string
		if err == nil {
			result, err = answer(line)
		}
		if err != nil {
			problems++
			if _, err := fmt.Fprintf(errs, "line %d: %v\n", n, err); err != nil {
				return problems, err
			}
			continue
		}
		if _, err := fmt.Fprintln(out, result); err != nil {
			return problems, err
		}
	}
}

// readLine reads one line without its break. One that is too long is read to its
// end, and forgotten.
func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	long := false
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > longestLine+len("\r\n") {
			long, line = true, nil
		}
		if !long {
			line = append(line, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && len(line) == 0 && !long && len(part) == 0:
			return "", io.EOF
		case err != nil && err != io.EOF:
			return "", err
		}
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if long || len(line) > longestLine {
			return "", errLongLine
		}
		return string(line), nil
	}
}

// recognizers keeps the recogniser of each language that was asked for.
type recognizers map[string]*intent.Recognizer

func newRecognizers() recognizers { return recognizers{} }

func (r recognizers) answer(line string, why bool) (string, error) {
	tag, text, ok := strings.Cut(line, "\t")
	if !ok {
		return "", errors.New("a tab is missing; write the language, a tab, the text")
	}
	if !isTag(tag) {
		return "", fmt.Errorf("%q is no language; write a tag such as es or pt-BR before the tab", shorten(tag))
	}
	if r[tag] == nil {
		r[tag] = intent.New([]string{tag}, intent.Vocabulary{})
	}
	m := r[tag].Recognize(text)
	columns := []string{m.Kind.String(), m.Tier.String(), orDash(m.Word)}
	if why {
		columns = append(columns, intentWhy(m)...)
	}
	return strings.Join(columns, "\t"), nil
}

// intentWhy is the rule that decided, and the words that made it with their
// language.
func intentWhy(m intent.Match) []string {
	if m.Kind == intent.None {
		return []string{"-", "-"}
	}
	return []string{oneLine(m.Rule), fmt.Sprintf("%s (%s)", m.Word, m.Language)}
}

// oneLine keeps a rule in its column: a frame's source has tabs.
func oneLine(rule string) string { return strings.Join(strings.Fields(rule), " ") }

func answerSensitive(line string, why bool) (string, error) {
	found := sensitive.Find(line, sensitive.Options{})
	columns := []string{"none", "-"}
	rule, word := "", ""
	if len(found) > 0 {
		s := found[0]
		columns = []string{s.Kind.String(), fmt.Sprintf("%d-%d", s.From, s.To)}
		rule, word = s.Rule, s.Word
	}
	if why {
		columns = append(columns, orDash(rule), orDash(word))
	}
	return strings.Join(columns, "\t"), nil
}

// longestTag is BCP-47's advice for what every reader should take.
const longestTag = 35

// isTag reports whether s looks like a language's tag: letters first, then parts
// of letters and digits, parted by dashes.
func isTag(s string) bool {
	if len(s) > longestTag {
		return false
	}
	for i, part := range strings.Split(s, "-") {
		if len(part) == 0 || len(part) > 8 || i == 0 && len(part) < 2 {
			return false
		}
		for _, c := range []byte(part) {
			isLetter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
			if !isLetter && (i == 0 || c < '0' || c > '9') {
				return false
			}
		}
	}
	return true
}

// shorten keeps a message to one screen line.
func shorten(s string) string {
	const most = 40
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
