"""The terminal's commands, one module per topic; ``cli.py`` is the door that collects them."""
