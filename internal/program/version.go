package program

import (
	"cmp"
	"runtime"
	"runtime/debug"
)

// versionCommand prints what runs.
type versionCommand struct{}

// Run prints the version, the commit where it is known, and what it was built
// with.
func (versionCommand) Run(env *Env) error {
	say(env.Stdout, "kontrak %s %s %s/%s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// version gives the version, and the commit where it is known.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	v := cmp.Or(info.Main.Version, "(devel)")
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			v += " " + s.Value[:12]
		}
	}
	return v
}
