// Package cart is what a visitor uploads before there is an order: files arriving in pieces, models inspected and sliced in
// the background, choices, and a price.
//
//	service.go     the service                      cart.go        the cart of a visitor's cookie
//	upload.go      files arriving in pieces         receiving.go   which of them arrive right now
//	arriving.go    which of them an order waits for finish.go      a whole file becomes a part
//	inspection.go  models read and inspected        slicing.go     parts that wait for slices
//	models.go      the models of a file, kept as parts
//	planning.go    what parts would be sliced with  plates.go      copies laid out, and what slicing them gave
//	parts.go       choices, and parts taken out     pricing.go     from slices to a price
//	shown.go       a part's model and layers        thumbnail.go   its picture
//	proposing.go   how a part may lie besides     ahead.go       slices of that, made while nobody waits
//	poses.go       what it takes in each
//	lines.go       a part's model once more, in another colour
//	room.go        how much may be left here        clean.go       what goes by itself
//	return.go      parts that come back from an order
//	converted.go   the mesh that a browser made of a STEP file
//	link.go        links in the place of files      take.go        a part that becomes something else
//	refused_model.go  models that are not accepted
//	view.go        what the cart's page shows       open.go        sent and not ordered, for staff
package cart
