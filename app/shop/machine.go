package shop

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// MachineClass is a machine definition with the shop's overrides; prices and G-code are made for one. One that is not active stays
// where something was priced for it, and takes nothing new.
type MachineClass struct {
	ID              string
	Name            string
	Definition      string
	Overrides       map[string]string
	RatePerHour     *Rate // nil: what an hour costs in the shop
	Interchangeable bool  // with the others that are: what is sliced for one runs on all
	Active          bool
	Version         int
	Updated         Time
	ChangedBy       string
}

// Printer is a machine of a class, with its name.
type Printer struct {
	ID        string
	ClassID   string
	Name      string
	Status    string
	Version   int
	Updated   Time
	ChangedBy string
}

// States of printers: only an active one begins a job.
const (
	PrinterActive      = "ACTIVE"
	PrinterMaintenance = "MAINTENANCE"
	PrinterOffline     = "OFFLINE"
)

// longestName is how many characters the name of a machine or of a printer may have.
const longestName = 60

// Runs says whether what was sliced for another class runs on this one's printers.
func (c MachineClass) Runs(other MachineClass) bool {
	return c.ID == other.ID || c.Interchangeable && other.Interchangeable
}

// CheckPrinter refuses a printer of another machine than the job was sliced for, unless both are interchangeable. Errors: Invalid.
func (j *Job) CheckPrinter(p Printer, of MachineClass) error {
	own := MachineClass{ID: j.MachineID, Interchangeable: j.AnyMachine}
	if j.MachineID == "" || of.Runs(own) {
		return nil
	}
	return Invalidf("printer_of_other_machine", "printer_id", "%s is sliced for %s, and %s is a different machine. Choose a printer that is a %s.", j.Title, j.Machine, p.Name, j.Machine)
}

// Check refuses a class that cannot be kept beside the others there are; its own row among them is what it was. Errors: Invalid.
func (c MachineClass) Check(all []MachineClass) error {
	var name, rate, active error
	others := slices.DeleteFunc(slices.Clone(all), func(o MachineClass) bool { return o.ID == c.ID })
	switch {
	case strings.TrimSpace(c.Name) == "":
		name = Invalidf("machine_name_missing", "name", "Give the machine a name.")
	case utf8.RuneCountInString(c.Name) > longestName:
		name = Invalidf("machine_name_too_long", "name", "Choose a name of at most %d characters.", longestName)
	case slices.ContainsFunc(others, func(o MachineClass) bool { return strings.EqualFold(o.Name, c.Name) }):
		name = Invalidf("machine_name_taken", "name", "There is already a machine called %s. Choose another name.", c.Name)
	}
	if c.RatePerHour != nil {
		rate = CheckPrice("rate_per_hour", *c.RatePerHour)
	}
	if !c.Active && !slices.ContainsFunc(others, func(o MachineClass) bool { return o.Active }) {
		active = Invalidf("machine_last_active", "active", "At least one machine has to stay in use, or nothing could be priced. Switch another one on first.")
	}
	return Together(name, rate, active)
}

// Check refuses a printer that cannot be kept beside the others there are. Errors: Invalid.
func (p Printer) Check(all []Printer, classes []MachineClass) error {
	var name, class error
	switch {
	case strings.TrimSpace(p.Name) == "":
		name = Invalidf("printer_name_missing", "name", "Give the printer a name, such as the one on its label.")
	case utf8.RuneCountInString(p.Name) > longestName:
		name = Invalidf("printer_name_too_long", "name", "Choose a name of at most %d characters.", longestName)
	case slices.ContainsFunc(all, func(o Printer) bool { return o.ID != p.ID && strings.EqualFold(o.Name, p.Name) }):
		name = Invalidf("printer_name_taken", "name", "There is already a printer called %s. Choose another name.", p.Name)
	}
	if !slices.ContainsFunc(classes, func(c MachineClass) bool { return c.ID == p.ClassID }) {
		class = Invalidf("printer_machine_unknown", "machine_id", "There is no such machine. Choose one from the list.")
	}
	return Together(name, class)
}

// HourRate is what an hour on a machine of the class costs.
func (c MachineClass) HourRate(p Pricing) Rate {
	if c.RatePerHour == nil {
		return p.MachinePerHour
	}
	return *c.RatePerHour
}

// Changes are what makes of a class the next one, in the shop's currency.
func (c MachineClass) Changes(next MachineClass, currency string) (all []Change) {
	all = changed(all, "machine.name", "", c.Name, next.Name)
	all = changed(all, "machine.active", "", yesNo[c.Active], yesNo[next.Active])
	all = changed(all, "machine.rate_per_hour", "", hourWords(c.RatePerHour, currency), hourWords(next.RatePerHour, currency))
	all = changed(all, "machine.interchangeable", "", yesNo[c.Interchangeable], yesNo[next.Interchangeable])
	keys := maps.Clone(c.Overrides)
	if keys == nil {
		keys = map[string]string{}
	}
	maps.Copy(keys, next.Overrides)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		all = changed(all, "machine.setting", key, settingWords(c.Overrides, key), settingWords(next.Overrides, key))
	}
	return all
}

// Changes are what makes of a printer the next one; classes have their names.
func (p Printer) Changes(next Printer, classes []MachineClass) (all []Change) {
	of := func(id string) string {
		at := slices.IndexFunc(classes, func(c MachineClass) bool { return c.ID == id })
		if at < 0 {
			return ""
		}
		return classes[at].Name
	}
	all = changed(all, "printer.name", "", p.Name, next.Name)
	all = changed(all, "printer.machine", "", of(p.ClassID), of(next.ClassID))
	return changed(all, "printer.status", "", printerWords[p.Status], printerWords[next.Status])
}

var (
	yesNo        = map[bool]string{true: "yes", false: "no"}
	printerWords = map[string]string{PrinterActive: "in use", PrinterMaintenance: "in maintenance", PrinterOffline: "offline"}
)

func changed(all []Change, field, name, from, to string) []Change {
	if from == to {
		return all
	}
	return append(all, Change{Field: field, Name: name, From: from, To: to})
}

func hourWords(r *Rate, currency string) string {
	if r == nil {
		return "the shop’s"
	}
	return rateIn(*r, currency)
}

// settingWords is a setting's value within a sentence: start G-code would fill a page.
func settingWords(set map[string]string, key string) string {
	const longest = 40
	value, there := set[key]
	switch {
	case !there:
		return "as the profile"
	case utf8.RuneCountInString(value) > longest || strings.Contains(value, "\n"):
		return "a text of " + plural(int64(utf8.RuneCountInString(value)), "character")
	}
	return cmp.Or(value, "nothing")
}

// machineChanged and printerChanged are the sentences of what was changed.
func (p ActivityParams) machineChanged() string { return p.changedOf("machine") }

func (p ActivityParams) printerChanged() string { return p.changedOf("printer") }

func (p ActivityParams) changedOf(kind string) string {
	texts := make([]string, len(p.Changes))
	for i, c := range p.Changes {
		texts[i] = c.words()
	}
	return "Changed the " + kind + " " + p.Name + ": " + strings.Join(texts, ", ") + "."
}
