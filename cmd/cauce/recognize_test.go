package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// A line may have 1 MiB; a longer one is told and the next is answered.
func TestRecognizeLongLines(t *testing.T) {
	fits := "en\t" + strings.Repeat("a", longestLine-3)
	for _, end := range []string{"\n", "\r\n"} {
		var out, errs bytes.Buffer
		in := fits + end + fits + "a" + end + "en\tstop"
		if code := run([]string{"recognize"}, strings.NewReader(in), &out, &errs); code != exitProblems {
			t.Errorf("exit code %d", code)
		}
		if got, want := out.String(), "none\t-\t-\nstop\tact\tstop\n"; got != want {
			t.Errorf("%q, not %q", got, want)
		}
		if got, want := errs.String(), "line 2: the line is longer than 1 MiB\n"; got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// An empty line is a text without numbers, and is answered like any.
func TestRecognizeEmptyLines(t *testing.T) {
	var out, errs bytes.Buffer
	run([]string{"recognize", "--sensitive"}, strings.NewReader("\n\r\nssn 123-45-6789\r\n"), &out, &errs)
	if got, want := out.String()+errs.String(), "none\t-\nnone\t-\nnational_id\t4-15\n"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

type brokenPipe struct{}

func (brokenPipe) Read([]byte) (int, error) { return 0, errors.New("the pipe broke") }

func TestRecognizeSaysThatReadingFailed(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"recognize"}, brokenPipe{}, &out, &errs); code != exitProblems || !strings.Contains(errs.String(), "read line 1: the pipe broke") {
		t.Errorf("code %d: %s", code, &errs)
	}
}

func TestIsTag(t *testing.T) {
	for tag, want := range map[string]bool{
		"es": true, "pt-BR": true, "zh-Hant-TW": true, "es-419": true,
		"": false, "e": false, "es_CO": false, "419": false, "es-": false, "hola amigos": false, strings.Repeat("es-", 20) + "es": false,
	} {
		if isTag(tag) != want {
			t.Errorf("isTag(%q) = %v", tag, !want)
		}
	}
}
