package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
)

// TestMain lets the scripts of testdata/cmd run this very binary as cauce.
func TestMain(m *testing.M) {
	testscript.Main(inEnglish{m}, map[string]func(){"cauce": main})
}

// inEnglish runs tests that read what is printed, wherever they run. Scripts
// have an environment of their own.
type inEnglish struct{ *testing.M }

func (m inEnglish) Run() int {
	if err := os.Setenv("LC_ALL", "C"); err != nil {
		panic(err)
	}
	return m.M.Run()
}

// TestCommands plays testdata/cmd: arguments, output, exit codes. Each script
// has the small service saludo in its working folder.
func TestCommands(t *testing.T) {
	const dir = "../../testdata/cmd"
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			return os.CopyFS(filepath.Join(e.WorkDir, "saludo"), os.DirFS(filepath.Join(dir, "saludo")))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": code},
	})
}

// code runs cauce and asserts its exit code: code 2 check --foo.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: code N cauce-argument...")
	}
	err := ts.Exec("cauce", args[1:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, not %s", got, args[0])
	}
}

// Every command says what it does and shows how it is called.
func TestEveryCommandHasHelp(t *testing.T) {
	for _, c := range commands {
		var out, errs bytes.Buffer
		name := c().Name()
		if code := run([]string{name, "--help"}, strings.NewReader(""), &out, &errs); code != 0 || errs.Len() > 0 {
			t.Errorf("%s --help: code %d, %s", name, code, &errs)
		}
		if !strings.Contains(out.String(), "Examples:\n  cauce "+name) {
			t.Errorf("%s --help shows no example:\n%s", name, &out)
		}
	}
}

// A command's constructor gives a new one each time: none keeps the flags of a
// run before.
func TestRunsAreIndependent(t *testing.T) {
	seen := map[*cobra.Command]bool{}
	for range 2 {
		for _, c := range commands {
			cmd := c()
			if seen[cmd] {
				t.Errorf("%s is shared", cmd.Name())
			}
			seen[cmd] = true
		}
	}
}

// What is piped has no colours, whatever the environment says.
func TestPipesArePlain(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	var out, errs bytes.Buffer
	run([]string{"test", "../../testdata/cmd/saludo"}, strings.NewReader(""), &out, &errs)
	if !strings.Contains(out.String(), "2 passed, 0 failed") || strings.Contains(out.String(), "\x1b") {
		t.Errorf("%q %q", &out, &errs)
	}
}

func TestBuilt(t *testing.T) {
	for _, c := range []struct {
		info            *debug.BuildInfo
		version, commit string
	}{
		{nil, "unknown", "unknown"},
		{&debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3", "unknown"},
		{&debug.BuildInfo{
			Main:     debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}},
		}, "(devel)", "abc (changed)"},
	} {
		if v, commit := built(c.info); v != c.version || commit != c.commit {
			t.Errorf("%s %s, not %s %s", v, commit, c.version, c.commit)
		}
	}
}
