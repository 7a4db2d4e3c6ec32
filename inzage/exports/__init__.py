"""What others take from the register: one file a format. Flow: model → exports → publish."""
