"""Words for people from `data/responses`; how dates, colours and a derived code are told: for assistant and desk."""
