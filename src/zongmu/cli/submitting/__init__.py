"""What units without an account hand in: forms, workbooks, tables; and what the desk does with them."""
