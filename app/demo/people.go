package demo

import "buildplate/app/shop"

// Login is somebody who works in the sample shop, and how they log in.
type Login struct {
	Name, Email, Password string
	Role                  shop.Role
}

// Who works in the sample shop.
var (
	Admin = Login{"Robin Hale", "admin@example.com", "corner-print", shop.RoleAdmin}
	Staff = Login{"Sam Okafor", "staff@example.com", "corner-print", shop.RoleStaff}
)

// Printers are the names of the sample shop's.
func Printers() []string { return []string{"Left Ender", "Middle Ender", "Right Ender"} }

// customer is somebody who orders. Nobody is called so: the addresses are made up, and example.com is nobody's.
type customer struct {
	name, email, phone              string
	street, suburb, state, postcode string
}

func (c customer) contact() shop.Contact {
	return shop.Contact{Name: c.name, Email: c.email, Phone: c.phone}
}

func (c customer) delivery(ship bool) shop.Delivery {
	if !ship {
		return shop.Delivery{Method: shop.Pickup}
	}
	return shop.Delivery{Method: shop.Ship, Line1: c.street, City: c.suburb, State: c.state, Postcode: c.postcode, Country: "AU"}
}

var (
	maya   = customer{"Maya Lindqvist", "maya@example.com", "02 5550 0101", "3 Sample Lane", "Newtown", "NSW", "2042"}
	tom    = customer{"Tom Barlow", "tom.barlow@example.com", "02 5550 0112", "81 Pretend Parade", "Marrickville", "NSW", "2204"}
	priya  = customer{"Priya Raman", "priya@example.com", "03 5550 0123", "14 Invented Crescent", "Brunswick", "VIC", "3056"}
	elena  = customer{"Elena Costa, Harbour Dental", "elena@example.com", "02 5550 0134", "Level 2, 40 Nowhere Street", "Manly", "NSW", "2095"}
	jack   = customer{"Jack Oduya", "jack@example.com", "07 5550 0145", "6 Fable Court", "Toowong", "QLD", "4066"}
	nina   = customer{"Nina Petrov, Wattle Street School", "nina@example.com", "02 5550 0156", "1 Wattle Street", "Ultimo", "NSW", "2007"}
	hugo   = customer{"Hugo Marsh", "hugo@example.com", "03 5550 0167", "22 Make-Believe Road", "Hobart", "TAS", "7000"}
	aisha  = customer{"Aisha Karim", "aisha@example.com", "08 5550 0178", "9 Story Street", "Prospect", "SA", "5082"}
	ben    = customer{"Ben Tran", "ben@example.com", "02 5550 0189", "57 Imaginary Avenue", "Bankstown", "NSW", "2200"}
	grace  = customer{"Grace Holloway", "grace@example.com", "02 5550 0190", "12 Figment Place", "Dubbo", "NSW", "2830"}
	walkIn = customer{name: "Walk-in"}
)
