"""Speed and understanding, measured side by side in one run."""
