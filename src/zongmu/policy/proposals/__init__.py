"""What a proposal may bring, who may bring it and who has to agree."""
