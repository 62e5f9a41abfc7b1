package shop

import "strconv"

// StaffItemPath is the address of an order's item at the staff's door.
func StaffItemPath(orderID, itemID string) string {
	return "/api/orders/" + orderID + "/items/" + itemID
}

// ThumbnailURL is where the picture of a part or an item is, at its address; "" where none was drawn. Another picture has another
// address: browsers keep it.
func ThumbnailURL(at string, drawn Time) string {
	if drawn.IsZero() {
		return ""
	}
	return at + "/thumbnail?v=" + ThumbnailVersion(drawn)
}

// ThumbnailVersion tells a picture from those that were drawn at other times.
func ThumbnailVersion(drawn Time) string { return strconv.FormatInt(int64(drawn), 36) }
