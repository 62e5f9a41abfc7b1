package api

import (
	"context"

	"buildplate/app/card"
	"buildplate/app/setting"
)

// settingHandlers are the settings screen.
type settingHandlers struct {
	settings *setting.Service
	cards    *card.Service
}

func (h settingHandlers) getSettings(ctx context.Context, _ *nothing) (*reply[setting.View], error) {
	return answer(h.settings.Get(ctx, actorOf(ctx)))
}

type settingsRequest struct{ Body setting.View }

func (h settingHandlers) getTerms(ctx context.Context, _ *nothing) (*reply[setting.TermsView], error) {
	return answer(h.settings.Terms(ctx, actorOf(ctx)))
}

type termsRequest struct{ Body setting.TermsView }

func (h settingHandlers) putTerms(ctx context.Context, in *termsRequest) (*reply[setting.TermsView], error) {
	return answer(h.settings.SaveTerms(ctx, actorOf(ctx), in.Body))
}

func (h settingHandlers) previewTerms(ctx context.Context, in *termsRequest) (*reply[setting.PublishedTermsView], error) {
	return answer(h.settings.PreviewTerms(ctx, actorOf(ctx), in.Body))
}

type publishedTermsRequest struct {
	Version string `path:"version" maxLength:"40"`
}

func (h settingHandlers) publishedTerms(ctx context.Context, in *publishedTermsRequest) (*reply[setting.PublishedTermsView], error) {
	return answer(h.settings.PublishedTerms(ctx, in.Version))
}

func (h settingHandlers) putSettings(ctx context.Context, in *settingsRequest) (*reply[setting.View], error) {
	who := actorOf(ctx)
	if !in.Body.Stripe.Removes() {
		return answer(h.settings.Save(ctx, who, in.Body))
	}
	if err := h.settings.MaySave(ctx, who, in.Body); err != nil { // before anything is asked of Stripe
		return nil, err
	}
	var saved setting.View
	err := h.cards.WithoutKey(ctx, func() (err error) {
		saved, err = h.settings.Save(ctx, who, in.Body)
		return err
	})
	return answer(saved, err)
}
