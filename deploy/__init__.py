"""Starting, checking and stopping the processes of the embedded default."""
