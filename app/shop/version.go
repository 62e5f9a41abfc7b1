package shop

import "time"

// CheckVersion refuses a save that was made from another version of a row than the stored one. by is the name of whoever
// made that one, "" for the shop itself; it is said in the shop's time zone when that was. Errors: Conflict.
func CheckVersion(from, stored int, by string, at Time, zone *time.Location) error {
	if from == stored {
		return nil
	}
	if by == "" {
		by = "The shop"
	}
	return ChangedMeanwhile(by, at, zone)
}

// ChangedMeanwhile refuses a save because by, somebody with a name or a place, changed what it was made from. It is a Conflict.
func ChangedMeanwhile(by string, at Time, zone *time.Location) error {
	return Conflictf("changed_meanwhile", "%s changed this on %s. Look at what is stored now, then try again.", by, at.Time().In(zone).Format("Mon 2 Jan at 15:04"))
}
