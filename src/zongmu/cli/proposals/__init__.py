"""A change on its way to the main branch: what it means, who has to agree, the gate, the server's hook."""
