package account

import (
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// A device is known for whoever logged in on it, several people at once, until their password changes or a year is over.
func TestKnownDevices(t *testing.T) {
	d := dbtest.Open(t)
	at := time.Now()
	d.SetNow(func() time.Time { return at })
	s, _ := officeAt(t, d, shop.User{Name: "Ada", Role: shop.RoleAdmin}, shop.User{Name: "Ben", Role: shop.RoleStaff})
	knows := func(cookie string) (names string) {
		t.Helper()
		for _, name := range []string{"ada", "ben"} {
			_, known, err := s.whoLogsIn(t.Context(), From{Devices: cookie}, name+"@example.com")
			if err != nil {
				t.Fatal(err)
			}
			if known.device != "" {
				names += name
			}
		}
		return names
	}
	cookie := ""
	for range 20 {
		for _, id := range []string{"Ada", "Ben"} {
			var err error
			if cookie, err = s.Device(t.Context(), id, cookie); err != nil {
				t.Fatal(err)
			}
		}
	}
	if knows(cookie) != "adaben" || strings.Count(cookie, "~") != 1 || knows("") != "" || knows("~~~") != "" {
		t.Errorf("%s knows %s", cookie, knows(cookie))
	}
	for i := range cookie { // no character of it is idle
		changed := []byte(cookie)
		if changed[i] = 'A'; cookie[i] == 'A' {
			changed[i] = 'B'
		}
		if last := i+1 == len(cookie) || cookie[i+1] == '~'; knows(string(changed)) == "adaben" && !last { // a last digit has two idle bits
			t.Errorf("with another character at %d it knows both", i)
		}
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.SavePassword(t.Context(), "Ada", strings.Replace(storedPBKDF2, "AAEC", "BAEC", 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	if knows(cookie) != "ben" {
		t.Errorf("after a new password it knows %s", knows(cookie))
	}
	if at = at.Add(DeviceAge + time.Minute); knows(cookie) != "" {
		t.Errorf("after its time it knows %s", knows(cookie))
	}
}
