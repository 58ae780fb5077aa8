"""A person writes into a record: begin one, record an act, correct, question, draw, sign off."""
