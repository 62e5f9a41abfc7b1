package api

import (
	"context"

	"buildplate/app/setting"
)

// settingHandlers are the settings screen.
type settingHandlers struct{ settings *setting.Service }

func (h settingHandlers) getSettings(ctx context.Context, _ *nothing) (*reply[setting.View], error) {
	return answer(h.settings.Get(ctx, actorOf(ctx)))
}

type settingsRequest struct{ Body setting.View }

func (h settingHandlers) putSettings(ctx context.Context, in *settingsRequest) (*reply[setting.View], error) {
	return answer(h.settings.Save(ctx, actorOf(ctx), in.Body))
}
