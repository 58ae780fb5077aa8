"""What follows from the public values and is shown nowhere else: ratings, amounts, duties, parties, rows of the list."""
