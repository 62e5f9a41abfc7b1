package order_test

import (
	"testing"

	"buildplate/app/shop"
	"buildplate/slicer/slicertest"
)

// Files are read by a child of the program: here of this test.
func TestMain(m *testing.M) { slicertest.Main(m) }

// photo is a file that a person has to review.
var photo = []byte("\xff\xd8\xff\xe0 a photo of a broken clip")

// grace may do everything.
var grace = shop.Actor{Role: shop.RoleAdmin, Name: "Grace"}
