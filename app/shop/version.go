package shop

import "time"

// Edit is a change of a row that people edit: who made it, "" for the shop itself, and when.
type Edit struct {
	By string `json:"by,omitempty" doc:"Empty for the shop itself"`
	At Time   `json:"at"`
}

// CheckVersion refuses a save that was made from another version of a row than the stored one. by is the name of whoever
// made that one, "" for the shop itself; the message says in the shop's time zone when that was. A row that nobody changed yet has
// no time, and nothing to say of it: the version that was named never was. Errors: Conflict, with the Edit if there was one.
func CheckVersion(from, stored int, by string, at Time, zone *time.Location) error {
	if from == stored {
		return nil
	}
	if at == 0 {
		return Conflictf("changed_meanwhile", "What is saved is different from this. Look at what is saved now, then try again.")
	}
	who := by
	if who == "" {
		who = "The shop"
	}
	err := ChangedMeanwhile(who, at, zone)
	err.Edit.By = by
	return err
}

// ChangedMeanwhile refuses a save because by, somebody with a name or a place, changed what it was made from. It is a
// Conflict, with the Edit.
func ChangedMeanwhile(by string, at Time, zone *time.Location) *Error {
	err := Conflictf("changed_meanwhile", "%s changed this on %s. Look at what is stored now, then try again.", by, at.Time().In(zone).Format("Mon 2 Jan at 3:04 pm"))
	err.Edit = &Edit{By: by, At: at}
	return err
}
