package main

import (
	"fmt"
	"maps"

	"github.com/spf13/cobra"

	"cauce/dsl/diag"
)

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check DIR...",
		Short: "Say what is wrong with a service",
		Long: `Check reads every flow of a service and says all that is wrong with it, each
problem at its place in the file. It exits 1 when there is an error; warnings
alone exit 0.`,
		Example:           `  cauce check flows/luna`,
		Args:              someFolders,
		ValidArgsFunction: folders,
		RunE: func(cmd *cobra.Command, dirs []string) error {
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
				tallies = append(tallies, f.dir+": "+tally(f.list))
			}
			out := cmd.OutOrStdout()
			if err := printList(out, list, sources); err != nil {
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
}

// tally counts a list in words.
func tally(l diag.List) string {
	errors, warnings := l.Count()
	switch {
	case errors == 0 && warnings == 0:
		return "no problems"
	case errors == 0:
		return count(warnings, "warning")
	case warnings == 0:
		return count(errors, "error")
	}
	return count(errors, "error") + ", " + count(warnings, "warning")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
