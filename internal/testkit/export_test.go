package testkit

// Note gives one program the secrets that another one has noted.
func Note(to, from *App) {
	for _, text := range from.secrets.all() {
		to.secrets.secret(text)
	}
}
