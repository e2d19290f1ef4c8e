package world

import (
	"encoding/json"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// asked is one item of an inspection template.
type asked struct {
	Key      string                `json:"key"`
	Label    string                `json:"label"`
	Kind     lifecycle.FindingKind `json:"kind"`
	Required bool                  `json:"required"`
	Options  []string              `json:"options,omitempty"`
}

// askedSection is one part of an inspection template.
type askedSection struct {
	Key   string  `json:"key"`
	Title string  `json:"title"`
	Items []asked `json:"items"`
}

// general is what every inspection asks for.
var general = []askedSection{
	{"condition", "Condition on arrival", []asked{
		{"appearance", "Appearance", lifecycle.FindingChoice, true, []string{"clean", "worn", "damaged"}},
		{"powers_on", "Powers on", lifecycle.FindingBoolean, true, nil},
	}},
	{"measurement", "Measurements", []asked{
		{"voltage", "Mains voltage (V)", lifecycle.FindingNumber, false, nil},
		{"remark", "Remark", lifecycle.FindingText, false, nil},
	}},
	{"photos", "Photos", []asked{
		{"name_plate", "Name plate", lifecycle.FindingPhoto, false, nil},
	}},
}

// ofUltrasound is what the maintenance of an ultrasound machine asks for beside.
var ofUltrasound = askedSection{"probes", "Probes", []asked{
	{"count", "Probes tested", lifecycle.FindingNumber, true, nil},
	{"image", "Image quality", lifecycle.FindingChoice, true, []string{"good", "noisy", "dropouts"}},
	{"leakage", "Leakage current below 100 µA", lifecycle.FindingBoolean, true, nil},
}}

// stockTemplates makes a general template for each kind of work, and one of a
// sub-service's own.
func stockTemplates(r *rows, c *catalogue, at time.Time) {
	add := func(code, name string, kind lifecycle.Kind, subServiceID *int64, sections []askedSection) {
		text, err := json.Marshal(sections)
		if err != nil {
			panic(err) // texts always encode
		}
		r.templates.add(&ent.InspectionTemplate{
			Code: code, Name: name, SubServiceID: subServiceID, Kind: kind, Sections: text, Active: true,
			Version: 1, CreatedAt: at, UpdatedAt: at,
		})
	}
	for _, kind := range lifecycle.Kinds {
		add("general-"+string(kind), "General "+string(kind)+" report", kind, nil, general)
	}
	add("ultrasound-maintenance", "Ultrasound maintenance report", lifecycle.KindMaintenance,
		new(c.subServices[subUltrasound].ID), append(general[:2:2], ofUltrasound, general[2]))
}
