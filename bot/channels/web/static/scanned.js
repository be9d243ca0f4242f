// The code of a venue, when a phone's camera has opened this page from the poster at its door.

// As bot/nlu/venue_code_extractor.py has it. Anything else in the address is not ours to act on.
const VENUE = /^#scan=TFV-([2-9A-HJ-NP-Z]{6})$/i;

// Returns the code and takes it out of the address, so that neither a reload nor a copied address scans again.
export function takeScanned() {
  const found = VENUE.exec(location.hash);
  if (location.hash.startsWith("#scan=")) history.replaceState(null, "", location.pathname + location.search);
  return found && `TFV-${found[1].toUpperCase()}`;
}
