"""What is published and how it is protected: words, data, types; imports nothing of ours."""
