package persisted

// Weight is how much what clients brought weighs now.
func (d *Documents) Weight() uint64 {
	d.brought.CleanUp()
	return d.brought.WeightedSize()
}
