package shop

import (
	"fmt"
	"strings"
)

func (p ActivityParams) money() string { return p.Amount.In(p.Currency) }

// of is the sum beside the amount, in its own currency where it has one.
func (p ActivityParams) of() string {
	if p.OfCurrency != "" {
		return p.Of.In(p.OfCurrency)
	}
	return p.Of.In(p.Currency)
}

// dueBack tells what is to be sent back, where something is, after a reason that somebody typed: with a stop of their own or without.
func (p ActivityParams) dueBack() string {
	if p.Amount == 0 {
		return ""
	}
	stop := "."
	if strings.HasSuffix(p.Reason, ".") || strings.HasSuffix(p.Reason, "!") || strings.HasSuffix(p.Reason, "?") || strings.HasSuffix(p.Reason, "…") {
		stop = ""
	}
	return stop + " " + p.money() + " has to be refunded."
}

func (p ActivityParams) placed() string {
	message := "Placed order " + p.Order + " for review."
	if p.Amount > 0 {
		message = "Placed order " + p.Order + " for " + p.money() + "."
	}
	if p.Reason != "" {
		message += " Price set by hand: " + p.Reason
	}
	if p.Replaces != "" {
		message += " Replaces " + p.Replaces + "."
	}
	for _, name := range p.LeftOut {
		message += " " + name + " was left out: its upload had stopped."
	}
	return message
}

func (p ActivityParams) modelHeld() string {
	return "Put it on hold: " + p.Name + " came with " + p.Order + ", which was refused."
}

func (p ActivityParams) takenBack() string {
	message := "The customer took order " + p.Order + " back to change it."
	for _, name := range p.LeftOut {
		message += " " + name + " did not come back with it."
	}
	return message
}

// handedOver tells what left, to whom, and why before it was paid; of releases before it, only how many jobs.
func (p ActivityParams) handedOver() string {
	if p.Name == "" {
		return "Handed over " + plural(int64(p.Copies), "job") + "."
	}
	message := "Handed over " + copies(p.Copies) + ": " + p.Name + "."
	if p.Reason != "" {
		message += " " + p.money() + " was not paid: " + p.Reason
	}
	return message
}

// messageChanged tells what the customer reads from the shop now, and what they read before.
func (p ActivityParams) messageChanged() string {
	switch {
	case p.Was == "":
		return "Wrote to the customer: “" + p.Name + "”"
	case p.Name == "":
		return "Took back what the customer was told: “" + p.Was + "”"
	}
	return "Corrected what the customer is told to “" + p.Name + "”, which said “" + p.Was + "”."
}

func (p ActivityParams) modelReplaced() string {
	message := "Replaced " + p.Name + " with the model " + p.Was + "."
	switch {
	case p.Ordered != "":
		message += " It is now printed with " + p.Made + " instead of " + p.Ordered + "."
	case p.Made != "":
		message += " It is printed with " + p.Made + "."
	}
	if p.Amount != 0 {
		message += " The order now comes to " + p.money() + "."
	}
	if p.PoseReset {
		message += " It lies as the new model does, not as the one before was turned."
	}
	if p.Reason != "" {
		message += " Reason: " + p.Reason
	}
	return message
}

func copies(n int) string {
	if n == 1 {
		return "1 copy"
	}
	return fmt.Sprintf("%d copies", n)
}

func (p ActivityParams) edited() string {
	switch {
	case p.Role == "":
		return "Renamed " + p.Was + " to " + p.Name + "."
	case p.Was == "":
		return "Made " + p.Name + " " + p.Role.words() + "."
	}
	return "Renamed " + p.Was + " to " + p.Name + " and made them " + p.Role.words() + "."
}

func (r Role) words() string {
	if r == RoleAdmin {
		return "an admin"
	}
	return "staff"
}

// approved is the sentence of an order that was approved.
func (p ActivityParams) approved() string {
	if p.Reason != "" {
		return "Set the price (" + p.Reason + ") and approved the order at " + p.money() + "."
	}
	return "Approved the order at " + p.money() + "."
}

// refused is the sentence of an order that was refused.
func (p ActivityParams) refused() string {
	if p.FilesDeleted {
		return "Refused the order and deleted its files: " + p.Reason + p.dueBack()
	}
	return "Refused the order: " + p.Reason
}
