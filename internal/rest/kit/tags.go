package kit

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

const noTag = "There is no such tag."

// tags answers GET contracts/tags.
func (d *Dialect) tags(r *request) (any, error) {
	list, err := d.app.Tags(r.Context(), r.institution)
	if err != nil {
		return nil, err
	}
	return each(list, toTag), nil
}

// createTag answers POST contracts/tags.
func (d *Dialect) createTag(r *request) (any, error) {
	data, err := shown(toTag)(d.app.CreateTag(r.Context(), &r.institution, fromTag(r.input())))
	return newly(data, err)
}

// updateTag answers PATCH contracts/tags/{id}.
func (d *Dialect) updateTag(r *request) (any, error) {
	id, err := r.id(noTag)
	if err != nil {
		return nil, err
	}
	return shown(toTag)(d.app.UpdateTag(r.Context(), id, fromTag(r.input())))
}

// deleteTag answers DELETE contracts/tags/{id}.
func (d *Dialect) deleteTag(r *request) (any, error) {
	id, err := r.id(noTag)
	if err != nil {
		return nil, err
	}
	return shown(toTag)(d.app.DeleteTag(r.Context(), id))
}

// fromTag reads the fields of a tag.
func fromTag(in *fields) market.TagFields {
	f := market.TagFields{
		Name: in.text("name"), ColorCode: value[lifecycle.TagColor](in, "colorCode", "must be a text"),
		Position: value[int32](in, "order", "must be a whole number"),
	}
	f.Unread = *in.bad
	return f
}

type tagBody struct {
	ID        int64              `json:"id"`
	Name      string             `json:"name"`
	ColorCode lifecycle.TagColor `json:"colorCode"`
	Order     int32              `json:"order"`
}

func toTag(v *view.Tag) tagBody {
	return tagBody{ID: v.ID, Name: v.Name, ColorCode: v.ColorCode, Order: v.Position}
}
