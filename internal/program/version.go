package program

import (
	"runtime"
	"runtime/debug"
)

// versionCommand prints what runs.
type versionCommand struct{}

// Run prints the version, the commit where it is known, and what it was built
// with.
func (versionCommand) Run(env *Env) error {
	version, commit := "(devel)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				commit = " " + s.Value[:12]
			}
		}
	}
	say(env.Stdout, "kontrak %s%s %s %s/%s", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
