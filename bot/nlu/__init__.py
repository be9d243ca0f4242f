"""Understanding: normalise, tokenise, encode, classify, extract. One Rasa graph component a file."""
