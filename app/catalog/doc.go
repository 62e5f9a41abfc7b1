// Package catalog is what the shop offers: materials and colours, qualities, machine classes and printers, and what a
// price rests on beside the parts.
//
//	service.go      the service
//	price_basis.go  what a price rests on
//	machines.go     the machines, as admins keep them        machine_view.go  as they are sent and shown
//	printers.go     their printers                           machine.go       which of them takes a part
//	shop.go         the shop, as every customer's page starts from it      view.go  its parts
package catalog
