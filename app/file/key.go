package file

import (
	"context"
	"encoding/base64"

	"buildplate/db"
	"buildplate/storage"
)

// secretLinkKey names the secret that signs links.
const secretLinkKey = "link_key"

// openSigner reads the key that signs links, or makes it.
func (s *Service) openSigner(ctx context.Context) error {
	var key storage.Key
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		text, err := tx.Secret(ctx, secretLinkKey)
		if err != nil {
			return err
		}
		if text == "" {
			key = storage.NewKey()
			return tx.SetSecret(ctx, secretLinkKey, key.ID+":"+base64.RawStdEncoding.EncodeToString(key.Secret))
		}
		id, secret, _ := cutKey(text)
		key = storage.Key{ID: id, Secret: secret}
		return nil
	})
	if err != nil {
		return err
	}
	s.signer, err = storage.NewSigner(key)
	return err
}

func cutKey(text string) (id string, secret []byte, err error) {
	for i := range text {
		if text[i] == ':' {
			secret, err = base64.RawStdEncoding.DecodeString(text[i+1:])
			return text[:i], secret, err
		}
	}
	return "", nil, storage.ErrBadGrant
}
