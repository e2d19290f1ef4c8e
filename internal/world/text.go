package world

import (
	"strconv"

	"kontrak/internal/lifecycle"
)

var (
	declineReasons = []string{
		"I am on another job that day.", "The device is outside of my certificate.", "The place is too far away.",
	}
	cancelReasons = []string{
		"The device was taken out of use.", "The manufacturer repairs it under warranty.", "The ward is being rebuilt.",
	}
	extensionReasons = []string{
		"A spare part has to be fetched.", "The calibration has to be repeated.", "The device could be freed only later.",
	}
	reviewTexts = []string{
		"On time and clean work.", "Explained everything to our staff.", "Good work, a little late.", "", "We would hire this technician again.",
	}
	conclusionTexts = map[lifecycle.ConclusionResult]string{
		lifecycle.ResultGood:          "The device works within its limits.",
		lifecycle.ResultNeedsFollowUp: "The device works; a worn part should be changed within three months.",
		lifecycle.ResultBroken:        "The main board is broken; the device must not be used.",
	}
	brands = [][2]string{
		{"Mindray", "uMEC12"}, {"GE Healthcare", "Vivid T8"}, {"Philips", "IntelliVue MX450"}, {"Siemens Healthineers", "Multix Impact"},
		{"Dräger", "Evita V300"}, {"Hettich", "Rotofix 32 A"}, {"Sysmex", "XN-350"}, {"B. Braun", "Infusomat Space"},
	}
	tasks = map[lifecycle.Kind][]string{
		lifecycle.KindInstallation: {"Install the new device and train two operators.", "Unpack, mount and calibrate the device."},
		lifecycle.KindMaintenance:  {"Yearly maintenance by the maker's list.", "Clean, test and calibrate; change filters."},
		lifecycle.KindRepair:       {"The device does not start any more.", "The alarm sounds without a reason.", "The display stays dark."},
	}
)

// work draws what is to be done.
func (g *drawing) work(kind lifecycle.Kind) work {
	b := pick(g.rng, brands)
	return work{description: pick(g.rng, tasks[kind]), brand: b[0], model: b[1]}
}

// contacts draws one or two people on site.
func (g *drawing) contacts() []contact {
	list := make([]contact, 1+g.rng.IntN(2))
	for i := range list {
		name, _ := personName(g.rng)
		list[i] = contact{name, phoneOf(g.rng.Int64N(1_000_000))}
	}
	return list
}

// findings fills in the general report: one item of each kind but photos.
func (g *drawing) findings(kind lifecycle.Kind) []section {
	volts := strconv.Itoa(215 + g.rng.IntN(12))
	return []section{
		{"condition", "Condition on arrival", []finding{
			{"appearance", "Appearance", "choice", new(pick(g.rng, []string{"clean", "worn", "damaged"})), nil},
			{"powers_on", "Powers on", "boolean", new(strconv.FormatBool(kind != lifecycle.KindRepair)), nil},
		}},
		{"measurement", "Measurements", []finding{
			{"voltage", "Mains voltage (V)", "number", &volts, new("measured under load")},
			{"remark", "Remark", "text", nil, nil},
		}},
	}
}
