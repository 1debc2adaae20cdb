package main

import (
	"fmt"
	goruntime "runtime"
	"runtime/debug"

	"github.com/mattn/go-sqlite3"
	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which Cauce this is",
		Long:    "Version prints the versions of Cauce, its commit, Go and SQLite, one a line.",
		Example: `  cauce version`,
		Args:    nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			info, _ := debug.ReadBuildInfo()
			version, commit := built(info)
			library, _, _ := sqlite3.Version()
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "cauce   %s\ncommit  %s\nGo      %s\nSQLite  %s\n",
				version, commit, goruntime.Version(), library)
			return err
		},
	}
}

// built is what a build says of itself. One outside a checkout knows no commit.
func built(info *debug.BuildInfo) (version, commit string) {
	version, commit = "unknown", "unknown"
	if info == nil {
		return version, commit
	}
	if info.Main.Version != "" {
		version = info.Main.Version
	}
	changed := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " (changed)"
		}
	}
	return version, commit + changed
}
