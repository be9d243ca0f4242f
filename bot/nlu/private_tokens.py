"""The typed tokens that stand for personal values in everything Rasa sees, e.g. `<ID#k7m2q9xa>`."""

from privacy.kinds import TOKEN

PRIVATE_TOKEN = TOKEN

ENTITY_OF_KIND = {
    "ID": "id_number",
    "PASSPORT": "passport_number",
    "PERMIT": "permit_number",
    "PHONE": "phone",
    "OTP": "otp",
    "NAME": "name",
    "GEO": "location",
    "CODE": "shown_code",
}
