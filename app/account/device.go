package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// A device is a browser in which somebody logged in. Its cookie says so: "id.until.mac", the newest first where several
// people share it. The mac is over the user and the salt of their password, so that it is theirs alone, and a new password
// ends it; the same password's new hash does not. Those of before have it over the whole hash. It lets nobody in; it only keeps
// wrong passwords, others' and their own, from being counted against whoever has it.
const (
	DeviceAge  = 365 * 24 * time.Hour
	maxDevices = 5 // people who share a browser
	deviceKey  = "device_key"
)

// Device is the cookie of a browser in which a user just logged in; before is what it was. Errors: NotFound.
func (s *Service) Device(ctx context.Context, userID, before string) (cookie string, err error) {
	var u shop.User
	var key string
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if u, err = tx.User(ctx, userID); err != nil {
			return err
		}
		key, err = tx.Secret(ctx, deviceKey)
		return err
	})
	if err == nil && key == "" {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			if key, err = tx.Secret(ctx, deviceKey); err != nil || key != "" {
				return err
			}
			key = shop.NewToken()
			return tx.SetSecret(ctx, deviceKey, key)
		})
	}
	if err != nil {
		return "", err
	}
	all := []string{deviceOf(key, u.ID, saltOf(u.Password), shop.NewToken(), strconv.FormatInt(s.db.Now().Add(DeviceAge).Time().Unix(), 10))}
	own := knownDevice(key, u, before, s.db.Now())
	for _, d := range devices(before) {
		if id, _, _ := strings.Cut(d, "."); id != own && len(all) < maxDevices {
			all = append(all, d)
		}
	}
	return strings.Join(all, "~"), nil
}

// knownDevice finds the device among a cookie's on which the user logged in before: its id, or "".
func knownDevice(key string, u shop.User, cookie string, at shop.Time) string {
	if key == "" || u.ID == "" {
		return ""
	}
	for _, d := range devices(cookie) {
		part := strings.Split(d, ".")
		if len(part) != 3 {
			continue
		}
		now, before := deviceOf(key, u.ID, saltOf(u.Password), part[0], part[1]), deviceOf(key, u.ID, u.Password, part[0], part[1])
		if !hmac.Equal([]byte(d), []byte(now)) && !hmac.Equal([]byte(d), []byte(before)) {
			continue
		}
		if until, err := strconv.ParseInt(part[1], 10, 64); err == nil && until > at.Time().Unix() {
			return part[0]
		}
	}
	return ""
}

// devices are the entries of a cookie, as many as there may be.
func devices(cookie string) []string {
	all := strings.SplitN(cookie, "~", maxDevices+1)
	return all[:min(len(all), maxDevices)]
}

// deviceOf writes an entry; password is what it ends with.
func deviceOf(key, userID, password, id, until string) string {
	mac := hmac.New(sha256.New, []byte(key))
	for _, text := range []string{id, until, userID, password} {
		mac.Write([]byte(text + "\x00"))
	}
	return id + "." + until + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
