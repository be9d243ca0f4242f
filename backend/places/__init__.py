"""Pure logic of places: names, distances, opening hours, and what a risk list says about an address."""
