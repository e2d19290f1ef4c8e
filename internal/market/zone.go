package market

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // a machine without zones would answer in UTC

	"kontrak/ent"
)

// The forms of dates and clock times, which are local to their institution.
const (
	dateForm  = time.DateOnly
	clockForm = "15:04"
)

// marketZone is the zone of what belongs to no institution.
const marketZone = "Asia/Jakarta"

var zones sync.Map // name → *time.Location

// zoneOf gives a zone by its IANA name.
func zoneOf(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil && name == "" { // which stands for UTC there
		err = errors.New("it has no name")
	}
	if err != nil {
		return nil, fmt.Errorf("market: zone %q: %w", name, err)
	}
	zones.Store(name, zone)
	return zone, nil
}

// institutionZone gives the zone of the contract's institution.
func institutionZone(ctx context.Context, on *ent.Client, c *facts) (*time.Location, error) {
	name, err := zoneFound(ctx, on, c)
	if err != nil {
		return nil, err
	}
	return zoneOf(name)
}

// localInstant gives the instant of a date and clock time in a zone. One that
// comes twice, when clocks are put back, is the first of them; one that does not
// come, when they are put forward, is none.
func localInstant(zone *time.Location, date, clock string) (at time.Time, there bool) {
	wall, err := time.Parse(dateForm+" "+clockForm, date+" "+clock)
	if err != nil {
		return at, false
	}
	const day = 24 * time.Hour
	for _, near := range []time.Time{wall.Add(-day), wall.Add(day)} {
		_, offset := near.In(zone).Zone()
		guess := wall.Add(-time.Duration(offset) * time.Second)
		if !sameWall(guess.In(zone), wall) {
			continue
		}
		if !there || guess.Before(at) {
			at, there = guess, true
		}
	}
	return at, there
}

// sameWall tells whether calendars and clocks show the same.
func sameWall(a, b time.Time) bool {
	const form = dateForm + " " + clockForm
	return a.Format(form) == b.Format(form)
}

// isDate tells whether a text is a calendar day, YYYY-MM-DD.
func isDate(text string) bool {
	_, err := time.Parse(dateForm, text)
	return err == nil
}

// isClock tells whether a text is a time of day, HH:MM.
func isClock(text string) bool {
	_, err := time.Parse(clockForm, text)
	return err == nil && len(text) == len(clockForm)
}

// minuteOf gives the minute of the day of a time of day.
func minuteOf(clock string) int64 {
	at, err := time.Parse(clockForm, clock)
	if err != nil {
		return 0 // isClock has read it
	}
	return int64(at.Hour()*60 + at.Minute())
}
