"""Renders the sample clip and its exact ground truth; see ``sample_videos/README.md``."""
