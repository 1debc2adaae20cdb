package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cauce/dsl/script"
)

// scriptName is what a script may be called: a file's name on every system, and
// no way into another folder.
var scriptName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,59}$`)

// save writes the conversation so far as a test of the service. A file that is
// there is only replaced by somebody who says so.
func (p *phone) save(name string) {
	name = strings.TrimSuffix(name, ".chat")
	if !scriptName.MatchString(name) {
		p.note(p.words.fileName)
		return
	}
	src, problem := p.script()
	if problem != "" {
		p.note(problem)
		return
	}
	file := path.Join(p.folder, "tests", name+".chat")
	err := writeNew(file, src, os.O_EXCL)
	if errors.Is(err, fs.ErrExist) {
		p.note(fmt.Sprintf(p.words.there, file))
		p.question = func(answer string) {
			if !slices.Contains(p.words.yes, strings.ToLower(answer)) {
				p.note(p.words.kept)
				return
			}
			p.written(file, writeNew(file, src, os.O_TRUNC))
		}
		return
	}
	p.written(file, err)
}

// written says how it went.
func (p *phone) written(file string, err error) {
	if err != nil {
		p.note(err.Error())
		return
	}
	p.note(fmt.Sprintf(p.words.saved, file))
}

// script is the conversation as a script; or why there is none.
func (p *phone) script() (src []byte, problem string) {
	switch {
	case p.unsaved != "":
		return nil, p.unsaved
	case p.take.Len() == 0:
		return nil, p.words.nothingSaid
	}
	svc := p.world.Service()
	src = p.take.Write(svc, "")
	// A script compares words as they are read, and a few things that can be
	// typed are not read again as they were. Nobody is left with a test that
	// fails.
	s, list := script.Parse("", src)
	if s == nil {
		return nil, p.words.unlike + list[0].Message.String()
	}
	for _, step := range s.Play(svc).Steps {
		for _, f := range step.Failures {
			return nil, p.words.unlike + f.Problem.In(p.lang)
		}
	}
	return src, ""
}

// writeNew writes a file, and the folder it lies in if there is none. how is
// os.O_EXCL for one that must not be there yet.
func writeNew(file string, src []byte, how int) error {
	file = filepath.FromSlash(file)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|how, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(src)
	return errors.Join(err, f.Close())
}
