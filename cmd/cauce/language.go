package main

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cauce/dsl/diag"
)

// langFlag adds --lang to a command that prints diagnostics.
func langFlag(cmd *cobra.Command, lang *string) {
	cmd.Flags().StringVar(lang, "lang", "", "the language of what is printed: en or es (default: that of the locale)")
}

// reader is the language of whoever reads what a command prints: the one they
// ask for, else that of their locale.
func reader(cmd *cobra.Command, asked string) (string, error) {
	if asked == "" {
		return locale(os.Getenv), nil
	}
	known := diag.Languages()
	if base, _, _ := strings.Cut(strings.ToLower(asked), "-"); slices.Contains(known, base) {
		return base, nil
	}
	return "", misuse(cmd, "problems can't be said in %q; there are %s", asked, strings.Join(known, " and "))
}

// locale is the language of the environment, as POSIX has it: es_CO.UTF-8 is
// Spanish; C, POSIX and what has no diagnostics of its own are English.
func locale(env func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		v := env(name)
		if v == "" {
			continue
		}
		base := strings.ToLower(v)
		if i := strings.IndexAny(base, "_-.@"); i >= 0 {
			base = base[:i]
		}
		if slices.Contains(diag.Languages(), base) {
			return base
		}
		break
	}
	return "en"
}
