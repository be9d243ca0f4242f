"""The assistant's process: Rasa server, channels, understanding."""
