package main

import (
	"fmt"
	"maps"
	"runtime/debug"

	"github.com/spf13/cobra"

	"cauce/dsl/diag"
)

func checkCommand() *cobra.Command {
	var format, lang string
	cmd := &cobra.Command{
		Use:   "check DIR...",
		Short: "Say what is wrong with a service",
		Long: `Check reads every flow of a service and says all that is wrong with it, each
problem at its place in the file. It exits 1 when there is an error; warnings
alone exit 0.

With --format json or sarif it writes one document for editors and CI, with
every problem in it; in text the first twenty are printed.`,
		Example: `  cauce check flows/luna
  cauce check --lang es flows/luna
  cauce check --format sarif flows/luna`,
		Args:              someFolders,
		ValidArgsFunction: folders,
		RunE: func(cmd *cobra.Command, dirs []string) error {
			switch diag.Format(format) {
			case diag.Text, diag.JSON, diag.SARIF:
			default:
				return misuse(cmd, "no format is named %q; there are text, json and sarif", format)
			}
			lang, err := reader(cmd, lang)
			if err != nil {
				return err
			}
			var list diag.List
			sources := diag.Sources{}
			var tallies []string
			for _, dir := range dirs {
				f, err := openFolder(cmd, dir)
				if err != nil {
					return err
				}
				list.Add(f.list...)
				maps.Copy(sources, f.sources)
				tallies = append(tallies, diag.Say("%s: %s", f.dir, tally(f.list)).In(lang))
			}
			out := cmd.OutOrStdout()
			if diag.Format(format) != diag.Text {
				tallies = nil // the document is all that stands there
				info, _ := debug.ReadBuildInfo()
				version, _ := built(info)
				err := diag.Write(out, list, sources, diag.Options{Format: diag.Format(format), Language: lang, Version: version})
				if err != nil {
					return fmt.Errorf("write the diagnostics: %w", err)
				}
			} else if err := printList(out, list, sources, lang); err != nil {
				return err
			}
			for _, t := range tallies {
				fmt.Fprintln(out, t)
			}
			if list.HasErrors() {
				return errProblems
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", string(diag.Text), "how problems are written: text, json or sarif")
	langFlag(cmd, &lang)
	return cmd
}

// tally counts a list in words.
func tally(l diag.List) diag.Phrase {
	if len(l) == 0 {
		return "no problems"
	}
	return diag.Tally(l)
}
