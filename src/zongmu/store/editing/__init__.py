"""Values to text: one layout, comments kept, only the lines that are meant change; two changes joined."""
